// Journal: every call that reached the simulated AWS, in the order in which it arrived.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud.h"

namespace byoc::sim {

struct Entry {
  Time at{};  // when AWS answered it in its own mind; the caller hears later
  Ticket ticket = 0;
  std::string service;
  std::string operation;
  std::string account;
  std::string region;
  bool mutates = false;
  bool executed = false;  // false: refused at the door (throttle, 5xx, no credentials, unsupported)
  bool lost = false;      // the caller was told unknown_outcome
  Code code = Code::ok;   // what AWS answered, whether the caller heard it or not
  std::string aws_code;
  std::string message;
  Json params;  // of a mutating call; null for reads
};

using Journal = std::vector<Entry>;

// The entries from index `from` on that fit; empty texts fit all.
[[nodiscard]] std::size_t count_calls(const Journal& journal, std::string_view service,
                                      std::string_view operation, std::size_t from = 0);
// Mutating calls that were executed with success.
[[nodiscard]] std::vector<const Entry*> mutations(const Journal& journal, std::size_t from = 0);
// Calls that AWS answered with an error.
[[nodiscard]] std::vector<const Entry*> rejected(const Journal& journal, std::size_t from = 0);
// "12.345s ec2:CreateVpc us-west-2 ok {...}": one line for a failing test's message.
[[nodiscard]] std::string show(const Entry& entry, Time start);

}  // namespace byoc::sim
