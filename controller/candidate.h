// Candidate: what one manifest would become beside what is stored; for byocctl apply and for the
// watched directory alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/secrets.h"
#include "controller/store.h"
#include "manifests/load.h"

namespace byoc {

// On objects that come from a watched file: FILE[@COMMIT], the commit that last changed them.
inline constexpr std::string_view kSourceAnnotation = "byoc.dev/source";
// The names of the annotations that the last applied manifest had, as a JSON array: what it had and
// the next one has not is taken away, and what others have put there stays, as kubectl apply does.
inline constexpr std::string_view kAppliedAnnotation = "byoc.dev/applied-annotations";
// The condition of an object that its files do not reach: why they are not followed.
inline constexpr std::string_view kSourceCondition = "Source";

struct Candidate {
  Object object;         // without uid when fresh: the store gives one
  bool fresh = false;    // there is none of that name yet
  bool changed = false;  // its spec, labels or annotations differ from the stored ones
  std::optional<ObjectKey> from = {};  // what it is called in the store, if not so
  // Where it comes from differs, or which annotations are its manifest's; or its files are followed
  // again.
  bool moved = false;
};

// Where a manifest comes from. byocctl names no file: what it applies belongs to no directory.
struct Origin {
  std::string file;
  std::string commit;
};

// `stored` is the object of the same key, null when there is none.
[[nodiscard]] Candidate candidate_for(const Manifest& manifest, const Object* stored,
                                      const Origin& origin);

// The annotations that a manifest has from whoever wrote it: what byoc keeps there for itself is
// not theirs to say.
[[nodiscard]] std::map<std::string, std::string> own_annotations(const Metadata& metadata);

// The file that an object comes from; "" when it comes from none.
[[nodiscard]] std::string source_file(const Object& object);

// Names of deleted clusters stay taken: whatever still knows them must not meet another cluster.
[[nodiscard]] Status check_name(const Candidate& candidate,
                                const std::vector<Tombstone>& tombstones);

// Puts it into the store, without the secrets that its manifest holds literally; what its status
// says of files that are not followed goes. From here on the promise stands.
[[nodiscard]] Result<Object> store_candidate(Object object, ObjectStore& store,
                                             const Secrets& secrets, Time now);

// The same of an object that the store has under another name (manifests/handover.h). A secret that
// is kept for it is there under both names while the store changes.
[[nodiscard]] Result<Object> store_renamed(const ObjectKey& from, Object object, Store& store,
                                           const Secrets& secrets, Time now);

// Marks an object as to be deleted; the controller then takes everything of it away. What others
// write into it meanwhile is no matter, but for its spec: that is a conflict.
[[nodiscard]] Status mark_deleted(Object object, ObjectStore& store, Time now);

// The object of a key; null when there is none.
[[nodiscard]] const Object* find_object(const std::vector<Object>& objects, const ObjectKey& key);

}  // namespace byoc
