// What several rows share when they read responses.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "reconcilers/ownership.h"
#include "reconcilers/row.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// EC2's filter for everything that any byoc owns.
inline constexpr std::string_view kOurs =
    R"({"Filters":[{"Name":"tag-key","Values":["byoc.dev/owner-uid"]}]})";

// The same look for one resource by its id: `params` is a template over "@id".
constexpr Look by_id(Look bulk, std::string_view params) {
  bulk.from = Look::From::promised;
  bulk.params = params;
  return bulk;
}

// Reads the parts that an item lists; they take their owner from the item's tags.
void add_parts(const Json& item, const char* list, std::vector<Observed>& out,
               const std::function<std::optional<Observed>(const Json&)>& read);

}  // namespace byoc
