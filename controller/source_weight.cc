#include "controller/source_weight.h"

#include <algorithm>

namespace byoc {

bool DeletionWeight::fits(std::size_t all, const SourceOptions& options) const {
  const std::size_t count = objects + recent.size();
  const std::size_t whole = all + recent.size();
  // One file less is everyday work, however few there are.
  const bool few = count <= options.deletions_max &&
                   (count <= 1 || count * 100 <= options.deletions_share_max * whole);
  return few && resources + resources_before <= options.resources_max;
}

std::string DeletionWeight::text(std::size_t all) const {
  std::string text =
      std::to_string(objects) + " of " + std::to_string(all) + " objects would go at once";
  if (resources > 0) text += ", with " + std::to_string(resources) + " resources in AWS";
  if (!recent.empty()) {
    text += ", after " + std::to_string(recent.size()) + " within the last hour";
    if (resources_before > 0) text += " (" + std::to_string(resources_before) + " resources)";
  }
  return text + "; `byocctl approve` lists them and lets them go";
}

DeletionWeight weigh(const std::vector<Object>& going, const std::vector<RecentDeletion>& before,
                     Time now, const SourceOptions& options) {
  DeletionWeight weight;
  weight.objects = going.size();
  for (const Object& object : going) weight.resources += resources_of(object);
  for (const RecentDeletion& one : before) {
    const bool again = std::any_of(going.begin(), going.end(), [&](const Object& object) {
      return object.metadata.uid == one.uid;  // it was not done the last time
    });
    if (again || one.at + options.window <= now) continue;
    weight.recent.push_back(one);
    weight.resources_before += one.resources;
  }
  return weight;
}

std::size_t resources_of(const Object& object) {
  if (!object.status.is_object()) return 0;
  const auto inventory = object.status.find("inventory");
  return inventory != object.status.end() && inventory->is_array() ? inventory->size() : 0;
}

std::vector<RecentDeletion> with_deletions(const std::vector<Object>& going,
                                           std::vector<RecentDeletion> recent, Time now) {
  for (const Object& object : going) {
    recent.push_back({now, object.metadata.uid, resources_of(object)});
  }
  return recent;
}

}  // namespace byoc
