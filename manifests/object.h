// Object: one manifest's worth of intent and, in `status`, what was seen of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"
#include "base/time.h"

namespace byoc {

inline constexpr std::string_view kApiVersion = "byoc.dev/v1alpha1";
inline constexpr std::string_view kFinalizer = "byoc.dev/teardown";

// Names one object; its identity for users. The uid is its identity for the cloud.
struct ObjectKey {
  std::string kind;  // "Role", "Cluster", "NodeGroup"
  std::string ns = "default";
  std::string name;

  auto operator<=>(const ObjectKey&) const = default;
};

// "Cluster/my-cluster"; with another namespace than "default": "Cluster/team-a/my-cluster".
[[nodiscard]] std::string to_string(const ObjectKey& key);

inline constexpr std::size_t kVersionBytesMax = 128;  // of a resourceVersion

struct Metadata {
  std::string name;
  std::string ns = "default";
  std::string uid;  // UUID, given by the store at creation
  std::int64_t generation = 0;
  // Of what is stored, given by the store with each change; "" before. Opaque: two are equal or
  // not, and neither is the older one.
  std::string resource_version;
  std::optional<Time> created;
  std::optional<Time> deleted;  // deletionTimestamp: set once, never taken back
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::vector<std::string> finalizers;
};

struct Object {
  std::string kind;
  Metadata metadata;
  Json spec = Json::object();
  Json status = Json::object();

  [[nodiscard]] ObjectKey key() const { return {kind, metadata.ns, metadata.name}; }
  [[nodiscard]] bool deleting() const { return metadata.deleted.has_value(); }
};

// Kubernetes' JSON form: apiVersion, kind, metadata, spec, status (an empty status is left out).
[[nodiscard]] Json to_json(const Object& object);
[[nodiscard]] Result<Object> object_from_json(const Json& json);

// Conditions in Kubernetes' form, kept in status.conditions and sorted by type.
// Sets or replaces one; lastTransitionTime moves only when the status ("True", "False", "Unknown")
// changes. Returns whether anything changed.
struct Condition {
  std::string type;     // "Ready"
  std::string status;   // "True", "False", "Unknown"
  std::string reason;   // CamelCase word
  std::string message;  // for people; no request ids, no times
};
bool set_condition(Object& object, const Condition& condition, Time now);
[[nodiscard]] std::optional<Condition> find_condition(const Object& object, std::string_view type);
bool remove_condition(Object& object, std::string_view type);

}  // namespace byoc
