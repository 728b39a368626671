// What the kernel counts of this process, under the names that Prometheus' own clients use.
#pragma once

#include "controller/metrics.h"

namespace byoc {

// Sets the series of process_*. What cannot be read now keeps its last value.
void set_process_stats(Metrics& metrics);

}  // namespace byoc
