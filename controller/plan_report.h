// The plan of several objects as one value: made by whoever will carry it out, byocctl or byocd,
// printed by byocctl, and what `-o json` shows. docs/manual.md describes it; it only grows.
#pragma once

#include <string>
#include <vector>

#include "controller/pass.h"
#include "reconcilers/plan_json.h"

namespace byoc {

// What a dry run found: where it would act, as whom, and the entries; or why there are none.
[[nodiscard]] Json planned_object(const Pass& pass);
// The same for an object that cannot be planned.
[[nodiscard]] Json unplanned_object(const Object& object, const std::string& problem);

// {"apiVersion", "kind": "Plan", "madeBy", "store", "summary", "objects"}
[[nodiscard]] Json plan_document(const std::string& made_by, const std::string& store,
                                 std::vector<Json> objects);

// What the objects of a document add up to; what waits as a whole counts as waiting.
[[nodiscard]] PlanCounts count_document(const Json& document);

// Why something cannot be planned, by object; empty: everything can be.
[[nodiscard]] std::vector<std::string> problems_of(const Json& document);

// "eks:DescribeAddon": what the endpoint does not have, so that nobody knows.
[[nodiscard]] std::vector<std::string> unread_of(const Json& document);

}  // namespace byoc
