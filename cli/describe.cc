#include "cli/describe.h"

#include <map>

#include "cli/events.h"
#include "cli/print.h"
#include "cli/table.h"
#include "cli/text.h"
#include "controller/candidate.h"
#include "controller/request.h"
#include "manifests/to_yaml.h"

namespace byoc {
namespace {

constexpr int kLabelWidth = 14;
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

std::string line(const std::string& label, const std::string& value) {
  return pad(label + ":", kLabelWidth) + printable(value) + "\n";
}

// "Labels:       a=1" and further entries below the first.
std::string lines_of(const std::string& label, const std::map<std::string, std::string>& entries) {
  std::string text;
  for (const auto& [key, value] : entries) {
    // The manifest once more, and what of it is in the other lines.
    if (key == kLastApplied || key == kAppliedAnnotation) continue;
    const std::string entry = printable(key + "=" + value);
    text += text.empty() ? line(label, entry) : pad("", kLabelWidth) + entry + "\n";
  }
  return text.empty() ? line(label, "<none>") : text;
}

std::string moment(Time time, Time now) {
  return format_time(time) + " (" + format_age(now - time) + " ago)";
}

std::string generation_line(const Object& object) {
  const std::string generation = std::to_string(object.metadata.generation);
  const auto observed = object.status.find("observedGeneration");
  if (observed == object.status.end() || !observed->is_number_integer()) {
    return line("Generation", generation + " (not yet observed)");
  }
  const bool behind = observed->get<std::int64_t>() < object.metadata.generation;
  return line("Generation",
              behind ? generation + " (observed: " + observed->dump() + ")" : generation);
}

std::string identity(const Object& object, Time now) {
  const Metadata& metadata = object.metadata;
  std::string text = line("Name", metadata.name) + line("Namespace", metadata.ns) +
                     line("Kind", object.kind) + lines_of("Labels", metadata.labels) +
                     lines_of("Annotations", metadata.annotations) + line("UID", metadata.uid);
  if (metadata.created) text += line("Created", moment(*metadata.created, now));
  if (metadata.deleted) text += line("Deleted", moment(*metadata.deleted, now));
  for (const std::string& finalizer : metadata.finalizers) text += line("Finalizer", finalizer);
  return text + generation_line(object) + line("Phase", phase_of(object));
}

// A section without content says so: what is missing is an answer too.
std::string section(const std::string& title, const std::string& body) {
  if (body.empty()) return title + ":  <none>\n";
  return title + ":\n" + indented(body, "  ");
}

std::string cell(const Json& entry, const char* name) {
  const auto found = entry.find(name);
  if (found == entry.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

// The objects of a list in the status; anything else in it is not for people.
std::vector<Json> entries_of(const Object& object, const char* list) {
  std::vector<Json> entries;
  const auto found = object.status.find(list);
  if (found == object.status.end() || !found->is_array()) return entries;
  for (const Json& entry : *found) {
    if (entry.is_object()) entries.push_back(entry);
  }
  return entries;
}

std::string conditions(const Object& object, Time now) {
  Table table;
  table.columns = {{"TYPE"}, {"STATUS"}, {"REASON"}, {"AGE"}, {"MESSAGE"}};
  for (const Json& entry : entries_of(object, "conditions")) {
    const std::string since = cell(entry, "lastTransitionTime");
    table.rows.push_back({cell(entry, "type"), cell(entry, "status"), cell(entry, "reason"),
                          since.empty() ? "<unknown>" : format_age(now - parse_time(since)),
                          cell(entry, "message")});
  }
  return print_table(table, {.gap = 2});
}

std::string resources(const Object& object) {
  Table table;
  table.columns = {{"KEY"}, {"TYPE"}, {"ID"}, {"STATE"}};
  for (const Json& entry : entries_of(object, "inventory")) {
    table.rows.push_back(
        {cell(entry, "key"), cell(entry, "type"), cell(entry, "id"), cell(entry, "state")});
  }
  return print_table(table, {.gap = 2});
}

// The part of the status that has no section of its own.
std::string outputs(const Object& object) {
  Json rest = object.status;
  for (const char* told : {"phase", "reason", "message", "observedGeneration",
                           "convergedGeneration", "conditions", "inventory", kHandledRequest}) {
    rest.erase(told);
  }
  return rest.empty() ? "" : to_yaml(rest);
}

std::string event_lines(const std::vector<Event>& events, Time now) {
  Table table;
  table.columns = {{"TYPE"}, {"REASON"}, {"AGE"}, {"MESSAGE"}};
  for (const Event& event : events) {
    table.rows.push_back({event.type, event.reason, last_seen(event, now), event.message});
  }
  return print_table(table, {.gap = 2});
}

}  // namespace

std::string describe(const Object& object, const std::vector<Event>& events, Time now) {
  return identity(object, now) + section("Spec", object.spec.empty() ? "" : to_yaml(object.spec)) +
         section("Outputs", outputs(object)) + section("Conditions", conditions(object, now)) +
         section("Resources", resources(object)) + section("Events", event_lines(events, now));
}

}  // namespace byoc
