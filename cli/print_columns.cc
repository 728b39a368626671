#include "cli/print_columns.h"

#include <array>
#include <string_view>

#include "cli/print.h"

namespace byoc {
namespace {

constexpr std::string_view kNone = "<none>";

// A scalar at a JSON pointer as text, a list of them joined by commas; `otherwise` when absent.
std::string at(const Json& json, const char* pointer, std::string_view otherwise = kNone) {
  const Json::json_pointer place(pointer);
  if (!json.contains(place)) return std::string(otherwise);
  const Json& value = json[place];
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.is_null() ? std::string(otherwise) : value.dump();
  std::string joined;
  for (const Json& part : value) {
    if (!joined.empty()) joined += ',';
    joined += part.is_object() ? part.value("name", "") : at(part, "");
  }
  return joined.empty() ? std::string(otherwise) : joined;
}

// As the manifest says it, or as it follows from costSavings.
std::string management_nodes(const Object& object) {
  const bool savings = at(object.spec, "/costSavings") != "false";
  return at(object.spec, "/managementNodes", savings ? "1" : "2");
}

std::string age_of(const Object& object, Time now) {
  return object.metadata.created ? format_age(now - *object.metadata.created) : "<unknown>";
}

// Why an object is not ready; nothing to say once it is.
std::string reason_of(const Object& object) {
  const std::optional<Condition> ready = find_condition(object, "Ready");
  if (!ready || ready->status == "True" || ready->reason.empty()) return std::string(kNone);
  return ready->reason;
}

// The id of the first resource of a type in status.inventory.
std::string inventory_id(const Object& object, std::string_view type) {
  const auto inventory = object.status.find("inventory");
  if (inventory == object.status.end() || !inventory->is_array()) return std::string(kNone);
  for (const Json& entry : *inventory) {
    if (entry.is_object() && at(entry, "/type", "") == type) return at(entry, "/id");
  }
  return std::string(kNone);
}

using Cell = std::string (*)(const Object&, Time);
struct KindColumn {
  Column column;
  Cell cell;
};

const KindColumn kPhase{{"PHASE"}, [](const Object& object, Time) { return phase_of(object); }};
const KindColumn kAge{{"AGE"}, age_of};

std::vector<KindColumn> role_columns() {
  const Cell arn = [](const Object& object, Time) {
    return at(object.status, "/arn", at(object.spec, "/arn"));
  };
  return {kPhase, {{"ARN"}, arn}, kAge};
}

std::vector<KindColumn> cluster_columns() {
  const auto wide = [](const char* title, Cell cell) { return KindColumn{{title, true}, cell}; };
  return {
      {{"TYPE"}, [](const Object& object, Time) { return at(object.spec, "/provider"); }},
      kPhase,
      {{"REGION"}, [](const Object& object, Time) { return at(object.spec, "/region"); }},
      kAge,
      wide("VERSION",
           [](const Object& object, Time) {
             return at(object.status, "/kubernetesVersion", at(object.spec, "/kubernetesVersion"));
           }),
      wide("VPC",
           [](const Object& object, Time) {
             return at(object.status, "/network/vpcId", inventory_id(object, "vpc"));
           }),
      wide("ENDPOINT", [](const Object& object, Time) { return at(object.status, "/endpoint"); }),
      wide("NODES", [](const Object& object, Time) { return management_nodes(object); }),
      wide("REASON", [](const Object& object, Time) { return reason_of(object); }),
  };
}

std::string node_sizes(const Object& object, Time) {
  const std::string desired = at(object.status, "/desired", at(object.spec, "/desired", "-"));
  return at(object.spec, "/min", "-") + "/" + desired + "/" + at(object.spec, "/max", "-");
}

std::vector<KindColumn> nodegroup_columns() {
  return {
      {{"CLUSTER"}, [](const Object& object, Time) { return at(object.spec, "/clusterRef/name"); }},
      kPhase,
      {{"TYPES"}, [](const Object& object, Time) { return at(object.spec, "/instanceTypes"); }},
      {{"CAPACITY"}, [](const Object& object, Time) { return at(object.spec, "/capacityType"); }},
      {{"MIN/DESIRED/MAX"}, node_sizes},
      kAge,
  };
}

const std::vector<KindColumn>& kind_columns(const std::string& kind) {
  static const std::vector<KindColumn> role = role_columns();
  static const std::vector<KindColumn> cluster = cluster_columns();
  static const std::vector<KindColumn> nodegroup = nodegroup_columns();
  static const std::vector<KindColumn> other = {kPhase, kAge};
  if (kind == "Role") return role;
  if (kind == "Cluster") return cluster;
  return kind == "NodeGroup" ? nodegroup : other;
}

}  // namespace

std::vector<Column> columns_of(const std::string& kind) {
  std::vector<Column> columns = {{"NAME"}};
  for (const KindColumn& column : kind_columns(kind)) columns.push_back(column.column);
  return columns;
}

std::vector<std::string> cells_of(const Object& object, const std::string& name, Time now) {
  std::vector<std::string> cells = {name};
  for (const KindColumn& column : kind_columns(object.kind)) {
    cells.push_back(column.cell(object, now));
  }
  return cells;
}

}  // namespace byoc
