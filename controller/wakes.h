// Wakes: one descriptor that can be read when any of several can. The loop waits for it beside its
// calls, and runs what belongs to those that are ready.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "base/status.h"

namespace byoc {

class Wakes {
 public:
  // unavailable when there is no descriptor left.
  [[nodiscard]] static Result<std::unique_ptr<Wakes>> make();
  Wakes(const Wakes&) = delete;
  Wakes& operator=(const Wakes&) = delete;
  ~Wakes();

  // `fd` stays the caller's and must outlive this; `on_readable` must read it empty.
  [[nodiscard]] Status add(int fd, std::function<void()> on_readable);

  [[nodiscard]] int fd() const { return fd_; }
  // Runs what is due; never waits.
  void dispatch();

 private:
  explicit Wakes(int fd) : fd_(fd) {}

  int fd_;
  std::map<int, std::function<void()>> readers_;
};

}  // namespace byoc
