// The moment at which the tests of this folder take place.
#pragma once

#include <chrono>

#include "base/time.h"

namespace byoc {

inline constexpr Time kNow{std::chrono::seconds(1'800'000'000)};

}  // namespace byoc
