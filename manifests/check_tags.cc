// Tags: what AWS takes of them together, and what policies ask of them.
#include <map>

#include "base/ascii.h"
#include "manifests/format.h"
#include "manifests/kinds.h"
#include "manifests/pointer.h"

namespace byoc {
namespace {

// byoc's own tag beside the user's: exactly `Name` takes its place.
constexpr const char* kNameTag = "Name";

std::string lowered(std::string text) {
  for (char& c : text) c = lower(c);
  return text;
}

}  // namespace

// Source: IAM user guide, "Rules for tagging in IAM": keys are not told apart by case. Clusters
// have roles too.
void check_tags(const Object& object, Findings& findings) {
  const Json* tags = value_at(object.spec, "/tags");
  if (tags == nullptr || !tags->is_object()) return;
  const ManifestKind* kind = find_manifest_kind(object.kind);
  if (kind == nullptr || !kind->has_iam_tags) return;
  const Json* written = value_at(findings.manifest().document, "/spec/tags");
  std::map<std::string, std::string> seen = {{lowered(kNameTag), kNameTag}};
  for (const auto& [key, value] : tags->items()) {
    const auto [first, fresh] = seen.emplace(lowered(key), key);
    if (fresh || first->second == key) continue;
    const bool own = first->second == kNameTag && !tags->contains(kNameTag);
    const std::string& shown = written != nullptr && written->contains(key) ? key : first->second;
    findings.error_at_key(pointer_to("/spec/tags", shown),
                          "IAM does not tell the tag keys " + quoted_value(first->second) +
                              " and " + quoted_value(key) + " apart",
                          own ? "write `Name`, which takes the place of byoc's own, or another key"
                              : "keep one of them");
  }
}

}  // namespace byoc
