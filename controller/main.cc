// byocd: the controller as a service.
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "cloud/aws/aws_cloud.h"
#include "controller/api_server.h"
#include "controller/connect.h"
#include "controller/daemon_flags.h"
#include "controller/notify.h"
#include "controller/process_stats.h"
#include "controller/store_files.h"

namespace byoc {
namespace {

// The signals that the loop reads like everything else; blocked before any thread is made.
Result<int> block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of its write, as a full disk
  const int fd = sigprocmask(SIG_BLOCK, &signals, nullptr) == 0
                     ? signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)
                     : -1;
  if (fd >= 0) return fd;
  return error(Code::unavailable, std::string("cannot take signals: ") + std::strerror(errno));
}

// A signal that waits to be read. For what lasts long: the loop reads it afterwards.
bool has_signal(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

int fail(const Status& status) {
  log(LogLevel::error, "cannot start", {{"message", status.message}});
  return 1;
}

Result<std::unique_ptr<Cloud>> connect(const Wakes& wakes, Metrics& metrics) {
  AwsOptions options;
  options.wake_fd = wakes.fd();
  options.on_attempt = [&metrics](const Attempt& attempt) {
    metrics.add("byoc_aws_calls_total", {{"service", attempt.service},
                                         {"operation", attempt.operation},
                                         {"result", std::string(code_name(attempt.code))}});
    if (attempt.code == Code::throttled) {
      metrics.add("byoc_aws_throttles_total", {{"service", attempt.service}});
    }
  };
  return open_cloud(std::move(options));
}

void take_signals(int fd, Daemon& daemon, DaemonFlags& flags) {
  signalfd_siginfo info{};
  while (read(fd, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGHUP) {
      log(LogLevel::info, "stopping", {{"signal", strsignal(static_cast<int>(info.ssi_signo))}});
      daemon.stop();
      continue;
    }
    notify("RELOADING=1");
    if (reread_daemon_flags(flags)) {
      open_log(flags.log_level);
      daemon.reload(flags.daemon);
    } else {
      log(LogLevel::error, "the configuration is wrong; the old one stands");
    }
    notify("READY=1");
  }
}

std::string store_path(const DaemonFlags& flags) {
  return flags.state_dir + "/byoc.db";
}

// Readable when something left the state directory, or it is gone itself; -1: no inotify is left,
// and only the next write will notice.
int watch_state(const std::string& state_dir) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  constexpr unsigned kLeaves = IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF;
  if (fd >= 0) static_cast<void>(::inotify_add_watch(fd, state_dir.c_str(), kLeaves | IN_ONLYDIR));
  return fd;
}

void take_state_events(int fd, Daemon& daemon) {
  std::array<char, 1U << 12U> events{};
  while (::read(fd, events.data(), events.size()) > 0) {
  }
  daemon.look_at_store();
}

// The API server's thread asks, the loop does.
ApiServerOptions door_options(const DaemonFlags& flags, Daemon& daemon, Mailbox& mailbox,
                              Metrics& metrics, std::unique_ptr<ApiServer>& door) {
  ApiServerOptions options;
  options.state_dir = flags.state_dir;
  options.socket_path = flags.socket;
  options.group = flags.socket_group;
  options.metrics_address = flags.metrics;
  options.hooks.look = [&](const ObjectKey& key) {
    mailbox.post([&daemon, key] { daemon.look(key); });
  };
  options.hooks.watched = flags.daemon.watch_dir;
  options.hooks.plan = [&](std::vector<Object> objects, std::vector<ObjectKey> keys,
                           std::function<void(std::vector<Json>)> done) {
    mailbox.post([&, objects = std::move(objects), keys = std::move(keys), done = std::move(done)] {
      daemon.plan(objects, keys, [&, done](std::vector<Json> planned) {
        done(std::move(planned));
        if (door) door->wake();
      });
    });
  };
  options.hooks.of_process = [&daemon] { return daemon.process_defaults(); };
  options.hooks.scan = [&] { mailbox.post([&daemon] { daemon.look_at_directory(); }); };
  options.hooks.metrics = [&metrics] {
    set_process_stats(metrics);
    return metrics.text();
  };
  options.hooks.trouble = [&daemon, store = FileWitness(store_path(flags))] {
    const Status present = store.check();
    return present.ok() ? daemon.unready() : present.message;
  };
  return options;
}

int run(DaemonFlags& flags) {
  open_log(flags.log_level);
  const auto signals = block_signals();
  if (!signals.ok()) return fail(signals.status());
  auto lock = Lock::take(flags.state_dir);
  if (!lock.ok()) return fail(lock.status());
  std::unique_ptr<ApiServer> door;
  StoreOptions store_options;
  store_options.on_change = [&door] {
    if (door) door->wake();
  };
  auto store = open_store(store_path(flags), std::move(store_options));
  if (!store.ok()) return fail(store.status());
  auto wakes = Wakes::make();
  if (!wakes.ok()) return fail(wakes.status());
  auto mailbox = Mailbox::make();
  if (!mailbox.ok()) return fail(mailbox.status());
  Metrics metrics;
  metrics.set("byoc_build_info", {{"version", BYOC_VERSION}}, 1);
  auto cloud = connect(*wakes.value(), metrics);
  if (!cloud.ok()) return fail(cloud.status());
  const Secrets secrets(flags.state_dir);
  auto daemon =
      Daemon::make({*store.value(), *cloud.value(), secrets, *wakes.value(), *mailbox.value(),
                    metrics, [fd = signals.value()] { return has_signal(fd); }},
                   flags.daemon);
  if (!daemon.ok()) return fail(daemon.status());
  const Status listening = wakes.value()->add(
      signals.value(), [&] { take_signals(signals.value(), *daemon.value(), flags); });
  if (!listening.ok()) return fail(listening);
  if (const int fd = watch_state(flags.state_dir); fd >= 0) {
    const Status watching =
        wakes.value()->add(fd, [fd, &daemon] { take_state_events(fd, *daemon.value()); });
    if (!watching.ok()) return fail(watching);
  }
  auto made =
      ApiServer::make(door_options(flags, *daemon.value(), *mailbox.value(), metrics, door));
  if (!made.ok()) return fail(made.status());
  door = std::move(made).value();
  door->start();
  log(LogLevel::info, "started",
      {{"version", BYOC_VERSION},
       {"watch", flags.daemon.watch_dir},
       {"state", flags.state_dir},
       {"metrics_port", std::to_string(door->metrics_port())}});
  daemon.value()->run();
  door->stop();
  log(LogLevel::info, "stopped");
  return 0;
}

}  // namespace
}  // namespace byoc

int main(int argc, char** argv) {
  // The loop's memory and the door's: more pools only keep what their busiest moments needed.
  ::mallopt(M_ARENA_MAX, 2);
  byoc::DaemonFlags flags;
  if (const auto code = byoc::parse_daemon_flags(argc, argv, flags)) return *code;
  return byoc::run(flags);
}
