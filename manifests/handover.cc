#include "manifests/handover.h"

#include <algorithm>
#include <map>
#include <optional>

#include "manifests/kinds.h"
#include "manifests/validate.h"

namespace byoc {
namespace {

std::string within_namespace(const ObjectKey& key) {
  return key.ns + "/" + key.name;
}

class HandoverSearch {
 public:
  HandoverSearch(const std::vector<Manifest>& manifests, const std::vector<Object>& existing,
                 const std::set<ObjectKey>& leaving)
      : world_(manifests, existing), leaving_(leaving) {}

  // What moves with others (a NodeGroup with its Cluster) is found once they are.
  std::vector<Handover> run() {
    bool more = true;
    while (more) {
      const std::size_t before = found_.size();
      for (const Manifest& manifest : world_.manifests()) {
        const ObjectKey key = manifest.object.key();
        if (world_.find_existing(key) != nullptr || former_name(found_, key) != nullptr) continue;
        if (const auto from = former_of(manifest.object)) add({*from, key});
      }
      more = found_.size() != before;
    }
    return std::move(found_);
  }

 private:
  void add(Handover handover) {
    moved_[within_namespace(handover.from)].insert(within_namespace(handover.to));
    found_.push_back(std::move(handover));
  }

  std::optional<ObjectKey> former_of(const Object& object) const {
    const auto name = first_name(object);
    if (!name) return std::nullopt;
    for (const ObjectKey& key : leaving_) {
      const Object* old = key.kind == object.kind ? world_.find_existing(key) : nullptr;
      if (old == nullptr || is_taken(key)) continue;
      const auto theirs = first_name(*old);
      if (theirs && is_same(*theirs, *name) && is_written_alike(*old, object, *name)) return key;
    }
    return std::nullopt;
  }

  bool is_taken(const ObjectKey& from) const {
    return std::any_of(found_.begin(), found_.end(),
                       [&](const Handover& one) { return one.from == from; });
  }

  std::optional<TakenName> first_name(const Object& object) const {
    const ManifestKind* kind = find_manifest_kind(object.kind);
    if (kind == nullptr || object.metadata.name.empty()) return std::nullopt;
    const std::vector<TakenName> names = kind->names(object, world_);
    return names.empty() ? std::nullopt : std::optional(names.front());
  }

  bool is_same(const TakenName& old, const TakenName& now) const {
    if (old.what != now.what || old.name != now.name) return false;
    // A scope that nobody writes is what it has been (x-default-of).
    if (!now.scope.empty() && !follows(old.scope, now.scope)) return false;
    const bool known = !old.account.empty() && !now.account.empty();
    return known ? old.account == now.account : follows(old.credentials, now.credentials);
  }

  // Names that differ by case alone are two names to what is built with them.
  static bool is_written_alike(const Object& old, const Object& now, const TakenName& name) {
    constexpr std::string_view kSpec = "/spec";
    if (!name.pointer.starts_with(kSpec)) return true;
    const std::string below = name.pointer.substr(kSpec.size());
    return text_at(old.spec, below) == text_at(now.spec, below);
  }

  // Whether what one was, "ns/name" of another object or any other text, is what the other one is.
  bool follows(const std::string& old, const std::string& now) const {
    const auto moved = moved_.find(old);
    return old == now || (moved != moved_.end() && moved->second.contains(now));
  }

  World world_;
  const std::set<ObjectKey>& leaving_;
  std::vector<Handover> found_;
  std::map<std::string, std::set<std::string>> moved_;  // "ns/name" of any kind
};

}  // namespace

std::vector<Handover> find_handovers(std::vector<Manifest> manifests,
                                     const std::vector<Object>& existing,
                                     const std::set<ObjectKey>& leaving) {
  if (leaving.empty()) return {};
  for (Manifest& manifest : manifests) apply_defaults(manifest.object);
  return HandoverSearch(manifests, existing, leaving).run();
}

std::vector<Object> under_new_names(std::vector<Object> existing,
                                    const std::vector<Handover>& handovers) {
  for (Object& object : existing) {
    const auto found = std::find_if(handovers.begin(), handovers.end(),
                                    [&](const Handover& one) { return one.from == object.key(); });
    if (found == handovers.end()) continue;
    object.metadata.ns = found->to.ns;
    object.metadata.name = found->to.name;
  }
  return existing;
}

const ObjectKey* former_name(const std::vector<Handover>& handovers, const ObjectKey& key) {
  const auto found = std::find_if(handovers.begin(), handovers.end(),
                                  [&](const Handover& one) { return one.to == key; });
  return found == handovers.end() ? nullptr : &found->from;
}

}  // namespace byoc
