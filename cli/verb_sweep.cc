// sweep: what carries our tags and belongs to no object that is known here, reported or deleted.
#include <cstdio>
#include <set>

#include "base/join.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "cli/work.h"
#include "controller/sweeper.h"

namespace byoc {
namespace {

Json strays_json(const std::vector<Stray>& strays) {
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

// That nothing dangles is said of what was read, and only when all of it was.
void print_strays(const Sweep& sweep, const std::vector<Stray>& strays) {
  const bool whole = sweep.finished() && sweep.failures().empty();
  if (!whole) {
    std::printf("Not everything could be read: more than this may dangle.\n");
  } else if (!sweep.unread().empty()) {
    std::printf("Not looked at, for this endpoint does not have it: %s\n",
                joined(sweep.unread()).c_str());
  }
  if (strays.empty()) {
    if (!whole) return;
    std::printf(
        "Nothing dangles in what was read (%s): everything with our tags there belongs to "
        "an object.\n",
        joined(sweep.places()).c_str());
    return;
  }
  Table table;
  table.columns = {{"TYPE"}, {"ID"}, {"OWNER"}, {"KEY"}, {"REGION"}};
  for (const Stray& stray : strays) {
    table.rows.push_back({stray.type, stray.id, stray.owner, stray.key, stray.region});
  }
  std::fputs(print_table(table).c_str(), stdout);
}

// Looks everywhere. What could not be read is said.
void look(Cloud& cloud, Sweep& sweep) {
  const bool finished = finish(sweep, cloud, interrupted);
  for (const Status& failure : sweep.failures()) fail(failure);
  if (!finished) fail("AWS did not answer in time");
}

// Takes away what objects of this store have left. The rest may be another byoc's.
int take_away(Session& session, Cloud& cloud, const Options& options,
              const std::vector<Stray>& strays) {
  const auto own = own_strays(session.records(), strays);
  if (!own.ok()) return fail(own.status());
  if (own.value().size() < strays.size()) {
    std::printf("%zu of them belong to no object that was deleted here (buckets are data): left.\n",
                strays.size() - own.value().size());
  }
  if (own.value().empty()) return kExitDone;
  const std::string number = std::to_string(own.value().size());
  if (!confirmed(options, number + " will be deleted. This cannot be taken back. Go on?")) {
    return kExitError;
  }
  note_interrupts();
  const auto keys = reclaim_all(*session.own_store(), own.value(), cloud.now());
  if (!keys.ok()) return fail(keys.status());
  Work work(session, cloud, options);
  return work.run(keys.value(), Work::Goal::vanish);
}

}  // namespace

int run_sweep(const Options& options) {
  auto session =
      Session::open(options, options.remove ? Session::Access::change : Session::Access::look);
  if (!session.ok()) return fail(session.status());
  if (options.remove && session.value()->own_store() == nullptr) {
    return fail(
        "byocd runs, with a store of its own: it takes away what dangles when it is told "
        "to by --sweep=delete; or stop it first");
  }
  if (const Status region = check_region_of(options); !region.ok()) return fail(region);
  const auto objects = session.value()->objects();
  if (!objects.ok()) return fail(objects.status());
  std::set<std::string> live;
  for (const Object& object : objects.value()) live.insert(object.metadata.uid);
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  Sweep sweep(*cloud.value(),
              sweep_scopes(objects.value(), session.value()->secrets(), options.region), live);
  look(*cloud.value(), sweep);
  const std::vector<Stray> strays = sweep.strays();
  if (options.output == "json") {
    std::printf("%s\n", strays_json(strays).dump(2).c_str());
  } else {
    print_strays(sweep, strays);
  }
  if (!sweep.finished() || !sweep.failures().empty()) return kExitError;
  return options.remove ? take_away(*session.value(), *cloud.value(), options, strays) : kExitDone;
}

}  // namespace byoc
