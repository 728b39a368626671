#include "controller/provider.h"

#include "base/check.h"

namespace byoc {

const Provider& provider_of(const ObjectKind& kind) {
  switch (*kind.provider) {
    case ProviderName::aws: return aws_provider();
  }
  check(false, "a kind has a provider");
  return aws_provider();
}

}  // namespace byoc
