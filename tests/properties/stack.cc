#include "tests/properties/stack.h"

#include <algorithm>
#include <set>

#include "manifests/schema.h"
#include "manifests/topics.h"
#include "reconcilers/compare.h"
#include "reconcilers/kinds.h"
#include "reconcilers/location.h"
#include "reconcilers/status.h"
#include "tests/reconcilers/settled.h"

namespace byoc::properties {
namespace {

constexpr const char* kAccount = "111122223333";

std::string region_of(const Object& object, const std::vector<Part>& parts) {
  const std::string own = text_at(object.spec, "/region");
  if (!own.empty()) return own;
  const std::string cluster = text_at(object.spec, "/clusterRef/name");
  for (const Part& part : parts) {
    if (part.object.kind == "Cluster" && part.object.metadata.name == cluster) {
      return text_at(part.object.spec, "/region");
    }
  }
  return "us-east-1";
}

Facts facts_for(const Object& object, const std::vector<Part>& parts) {
  Facts facts;
  const AwsLocation made = location_of(object);
  const std::string account = text_at(object.spec, "/accountId");
  facts.account = !made.account.empty() ? made.account : account.empty() ? kAccount : account;
  facts.region = region_of(object, parts);
  facts.partition = facts.region.starts_with("cn-")       ? "aws-cn"
                    : facts.region.starts_with("us-gov-") ? "aws-us-gov"
                                                          : "aws";
  const Json& zones = schema_data("regions.json").at("zones");
  if (zones.contains(facts.region)) {
    for (const char letter : zones.at(facts.region).get<std::string>()) {
      facts.zones.push_back(facts.region + letter);
    }
  }
  const Json& holder = object.kind == "Role" ? member(object.spec, "trust") : object.spec;
  if (holder.is_object() && (holder.contains("externalId") || holder.contains("externalIdFrom"))) {
    facts.secrets["externalId"] = Secret("drawn-external-id");
  }
  for (const ObjectKey& key : references_of(object)) {
    for (const Part& part : parts) {
      if (part.object.key() == key) facts.objects[key] = part.object;
    }
  }
  return facts;
}

void finish(Part& part) {
  part.world = settled(part.owner, part.built.graph);
  const Snapshot snapshot = snapshot_of_world(part.world);
  PassReport pass;
  pass.snapshot = &snapshot;
  pass.converged = true;
  const Facts& facts = part.facts;
  record_location(part.object, {facts.partition, facts.account, facts.region});
  report(part.object, pass, kNow);
}

}  // namespace

Snapshot snapshot_of_world(std::vector<Observed> world) {
  Snapshot snapshot;
  snapshot.now = kNow;
  snapshot.observed = std::move(world);
  return snapshot;
}

std::vector<Part> settle(std::vector<Object> objects) {
  std::vector<Part> parts;
  for (Object& object : objects) {
    Owner owner{object.metadata.uid, object.key()};
    parts.push_back({std::move(object), std::move(owner), {}, {}, {}});
  }
  // What is settled lets others be built; each round settles at least one, or is the last.
  std::set<std::size_t> whole;
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (whole.contains(i)) continue;
      Part& part = parts[i];
      part.facts = facts_for(part.object, parts);
      part.built = find_kind(part.object.kind)->build(part.object, part.owner, part.facts);
      if (!part.built.reason.empty()) continue;
      finish(part);
      whole.insert(i);
      more = true;
    }
  }
  return parts;
}

namespace {

// Lists whose order means nothing to AWS are shown in one order.
Json in_one_order(const Row& row, const Json& value, std::string_view field) {
  Json out = value;
  if (value.is_structured()) {
    for (auto& [name, one] : out.items()) one = in_one_order(row, one, name);
  }
  const auto& ordered = row.ordered;
  const bool matters = std::find(ordered.begin(), ordered.end(), field) != ordered.end();
  if (value.is_array() && !matters) std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> lines_of(const std::vector<Observed>& world) {
  std::vector<std::string> lines;
  for (const Observed& observed : world) {
    const Json line = {{"type", std::string(observed.row->type)},
                       {"id", observed.id},
                       {"parent", observed.parent_id},
                       {"fields", in_one_order(*observed.row, observed.fields, "")},
                       {"tags", observed.tags}};
    lines.push_back(line.dump());
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

void leave_out_free(Json& fields, const Observed& observed, const Graph& free) {
  // Without a version in the manifest things keep the one that they have.
  for (const char* name : {"version", "addonVersion"}) fields.erase(name);
  for (const std::string_view field : observed.row->ignored) fields.erase(std::string(field));
  for (const Desired& node : free.nodes) {
    if (node.key != observed.key) continue;
    for (const std::string& path : node.ignore) {
      const Json::json_pointer pointer(path);
      if (fields.contains(pointer)) fields[pointer.parent_pointer()].erase(pointer.back());
    }
  }
}

}  // namespace

std::vector<std::string> shown_world(const Part& part, const Graph& free) {
  std::vector<Observed> world = part.world;
  for (Observed& observed : world) leave_out_free(observed.fields, observed, free);
  return lines_of(world);
}

std::vector<std::string> whole_world(const Part& part) {
  return lines_of(part.world);
}

}  // namespace byoc::properties
