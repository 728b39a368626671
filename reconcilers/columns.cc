#include "reconcilers/columns.h"

#include "reconcilers/reference.h"

namespace byoc {
namespace {

// A scalar at a JSON pointer as text, a list of them joined by commas; `otherwise` when absent.
std::string shown_at(const Json& json, const std::string& pointer, std::string_view otherwise) {
  const Json::json_pointer place(pointer);
  if (!json.contains(place)) return std::string(otherwise);
  const Json& value = json[place];
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.is_null() ? std::string(otherwise) : value.dump();
  std::string joined;
  for (const Json& part : value) {
    if (!joined.empty()) joined += ',';
    joined += part.is_object() ? part.value("name", "") : shown_at(part, "", otherwise);
  }
  return joined.empty() ? std::string(otherwise) : joined;
}

// At "/spec/..." or "/status/...".
std::string shown_of(const Object& object, std::string_view place) {
  const std::size_t slash = place.find('/', 1);
  const Json& part = place.substr(1, slash - 1) == "spec" ? object.spec : object.status;
  return shown_at(part, std::string(place.substr(slash)), "");
}

}  // namespace

std::string cell_text(const KindColumn& column, const Object& object) {
  for (const std::string& place : column.places) {
    std::string text = shown_of(object, place);
    if (!text.empty()) return text;
  }
  return column.cell == nullptr ? std::string() : column.cell(object);
}

// As the manifest says it, or as it follows from costSavings.
std::string management_nodes_shown(const Object& cluster) {
  const bool savings = shown_at(cluster.spec, "/costSavings", "") != "false";
  return shown_at(cluster.spec, "/managementNodes", savings ? "1" : "2");
}

// As the status lists the resources.
std::string vpc_shown(const Object& cluster) {
  for (const Json& entry : member(cluster.status, "inventory")) {
    if (text_member(entry, "type") == "vpc") return text_member(entry, "id");
  }
  return {};
}

std::string sizes_shown(const Object& nodegroup) {
  const std::string wanted = shown_at(nodegroup.spec, "/desired", "-");
  return shown_at(nodegroup.spec, "/min", "-") + "/" +
         shown_at(nodegroup.status, "/desired", wanted) + "/" +
         shown_at(nodegroup.spec, "/max", "-");
}

std::string unready_reason(const Object& object) {
  const std::optional<Condition> ready = find_condition(object, "Ready");
  return ready && ready->status != "True" ? ready->reason : std::string();
}

}  // namespace byoc
