#include "base/kept.h"

namespace byoc {

std::pmr::memory_resource& kept_memory() {
  // Never destroyed: what other statics keep may be freed after it.
  static auto& pools = *new std::pmr::synchronized_pool_resource;
  return pools;
}

}  // namespace byoc
