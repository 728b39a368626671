// Mailbox: what other threads ask of the loop. They post a task and go on; the loop's wait wakes
// up, and the task runs on the loop's thread, where it may use the controller and the loop's store.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/status.h"

namespace byoc {

class Mailbox {
 public:
  using Task = std::function<void()>;

  // unavailable when there is no descriptor left.
  [[nodiscard]] static Result<std::unique_ptr<Mailbox>> make();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox();

  // From any thread.
  void post(Task task);

  // For the loop: readable while something is there, and what it is, in the order of arrival.
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::vector<Task> take();

 private:
  explicit Mailbox(int fd) : fd_(fd) {}

  int fd_;
  std::mutex mutex_;
  std::vector<Task> tasks_;
};

}  // namespace byoc
