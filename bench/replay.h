// Replay: answers of the simulated AWS on disk, so that a process without a world can ask again.
//
// `record` writes what a converged world answers; `Replay` serves it, one file read and one JSON
// parse per call, and keeps nothing but the places of the answers. A process on a Replay needs the
// memory and the time of byoc itself.
#pragma once

#include <cstdint>
#include <deque>
#include <fstream>
#include <map>
#include <string>
#include <unordered_map>

#include "cloud/cloud.h"

namespace byoc::bench {

// Passes every call on, and writes its answer to `dir`/answers and its place to `dir`/index.
class Recorder final : public Cloud {
 public:
  Recorder(Cloud& inner, const std::string& dir);

  [[nodiscard]] Ticket start(Call call) override;
  [[nodiscard]] std::optional<Completion> wait(Time until) override;
  [[nodiscard]] Time now() const override { return inner_.now(); }

 private:
  Cloud& inner_;
  std::ofstream answers_;
  std::ofstream index_;
  std::map<Ticket, std::size_t> names_;
  std::uint64_t written_ = 0;
};

class Replay final : public Cloud {
 public:
  explicit Replay(const std::string& dir);

  // Stops the program for a call that was not recorded.
  [[nodiscard]] Ticket start(Call call) override;
  [[nodiscard]] std::optional<Completion> wait(Time until) override;
  [[nodiscard]] Time now() const override { return now_; }
  [[nodiscard]] int calls() const { return static_cast<int>(last_); }

 private:
  struct Place {
    std::uint64_t offset = 0;
    std::size_t size = 0;
  };
  struct Flight {
    Ticket ticket = 0;
    Place place;
    Time at{};
  };

  std::ifstream answers_;
  std::unordered_map<std::size_t, Place> index_;  // by hash of the call
  std::deque<Flight> flights_;
  Ticket last_ = 0;
  Time now_{};
};

}  // namespace byoc::bench
