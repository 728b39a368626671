// The moment at which the tests of this folder take place.
#pragma once

#include "base/time.h"

namespace byoc {

inline const Time kNow = parse_time("2026-01-31T09:30:00Z");

}  // namespace byoc
