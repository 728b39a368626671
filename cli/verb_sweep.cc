// sweep: reports what carries our tags and belongs to no object that is known here.
#include <cstdio>
#include <set>

#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "controller/sweeper.h"

namespace byoc {
namespace {

constexpr Duration kPatience = std::chrono::minutes(5);

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
  for (const Object& object : objects.value()) live.insert(object.metadata.uid);
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  Sweep sweep(*cloud.value(),
              sweep_scopes(objects.value(), session.value()->secrets(), options.region), live);
  const Time until = cloud.value()->now() + kPatience;
  while (!sweep.finished() && !interrupted() && cloud.value()->now() < until) {
    auto completion = cloud.value()->wait(until);
    if (completion) static_cast<void>(sweep.take(*completion));
  }
  if (interrupted()) return kExitInterrupted;
  for (const Status& failure : sweep.failures()) fail(failure);
  if (!sweep.finished()) fail("AWS did not answer in time");
  const std::vector<Stray> strays = sweep.strays();
  if (options.output == "json") {
    std::printf("%s\n", to_json(strays).dump(2).c_str());
  } else {
    print_strays(strays);
  }
  return sweep.finished() && sweep.failures().empty() ? kExitDone : kExitError;
}

}  // namespace byoc
