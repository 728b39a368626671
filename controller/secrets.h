// Secrets of objects: literal values leave the spec before it is stored; references are resolved.
//
// Values that byoc keeps (literal ones and generated ones) lie in files of mode 0600 under
// STATE/secrets, one per object and field, and are dropped with the object.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/secret.h"
#include "base/status.h"
#include "manifests/object.h"

namespace byoc {

// Puts the fingerprint in the place of a literal externalId, in the spec and in the copies of the
// manifest that tools keep in annotations. Answers with the one of the spec. Pure.
std::optional<Secret> without_literals(Object& object);

class Secrets {
 public:
  // `dir` is the state directory; empty: nothing can be kept (tests of other things).
  explicit Secrets(std::string dir) : dir_(std::move(dir)) {}

  // Moves a literal externalId out of the spec into a file; the spec keeps
  // `externalIdFrom: {stored: "sha256:..."}`. Idempotent.
  [[nodiscard]] Status take_literals(Object& object) const;

  // The object's external id: from the environment, a file, the kept value, or generated once and
  // kept. Nothing when the object names none. For a Cluster with a roleRef, ask for its Role.
  // A dry run generates nothing: it answers with a stand-in.
  [[nodiscard]] Result<std::optional<Secret>> external_id(const Object& object,
                                                          bool dry_run = false) const;

  // Keeps for one object what is kept for another one, too. Its absence is fine.
  [[nodiscard]] Status copy(const ObjectKey& from, const ObjectKey& to) const;

  // Removes what is kept for an object. Its absence is fine.
  [[nodiscard]] Status drop(const ObjectKey& key) const;

 private:
  [[nodiscard]] std::string path_of(const ObjectKey& key) const;
  [[nodiscard]] Status write(const ObjectKey& key, const Secret& value) const;
  [[nodiscard]] Result<Secret> read_kept(const ObjectKey& key) const;

  std::string dir_;
};

}  // namespace byoc
