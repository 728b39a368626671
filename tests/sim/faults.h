// Faults: what can go wrong in the simulated AWS, and how often. All zero is a calm world.
#pragma once

#include "base/time.h"

namespace byoc::sim {

struct Faults {
  // Per call, probabilities in [0, 1].
  double throttle = 0;      // rejected with the service's throttle code (K8), not executed
  double server_error = 0;  // 500 or 503, not executed
  double error_after = 0;   // 500, yet executed: a 5xx proves nothing
  double lost_before = 0;   // the request never arrived: Code::unknown_outcome, not executed
  double lost_after = 0;    // the answer never arrived: Code::unknown_outcome, executed
  // Below the client only: a page of somebody else in the place of the answer.
  double page_before = 0;  // the call never arrived
  double page_after = 0;   // it was executed
  double stale = 0;        // a call sees the windows below instead of the truth

  bool expired = false;  // credentials: every call is refused at the door

  // Eventual consistency: each new resource draws its windows from [0, max]. 0: none.
  Duration id_window_max{0};           // K5, K6: a new id answers NotFound
  Duration list_window_max{0};         // lists miss new things and still show deleted ones
  Duration edit_window_max{0};         // lists of EC2 and IAM show changed things as they were
  Duration propagation_window_max{0};  // K1-K4: other services do not believe new IAM things

  // Asynchronous failures, per resource.
  double nat_failure = 0;               // E3: accepted, then state "failed"
  double cluster_create_failure = 0;    // EKS cluster ends CREATE FAILED
  double nodegroup_create_failure = 0;  // ends CREATE_FAILED
  double nodegroup_delete_failure = 0;  // E32: ends DELETE_FAILED once, a second delete works
  double capacity_shortage = 0;         // nodegroup: InsufficientInstanceCapacity health issue

  // What AWS and its add-ons leave behind.
  double leaked_interface = 0;  // vpc-cni leaves an `available` ENI after a nodegroup is deleted
  double revived_logs = 0;      // EKS writes its log group again after the cluster is deleted

  // Somebody else changes things: probability per minute of virtual time.
  double drift_per_minute = 0;
};

// The windows and rates of an ordinary bad day, for randomized runs.
[[nodiscard]] Faults stormy();

}  // namespace byoc::sim
