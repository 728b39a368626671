// The seam between byoc and the outer world: one API call in, one completion out.
//
// Implemented by cloud/aws (the real thing) and by tests/sim (a strict AWS in memory with virtual
// time). Everything above it is written once and runs on both.
//
// Requests and responses are JSON values in AWS's own names, exactly as boto3 shows them (without
// ResponseMetadata), with three rules:
//   - timestamps are RFC 3339 strings in UTC;
//   - IAM policy documents are JSON text (the URL encoding of the wire is already undone);
//   - a list operation answers with all its pages merged, and callers never see a marker; a call
//     that names the page size itself gets that one page.
// Errors carry a Code from the one table in cloud/aws/errors.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/secret.h"
#include "base/status.h"
#include "base/time.h"

namespace byoc {

// Who makes a call, and where: the ambient credentials, or a role assumed with them.
struct Principal {
  std::string region;        // "us-west-2"; never empty, also for global services
  std::string role_arn;      // empty: the ambient credential chain as it is
  Secret external_id;        // passed to AssumeRole when not empty
  std::string session_name;  // of the assumed role, e.g. "byoc-my-cluster"
};

struct Call {
  std::string service;    // as in botocore: "ec2", "iam", "eks", "sts", "s3", "logs"
  std::string operation;  // "CreateVpc"
  Json params = Json::object();
  std::shared_ptr<const Principal> principal;
};

using Ticket = std::uint64_t;  // names a call in flight; never reused in one process

struct Completion {
  Ticket ticket = 0;
  Status status;           // ok, or why not
  Json body;               // the parsed output; an object when status is ok
  std::string request_id;  // of the last attempt, empty when the service sent none
};

class Cloud {
 public:
  Cloud() = default;
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;
  virtual ~Cloud() = default;

  // Begins a call and returns at once. Attempts, back-off within the call, signing, credentials
  // and pages are the implementation's business.
  [[nodiscard]] virtual Ticket start(Call call) = 0;

  // Waits for the next completion, but not beyond `until`; nothing when the time came first.
  // The simulation moves its clock here; nothing else in the program waits.
  [[nodiscard]] virtual std::optional<Completion> wait(Time until) = 0;

  // The current time: the wall clock, or the simulation's.
  [[nodiscard]] virtual Time now() const = 0;
};

}  // namespace byoc
