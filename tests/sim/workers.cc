#include "tests/sim/workers.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#include "base/check.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kHeaderBytes = sizeof(std::uint64_t);

// A process that does every jobs-th task and writes each text behind its length into a pipe.
struct Worker {
  pid_t pid = 0;
  int fd = -1;
  std::uint64_t at = 0;  // the task that it is doing
  std::string heard;     // of the next text
};

void write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) ::_exit(1);  // nobody listens any more
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

[[noreturn]] void do_share(const Work& work, std::uint64_t first, int fd) {
  for (std::uint64_t i = first; i < work.count; i += static_cast<std::uint64_t>(work.jobs)) {
    const std::string text = work.task(i);
    const std::uint64_t size = text.size();
    std::array<char, kHeaderBytes> header{};
    std::memcpy(header.data(), &size, kHeaderBytes);
    write_all(fd, header.data(), header.size());
    write_all(fd, text.data(), text.size());
  }
  std::fflush(nullptr);
  ::_exit(0);
}

Worker start_worker(const Work& work, std::uint64_t first) {
  std::array<int, 2> ends{};
  check(::pipe(ends.data()) == 0, "a pipe to a worker opens");
  std::fflush(nullptr);  // or both processes would write what is buffered
  const pid_t pid = ::fork();
  check(pid >= 0, "a worker starts");
  if (pid == 0) {
    ::close(ends[0]);
    do_share(work, first, ends[1]);
  }
  ::close(ends[1]);
  return {pid, ends[0], first, {}};
}

// Tells of every whole text that has been heard.
void tell_heard(const Work& work, Worker& worker) {
  while (worker.heard.size() >= kHeaderBytes) {
    std::uint64_t size = 0;
    std::memcpy(&size, worker.heard.data(), kHeaderBytes);
    if (worker.heard.size() - kHeaderBytes < size) return;
    work.ended(worker.at, worker.heard.substr(kHeaderBytes, size));
    worker.heard.erase(0, kHeaderBytes + size);
    worker.at += static_cast<std::uint64_t>(work.jobs);
  }
}

// The pipe is closed: the worker has done its share, or has died.
void end_worker(const Work& work, Worker& worker) {
  ::close(worker.fd);
  worker.fd = -1;
  int state = 0;
  while (::waitpid(worker.pid, &state, 0) < 0) check(errno == EINTR, "a worker is waited for");
  if (worker.at >= work.count) return;
  std::string text = "  the process ended in the middle";
  if (WIFSIGNALED(state)) text += ", by signal " + std::to_string(WTERMSIG(state));
  work.ended(worker.at, text + '\n');
  worker = start_worker(work, worker.at + static_cast<std::uint64_t>(work.jobs));
}

void hear(const Work& work, Worker& worker) {
  std::array<char, 65536> bytes{};
  const ssize_t got = ::read(worker.fd, bytes.data(), bytes.size());
  if (got < 0 && errno == EINTR) return;
  if (got <= 0) return end_worker(work, worker);
  worker.heard.append(bytes.data(), static_cast<std::size_t>(got));
  tell_heard(work, worker);
}

}  // namespace

void share_out(const Work& work) {
  if (work.jobs <= 1) {
    for (std::uint64_t i = 0; i < work.count; ++i) work.ended(i, work.task(i));
    return;
  }
  std::vector<Worker> workers;
  for (int i = 0; i < work.jobs; ++i) {
    workers.push_back(start_worker(work, static_cast<std::uint64_t>(i)));
  }
  const auto runs = [](const Worker& worker) { return worker.fd >= 0; };
  while (std::any_of(workers.begin(), workers.end(), runs)) {
    std::vector<pollfd> waiting;
    for (const Worker& worker : workers) waiting.push_back({worker.fd, POLLIN, 0});  // -1: skipped
    if (::poll(waiting.data(), waiting.size(), -1) < 0) check(errno == EINTR, "workers are heard");
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (waiting[i].revents != 0) hear(work, workers[i]);
    }
  }
}

int jobs_by_default() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace byoc::sim
