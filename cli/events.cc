#include "cli/events.h"

namespace byoc {

std::string last_seen(const Event& event, Time now) {
  std::string text = format_age(now - event.last);
  if (event.count > 1) {
    text += " (x" + std::to_string(event.count) + " over " + format_age(now - event.first) + ")";
  }
  return text;
}

std::string print_events(const std::vector<Event>& events, Time now, const TableStyle& style) {
  Table table;
  table.columns = {{"LAST SEEN"}, {"TYPE"}, {"REASON"}, {"OBJECT"}, {"MESSAGE"}};
  for (const Event& event : events) {
    table.rows.push_back(
        {last_seen(event, now), event.type, event.reason, to_string(event.object), event.message});
  }
  return print_table(table, style);
}

}  // namespace byoc
