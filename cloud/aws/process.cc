#include "cloud/aws/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace byoc {
namespace {

constexpr std::size_t kOutputMax = 1U << 20U;

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::string& command,
                                                          Time deadline) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return error(Code::unavailable, std::string("no pipe: ") + std::strerror(errno));
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  std::string shell = "/bin/sh";
  std::string flag = "-c";
  std::string text = command;
  std::array<char*, 4> arguments = {shell.data(), flag.data(), text.data(), nullptr};
  pid_t pid = 0;
  const int problem =
      posix_spawn(&pid, shell.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (problem != 0) {
    close(ends[0]);
    return error(Code::unavailable, std::string("no process: ") + std::strerror(problem));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, ends[0], deadline));
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) end();
  if (fd_ >= 0) close(fd_);
}

void ChildProcess::end() {
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

// Its output is closed and it may run on: a descriptor of the process tells when it has ended. (The
// closed pipe could be read for ever, and would keep the loop busy.)
void ChildProcess::watch_end() {
  closed_ = true;
  close(fd_);
  fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

bool ChildProcess::advance(Time now) {
  std::array<char, 4096> buffer{};
  ssize_t size = -1;
  while (!closed_ && (size = read(fd_, buffer.data(), buffer.size())) > 0) {
    output_.append(buffer.data(), static_cast<std::size_t>(size));
    if (output_.size() > kOutputMax) return end(), true;
  }
  if (size == 0) watch_end();
  int status = 0;
  if (closed_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = -1;
    succeeded_ = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return true;
  }
  const bool blind = closed_ && fd_ < 0;  // nothing would tell
  if (now < deadline_ && !blind) return false;
  end();
  return true;
}

}  // namespace byoc
