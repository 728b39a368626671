#include "controller/provider.h"

#include <set>

#include "base/check.h"

namespace byoc {
namespace {

// Objects may refer to each other in a circle: each is looked at once.
const Object* search_source(const Object& object, const FindObject& find,
                            std::set<ObjectKey>& seen) {
  const ObjectKind* kind = find_kind(object.kind);
  if (kind == nullptr || !seen.insert(object.key()).second) return nullptr;
  if (kind->identity == Identity::own) return &object;
  if (kind->identity == Identity::ambient) return nullptr;
  for (const ObjectKey& key : references_of(object)) {
    const Object* other = find(key);
    const Object* source = other == nullptr ? nullptr : search_source(*other, find, seen);
    if (source != nullptr) return source;
  }
  return nullptr;
}

}  // namespace

const Object* identity_source(const Object& object, const FindObject& find) {
  std::set<ObjectKey> seen;
  return search_source(object, find, seen);
}

const Provider& provider_of(const ObjectKind& kind) {
  switch (*kind.provider) {
    case ProviderName::aws: return aws_provider();
  }
  check(false, "a kind has a provider");
  return aws_provider();
}

}  // namespace byoc
