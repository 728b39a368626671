#include "tests/sim/faults.h"

namespace byoc::sim {

Faults stormy() {
  Faults faults;
  faults.throttle = 0.05;
  faults.server_error = 0.02;
  faults.error_after = 0.02;
  faults.lost_before = 0.02;
  faults.lost_after = 0.02;
  faults.page_before = 0.02;
  faults.page_after = 0.02;
  faults.stale = 0.5;
  faults.id_window_max = std::chrono::seconds(5);
  faults.list_window_max = std::chrono::minutes(2);
  faults.propagation_window_max = std::chrono::seconds(60);
  faults.nat_failure = 0.1;
  faults.cluster_create_failure = 0.05;
  faults.nodegroup_create_failure = 0.1;
  faults.nodegroup_delete_failure = 0.1;
  faults.capacity_shortage = 0.1;
  faults.leaked_interface = 0.3;
  faults.revived_logs = 0.3;
  faults.drift_per_minute = 0.05;
  return faults;
}

}  // namespace byoc::sim
