// build(): Object x Facts -> Graph. Pure; one file per kind.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "manifests/object.h"
#include "manifests/references.h"
#include "reconcilers/graph.h"
#include "reconcilers/ownership.h"
#include "reconcilers/snapshot.h"

namespace byoc {

// In dry runs, the beginning of a text that stands for what another object will have.
inline constexpr std::string_view kKnownLater = "(known after ";

// A zone where nothing new is put.
struct ClosedZone {
  std::string why;        // "is impaired at the moment"
  bool for_good = false;  // waiting does not help
};

// What a build function may know about the world: nothing that byoc itself makes for the object.
struct Facts {
  std::string account;     // 12 digits, of the credentials in use
  std::string caller_arn;  // whose credentials these are
  std::string partition;   // "aws", "aws-cn", "aws-us-gov"
  std::string region;
  std::vector<std::string> zones;  // where new things may be put in the region, sorted
  std::map<std::string, ClosedZone> closed_zones;  // where they may not
  std::map<std::string, Secret> secrets;           // "externalId"
  std::map<ObjectKey, Object> objects;  // the objects that this one refers to, as they stand
  // Objects that refer to this one, as they stand, while its version is to be raised.
  std::vector<Object> dependents;
  // By instance type: the zones that offer it; nothing while nobody has asked.
  std::optional<std::map<std::string, std::set<std::string>>> offers;
  // By add-on: the version that EKS gives to a new one, where byoc has to choose one.
  std::map<std::string, std::string> addon_versions;
  // What was chosen for the object before, as Built::decided has it; null: nothing yet. A choice
  // stands, whatever the facts are by now: they are for what is chosen anew.
  Json decided;
};

// A graph, or why there is none yet. An object without a graph is left exactly as it is.
struct Built {
  Graph graph;
  std::string reason;   // CamelCase; empty: the graph is complete
  std::string message;  // for people
  bool wrong = false;   // the manifest must change; otherwise waiting helps
  // What the manifest leaves open and facts decided. It is kept with the object, and must not hang
  // on facts any more from then on (law: facts do not choose identity).
  Json decided;
};

// What every build function goes through: an object whose graph cannot be is an answer (`wrong`,
// with what stands in its way), never the end of the program.
[[nodiscard]] Built build(const Object& object, const Owner& owner, const Facts& facts);

[[nodiscard]] Built build_role(const Object& object, const Owner& owner, const Facts& facts);
[[nodiscard]] Built build_cluster(const Object& object, const Owner& owner, const Facts& facts);
[[nodiscard]] Built build_nodegroup(const Object& object, const Owner& owner, const Facts& facts);

// Row types that stay when the object is deleted (deletionPolicy).
[[nodiscard]] std::set<std::string> retained_types(const Object& object);

// Whether the object only looks (managementPolicy: Observe).
[[nodiscard]] bool observes(const Object& object);

// Marks every node as the object's management fields say (observe only, adopt, replace, tags).
void apply_management(const Object& object, Graph& graph);

// The object's tags; empty when it has none.
[[nodiscard]] Tags tags_of(const Object& object);

}  // namespace byoc
