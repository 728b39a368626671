// The one source of chance in a simulation: equal seeds give equal histories on every machine.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace byoc::sim {

// splitmix64. The standard distributions are not portable between libraries, so we bring ours.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_);
  }
  // Uniform in [0, limit); 0 when limit is 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  // Draws nothing when the answer is certain, so a calm run spends no randomness.
  [[nodiscard]] bool chance(double probability) {
    if (probability <= 0) return false;
    if (probability >= 1) return true;
    return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
  }
  // Uniform in [low, high].
  [[nodiscard]] Duration between(Duration low, Duration high) {
    if (high <= low) return low;
    return low + Duration(below(static_cast<std::uint64_t>((high - low).count()) + 1));
  }

  [[nodiscard]] static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace byoc::sim
