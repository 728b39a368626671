// The kinds of objects, as the controller has them: one value per kind. Nothing else in the program
// names a kind, but for the files that build it and its checks. What a kind is as text is in
// manifests/kinds.h.
#pragma once

#include <string_view>
#include <vector>

#include "base/required.h"
#include "base/time.h"
#include "reconcilers/build.h"
#include "reconcilers/columns.h"
#include "reconcilers/status.h"

namespace byoc {

// As whom the calls for an object are made, and in which region.
enum class Identity {
  ambient,   // as byoc itself
  own,       // as the role, and in the region, that its spec names (roleRef, roleArn, region)
  referred,  // as the object with an identity of its own that it refers to
};

// Whose API its resources are made by; each is a controller/provider.h.
enum class ProviderName { aws };

// What a build function needs to know beyond who makes the calls (Facts); how it is learned is the
// provider's (controller/provider.h).
enum class FactName {
  zones,   // availability zones of the region
  addons,  // versions of EKS's add-ons, once the cluster has another version
  offers,  // where the wanted instance types are offered, as long as no nodes are made
};

// One field of the status, and where its value comes from.
struct Output {
  std::string_view path;   // JSON pointer into the status
  std::string_view key;    // of the graph
  std::string_view field;  // of what was observed under the key
};

// A row type that outlives its object when a field of the spec says Retain.
struct RetainedPart {
  std::string_view type;
  std::string_view path;      // of the field: "deletionPolicy/bucket"
  std::string_view fallback;  // what a spec without the field means
};

// A member that a new kind forgets does not compile; what it does not have, it says.
struct ObjectKind {
  using Build = Built (*)(const Object& object, const Owner& owner, const Facts& facts);
  // What the object's resources, as they stand, say was decided, when there is no record of that;
  // null: they say nothing.
  using Decided = Json (*)(const Object& object, const Facts& facts, const Snapshot& snapshot);
  using WriteOutputs = void (*)(Object& object, const ByKey& by_key);

  Required<std::string_view> name;

  // what it is made of
  Required<Build> build;
  Required<std::vector<std::string_view>> types;  // every row type that its graphs may hold
  Required<bool> global;                          // its resources belong to no region
  Required<Decided> decided;                      // null: its manifests leave nothing open
  Required<std::vector<RetainedPart>> retained;

  // who works for it, and when
  Required<ProviderName> provider;
  Required<Identity> identity;
  Required<bool> lends_identity;  // others work as it: it is restored before they are looked for
  Required<std::vector<FactName>> facts;
  Required<bool> is_followed;   // those that refer to it go up with its Kubernetes version
  Required<Duration> interval;  // between passes over a converged one; zero: as all objects

  // what its status says
  Required<std::string_view> main;  // key of the resource that it is about
  Required<std::string_view> ready_phase;
  Required<std::vector<Output>> outputs;
  Required<WriteOutputs> write_outputs;        // those that are more than a field; or null
  Required<void (*)(Object&)> expect_outputs;  // for dry runs: what others need of one that is yet
                                               // to be made; or null
  Required<std::vector<KindColumn>> columns;

  // its end
  Required<std::string_view> in_use;    // reason of a deletion that waits for dependents
  Required<bool> name_is_used_once;     // nothing else may be called as one that was deleted
  Required<std::string_view> swept_as;  // kind of the record that takes away what it left behind
};

// In the order of dependency: a kind behind those that it may refer to.
[[nodiscard]] const std::vector<ObjectKind>& all_kinds();
// Null for a kind that this version does not have: a record may name one.
[[nodiscard]] const ObjectKind* find_kind(std::string_view name);
// Whether others work as objects of this kind.
[[nodiscard]] bool lends_identity(std::string_view kind);

}  // namespace byoc
