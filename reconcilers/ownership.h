// Ownership: the tags that say whose a resource is, and the tokens and names derived from them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "manifests/object.h"
#include "reconcilers/snapshot.h"

namespace byoc {

inline constexpr std::string_view kTagOwnerUid = "byoc.dev/owner-uid";
inline constexpr std::string_view kTagOwner = "byoc.dev/owner";
inline constexpr std::string_view kTagKey = "byoc.dev/key";
inline constexpr std::string_view kTagIntent = "byoc.dev/intent";
inline constexpr std::string_view kTagPrefix = "byoc.dev/";
// What byoc has set and may take away again, as marks: the keys of tags, and parts (the policies of
// a role). They stand on the resource itself, so that they outlive the store.
inline constexpr std::string_view kTagKeys = "byoc.dev/tag-keys";
inline constexpr std::string_view kTagParts = "byoc.dev/parts";

// On what stood in our cluster before us: it is mended, and not deleted with us.
inline constexpr std::string_view kTagStood = "byoc.dev/stood-before";

// SetMarks of a fixed width, one after the other; AWS takes 256 characters, and what does not fit
// is not remembered and so never taken away.
using SetMarks = std::set<std::string>;
[[nodiscard]] std::string mark_of(std::string_view text);
[[nodiscard]] std::string marks_text(const SetMarks& marks);
[[nodiscard]] SetMarks read_marks(const std::map<std::string, std::string>& tags,
                                  std::string_view tag);

// Whose a graph is.
struct Owner {
  std::string uid;
  ObjectKey object;
};

using Tags = std::map<std::string, std::string>;

// Reads tags in either of AWS's forms: a list under "Tags"/"TagSet"/"tags", or a map.
[[nodiscard]] Tags read_tags(const Json& item);

// The value of the owner-uid tag of an item in an answer; empty when it has none.
[[nodiscard]] std::string owner_of(const Json& item);

// Whether its tags name an owner, and can be read to the last.
[[nodiscard]] bool has_owner_tags(const Json& item);

// Fills owner_uid, key and intent of an observed resource from its tags.
void take_ownership_from_tags(Observed& observed);

// What resources must carry: the user's tags and the marks of their keys, a Name, and ownership
// (but for the intent tag and the marks of parts). From one to the next only the key and the Name
// change.
class WantedTags {
 public:
  explicit WantedTags(const Owner& owner) : owner_(owner) {}
  WantedTags(const WantedTags&) = delete;
  WantedTags& operator=(const WantedTags&) = delete;

  // Until the next call.
  [[nodiscard]] const Tags& of(const std::string& key, const Tags& user);

 private:
  struct Made {
    Tags tags;
    std::string* key = nullptr;   // in the tags
    std::string* name = nullptr;  // the same, unless the user gives the Name
  };

  const Owner& owner_;
  std::map<Tags, Made> made_;  // by the user's tags, of which a graph has few
};
[[nodiscard]] Tags wanted_tags(const Owner& owner, const std::string& key, const Tags& user);

// What users write, as a part of a graph key: different texts, different parts. A key is the value
// of a tag: what tags may not hold, and "=", becomes "=XX" (hexadecimal); a long text ends in a
// hash.
[[nodiscard]] std::string key_part(std::string_view text);

// As AWS wants them: [{"Key": k, "Value": v}].
[[nodiscard]] Json tag_list(const Tags& tags);

// The idempotency token of one promise: the same across retries and restarts, another when the
// parameters change or when an earlier promise of the same key was kept and is over.
[[nodiscard]] std::string make_token(const std::string& owner_uid, const std::string& key,
                                     const std::string& params_hash, Time promised);

// The first 8 hexadecimal digits of the uid: goes into names of types without tags.
[[nodiscard]] std::string short_uid(const std::string& uid);

// "PREFIX-MIDDLE-SUFFIX" with the middle cut so that the whole has at most `max` characters; a cut
// middle ends in a hash of the whole, so that two long names stay two names.
[[nodiscard]] std::string aws_name(std::string_view prefix, std::string_view middle,
                                   std::string_view suffix, std::size_t max);

// The EKS name of the Cluster of this name.
[[nodiscard]] std::string cluster_name(const std::string& object_name);

}  // namespace byoc
