// Events for people.
#pragma once

#include <string>
#include <vector>

#include "cli/table.h"
#include "controller/store.h"

namespace byoc {

// LAST SEEN, TYPE, REASON, OBJECT, MESSAGE; in the order given.
[[nodiscard]] std::string print_events(const std::vector<Event>& events, Time now,
                                       const TableStyle& style = {});

// When an event was seen, as kubectl tells it: "3m", or "3m (x4 over 2h)" when it came again.
[[nodiscard]] std::string last_seen(const Event& event, Time now);

}  // namespace byoc
