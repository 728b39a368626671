// A child process whose output is read without blocking (credential_process).
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/status.h"
#include "base/time.h"

namespace byoc {

class ChildProcess {
 public:
  // Runs `command` with /bin/sh; standard error is ours.
  [[nodiscard]] static Result<std::unique_ptr<ChildProcess>> start(const std::string& command,
                                                                   Time deadline);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // ends it

  [[nodiscard]] int fd() const { return fd_; }  // readable: call advance()
  [[nodiscard]] Time deadline() const { return deadline_; }

  // Reads what there is. True when the process has ended, was too talkative, or is too late.
  [[nodiscard]] bool advance(Time now);
  [[nodiscard]] bool succeeded() const { return succeeded_; }
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  ChildProcess(pid_t pid, int fd, Time deadline) : pid_(pid), fd_(fd), deadline_(deadline) {}
  void watch_end();
  void end();

  pid_t pid_;
  int fd_;
  Time deadline_;
  std::string output_;
  bool closed_ = false;  // its output: fd_ tells of its end from then on
  bool succeeded_ = false;
};

}  // namespace byoc
