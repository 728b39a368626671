#include "manifests/foreign.h"

#include <algorithm>

#include "base/ascii.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"

namespace byoc {
namespace {

constexpr std::string_view kOurGroup = "byoc.dev";
constexpr std::string_view kOurWord = "byoc";
constexpr std::string_view kCoreGroup = "v1";  // of Kubernetes, which has no group's name
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kGroupEditsMax = 2;  // "boyc.dev", "byoc.de", "byoc/dev"

std::string text_of_member(const Json& document, const char* name) {
  const auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_our_kind(const std::string& kind, bool nearly) {
  const auto& kinds = schema_kinds();
  return nearly ? nearest(kind, kinds).has_value()
                : std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// Of one that is mistyped, cut off, or without its group.
bool is_nearly_ours(const std::string& version) {
  const std::string small = lower(version);
  if (small.find(kOurWord) != std::string::npos) return true;
  if (kApiVersion.starts_with(small) || kApiVersion.ends_with(small)) return true;
  return edit_distance(small.substr(0, small.find('/')), kOurGroup) <= kGroupEditsMax ||
         edit_distance(small, kApiVersion) <= kGroupEditsMax;
}

bool is_member_object(const Json& document, const char* name) {
  const auto found = document.find(name);
  return found != document.end() && found->is_object();
}

}  // namespace

bool is_foreign(const Json& document) {
  if (!document.is_object()) return false;
  const std::string version = text_of_member(document, "apiVersion");
  const std::string kind = text_of_member(document, "kind");
  if (version.empty()) {
    if (!kind.empty()) return !is_our_kind(kind, /*nearly=*/true);
    // Both are lost, or this is no object at all.
    return !is_member_object(document, "metadata") || !is_member_object(document, "spec");
  }
  if (version != kCoreGroup && is_nearly_ours(version)) return false;
  const bool grouped = version.find('/') != std::string::npos;
  return grouped || !is_our_kind(kind, /*nearly=*/false);
}

std::vector<ForeignDocument> take_foreign(Loaded& loaded) {
  std::vector<ForeignDocument> foreign;
  std::erase_if(loaded.manifests, [&](const Manifest& manifest) {
    if (!is_foreign(manifest.document)) return false;
    const auto mark = manifest.marks.find("");
    foreign.push_back({manifest.object.kind, manifest.object.metadata.name,
                       mark == manifest.marks.end() ? 0 : mark->second.line});
    return true;
  });
  return foreign;
}

bool mentions_byoc(std::string_view text) {
  const std::string small = lower(text);
  if (small.find(kOurWord) != std::string::npos) return true;
  // `kind: NodeGroup`, nearly, or a kind that is lost: whatever else is wrong, this may be ours.
  constexpr std::string_view kKind = "kind";
  constexpr std::string_view kBetween = "\"': \t";
  for (std::size_t at = small.find(kKind); at != std::string::npos; at = small.find(kKind, at)) {
    at += kKind.size();
    const std::size_t value = std::min(small.find_first_not_of(kBetween, at), small.size());
    if (small.substr(at, value - at).find(':') == std::string::npos) continue;
    const std::size_t end = std::min(small.find_first_not_of(kLetters, value), small.size());
    const std::string word = small.substr(value, end - value);
    if (word.empty() || is_our_kind(word, /*nearly=*/true)) return true;
  }
  return false;
}

void leave_out_foreign(std::string_view text, const std::string& file, Loaded& loaded) {
  const std::vector<ForeignDocument> foreign = take_foreign(loaded);
  const bool other =
      has_errors(loaded.diagnostics) && loaded.manifests.empty() && !mentions_byoc(text);
  if (other) loaded.diagnostics.clear();
  if (other || !foreign.empty()) loaded.diagnostics.push_back(foreign_notice(file, foreign));
}

Diagnostic foreign_notice(const std::string& file, const std::vector<ForeignDocument>& documents) {
  std::string what = "is no manifest of byoc";
  int line = 0;
  if (!documents.empty()) {
    line = documents.front().line;
    const std::string& kind = documents.front().kind;
    if (!kind.empty()) what = "holds another program's " + kind;
  }
  return {Severity::warning,
          file,
          line,
          line > 0 ? 1 : 0,
          "",
          what + "; it is left out",
          "name it in .byocignore, and this is not said again"};
}

}  // namespace byoc
