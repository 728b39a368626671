// sweep: reports what carries our tags and belongs to no object that is known here.
#include <cstdio>
#include <map>
#include <set>

#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "reconcilers/look.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

struct Stray {
  std::string type;
  std::string id;
  std::string owner;
  std::string key;
  std::string uid;
  std::string region;
};

// One read call, waited for.
Result<Json> ask(Cloud& cloud, const Query& query,
                 const std::shared_ptr<const Principal>& principal) {
  const Ticket ticket = cloud.start({query.service, query.operation, query.params, principal});
  const Time until = cloud.now() + std::chrono::minutes(5);
  while (cloud.now() < until && !interrupted()) {
    auto completion = cloud.wait(until);
    if (!completion || completion->ticket != ticket) continue;
    if (!completion->status.ok()) return completion->status;
    return std::move(completion->body);
  }
  return error(Code::cancelled, "stopped before " + query.operation + " was answered");
}

std::string tag_of(const Observed& observed, std::string_view name) {
  const auto found = observed.tags.find(std::string(name));
  return found == observed.tags.end() ? std::string() : found->second;
}

void add_strays(const Row& row, const Look& look, const Json& body, const std::string& region,
                const std::set<std::string>& live, std::vector<Stray>& out) {
  std::vector<Observed> all;
  for (const Json& item : member(body, look.items)) {
    (look.read != nullptr ? look.read : read_tagged)(row, item, all);
  }
  for (const Observed& observed : all) {
    if (observed.owner_uid.empty() || live.contains(observed.owner_uid)) continue;
    out.push_back({std::string(row.type), observed.id, tag_of(observed, kTagOwner), observed.key,
                   observed.owner_uid, region});
  }
}

// What the tagging API knows of other services: EKS, logs, S3.
void add_tagged(const Json& body, const std::string& region, const std::set<std::string>& live,
                std::vector<Stray>& out) {
  for (const Json& item : member(body, "ResourceTagMappingList")) {
    const Tags tags = read_tags(item);
    const auto value = [&](std::string_view name) {
      const auto found = tags.find(std::string(name));
      return found == tags.end() ? std::string() : found->second;
    };
    const std::string uid = value(kTagOwnerUid);
    const std::string arn = item.value("ResourceARN", "");
    if (uid.empty() || live.contains(uid) || arn.find(":ec2:") != std::string::npos) continue;
    out.push_back({"arn", arn, value(kTagOwner), value(kTagKey), uid, region});
  }
}

Status look_in(Cloud& cloud, const std::string& region, const std::set<std::string>& live,
               std::vector<Stray>& out) {
  Principal principal;
  principal.region = region;
  const auto shared = std::make_shared<const Principal>(std::move(principal));
  for (const Row& row : all_rows()) {
    if (!row.parent.empty() || row.tagging == Tagging::none) continue;
    for (const Look& look : row.looks) {
      if (look.from != Look::From::bulk) continue;
      Json params;
      if (!fill(look.params, Json::object(), "", params)) continue;
      auto body = ask(cloud, make_query(row.service, look.operation, params, false), shared);
      if (!body.ok()) return body.status();
      add_strays(row, look, body.value(), region, live, out);
    }
  }
  const Json filter = {{"TagFilters", Json::array({{{"Key", std::string(kTagOwnerUid)}}})}};
  auto tagged =
      ask(cloud, make_query("resourcegroupstaggingapi", "GetResources", filter, false), shared);
  if (!tagged.ok()) return tagged.status();
  add_tagged(tagged.value(), region, live, out);
  return {};
}

Json to_json(const std::vector<Stray>& strays) {
  Json list = Json::array();
  for (const Stray& stray : strays) {
    list.push_back({{"type", stray.type},
                    {"id", stray.id},
                    {"owner", stray.owner},
                    {"key", stray.key},
                    {"ownerUid", stray.uid},
                    {"region", stray.region}});
  }
  return list;
}

void print_strays(const std::vector<Stray>& strays) {
  if (strays.empty()) {
    std::printf("Nothing dangles: everything with our tags belongs to an object.\n");
    return;
  }
  Table table;
  table.columns = {{"TYPE"}, {"ID"}, {"OWNER"}, {"KEY"}, {"REGION"}};
  for (const Stray& stray : strays) {
    table.rows.push_back({stray.type, stray.id, stray.owner, stray.key, stray.region});
  }
  std::fputs(print_table(table).c_str(), stdout);
}

}  // namespace

int run_sweep(const Options& options) {
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  const auto objects = session.value()->objects();
  if (!objects.ok()) return fail(objects.status());
  std::set<std::string> live;
  std::set<std::string> regions = {options.region};
  for (const Object& object : objects.value()) {
    live.insert(object.metadata.uid);
    const Json& region = member(object.spec, "region");
    if (region.is_string()) regions.insert(region.get<std::string>());
  }
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  std::vector<Stray> strays;
  for (const std::string& region : regions) {
    const Status status = look_in(*cloud.value(), region, live, strays);
    if (!status.ok()) return fail(status);
  }
  if (options.output == "json") {
    std::printf("%s\n", to_json(strays).dump(2).c_str());
  } else {
    print_strays(strays);
  }
  return kExitDone;
}

}  // namespace byoc
