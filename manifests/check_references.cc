// References: GitOps applies in any order, so a missing object is a warning, never an error.
#include <set>

#include "manifests/format.h"
#include "manifests/references.h"
#include "manifests/spelling.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

class ReferenceCheck {
 public:
  ReferenceCheck(const Object& object, const World& world, Findings& findings)
      : object_(object), world_(world), findings_(findings) {}

  void take(const ObjectReference& reference) {
    const auto& [key, pointer, unknown] = reference;
    if (unknown.empty()) return check_exists(key.kind, key.name, pointer);
    findings_.error(pointer, "the placeholder " + quoted_value(unknown) + " is not known",
                    "write ${" + placeholder_word(key.kind) + ".NAME.arn}");
  }

 private:
  void check_exists(const std::string& kind, const std::string& name, const std::string& pointer) {
    const Object* found = world_.find({kind, object_.metadata.ns, name});
    if (found == &object_) return findings_.error(pointer, "the object refers to itself");
    if (found != nullptr) {
      if (found->deleting())
        findings_.warning(pointer, kind + " " + quoted_value(name) + " is being deleted");
      return check_circle(*found, pointer);
    }
    findings_.warning(pointer, "there is no " + kind + " " + quoted_value(name) + " yet",
                      hint(kind, name));
  }

  // Each would wait for the other: to be made, and to be gone.
  void check_circle(const Object& found, const std::string& pointer) {
    std::set<ObjectKey> seen;
    const std::string way = way_back(found, seen);
    if (way.empty()) return;
    findings_.error(pointer,
                    "the references go in a circle: " + to_string(object_.key()) + " -> " + way,
                    "write out in one of them what it needs of the other, such as an ARN");
  }

  // "Role/b -> Role/a", from an object to the one that is checked; empty when it does not lead
  // there. Circles of more objects than that wait without being told.
  std::string way_back(const Object& from, std::set<ObjectKey>& seen) const {
    constexpr std::size_t kObjectsMax = 64;
    const std::string here = to_string(from.key());
    if (from.key() == object_.key()) return here;
    if (seen.size() == kObjectsMax || !seen.insert(from.key()).second) return {};
    for (const ObjectKey& key : references_of(from)) {
      const Object* next = world_.find(key);
      const std::string way = next == nullptr ? std::string() : way_back(*next, seen);
      if (!way.empty()) return here + " -> " + way;
    }
    return {};
  }

  std::string hint(const std::string& kind, const std::string& name) const {
    std::vector<std::string> same_kind;
    std::string other_kind;
    const auto look = [&](const Object& object) {
      if (object.metadata.ns != object_.metadata.ns) return;
      if (object.kind == kind) same_kind.push_back(object.metadata.name);
      if (object.kind != kind && object.metadata.name == name && &object != &object_)
        other_kind = object.kind;
    };
    for (const Manifest& manifest : world_.manifests()) look(manifest.object);
    for (const Object& object : world_.existing()) look(object);
    const std::string near = did_you_mean(name, same_kind);
    if (!near.empty()) return near;
    if (!other_kind.empty())
      return "there is a " + other_kind + " of this name, but a " + kind + " is needed";
    return "it may come later; until then this object waits";
  }

  const Object& object_;
  const World& world_;
  Findings& findings_;
};

}  // namespace

void check_references(const Object& object, const World& world, Findings& findings) {
  ReferenceCheck check(object, world, findings);
  for (const ObjectReference& reference : find_references(object)) check.take(reference);
}

}  // namespace byoc
