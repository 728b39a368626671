#include "tests/sim/soak.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "controller/candidate.h"
#include "controller/log.h"
#include "tests/sim/census.h"
#include "tests/sim/drift.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Duration kAllowance = minutes(5);    // for the calls that mend, and what they wait for
constexpr std::size_t kGrowthMax = 4U << 20U;  // bytes
constexpr const char* kGoneUid = "44444444-dddd-4000-8000-000000000004";

SimOptions soak_sim_options(std::uint64_t seed) {
  SimOptions options;
  options.seed = seed;
  return options;
}

DaemonOptions daemon_options() {
  DaemonOptions options;
  options.sweep_delete = true;
  options.controller.default_region = "us-west-2";
  return options;
}

std::string make_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "byoc-soak-XXXXXX").string();
  check(::mkdtemp(path.data()) != nullptr, "a temporary directory can be made");
  return path;
}

// Whichever allocator there is.
std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  check(static_cast<bool>(statm >> size >> resident), "the kernel tells what is resident");
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t average(std::vector<std::size_t>::const_iterator from, std::size_t count) {
  const auto end = from + static_cast<std::ptrdiff_t>(count);
  return std::accumulate(from, end, std::size_t{0}) / count;
}

}  // namespace

struct Soak::Life {
  std::unique_ptr<Wakes> wakes;
  std::unique_ptr<Mailbox> mailbox;
  Metrics metrics;
  std::unique_ptr<Daemon> daemon;
};

Soak::Soak(SoakOptions options)
    : options_(options),
      random_(options.seed),
      cloud_(soak_sim_options(options.seed)),
      dir_(make_directory()),
      secrets_("") {
  open_log(LogLevel::error);
  settle_foreigners(cloud_);
  before_ = cloud_.world().dump();
  begin_ = cloud_.now();
  cloud_.on_point = [this](CrashPoint, const Call&) {
    if (cloud_.now() >= until_) life_->daemon->stop();
    if (random_.chance(crash_chance_)) throw Crash{};
  };
  start();  // for its store
  for (Object& object : ordinary_stack()) {
    check(store_->put(std::move(object), cloud_.now()).ok(), "the store takes an object");
  }
  Object gone;
  gone.kind = "Cluster";
  gone.metadata.name = "gone";
  gone.metadata.uid = kGoneUid;
  check(store_->put(gone, cloud_.now()).ok(), "the store takes an object");
  check(store_->remove(gone.key(), cloud_.now()).ok(), "and keeps its tombstone");
}

Soak::~Soak() {
  life_.reset();
  store_.reset();
  std::filesystem::remove_all(dir_);
}

// Another process: nothing but the store and the world is as it was.
void Soak::start() {
  life_.reset();
  store_.reset();
  auto store = open_store(dir_ + "/byoc.db");
  check(store.ok(), "the store opens");
  store_ = std::move(store).value();
  life_ = std::make_unique<Life>();
  auto wakes = Wakes::make();
  auto mailbox = Mailbox::make();
  check(wakes.ok() && mailbox.ok(), "there are descriptors left");
  life_->wakes = std::move(wakes).value();
  life_->mailbox = std::move(mailbox).value();
  auto daemon =
      Daemon::make({*store_, cloud_, secrets_, *life_->wakes, *life_->mailbox, life_->metrics},
                   daemon_options());
  check(daemon.ok(), "the daemon starts");
  life_->daemon = std::move(daemon).value();
  ++counts_["starts"];
}

// One byocd, to the first call after this time; when it dies before, another one goes on.
void Soak::run_for(Duration span) {
  until_ = cloud_.now() + span;
  while (cloud_.now() < until_) {
    start();
    try {
      life_->daemon->run();
    } catch (const Crash&) {
      ++counts_["crashes"];
      cloud_.forget_inflight();
    }
  }
}

void Soak::settle(Duration limit, const char* when) {
  const Time end = cloud_.now() + limit;
  do {
    run_for(minutes(5));
    if (differences().empty()) return;
  } while (cloud_.now() < end);
  demand_healthy(when);
}

// What somebody who looks at everything anew would change: a twin of the world tells.
std::vector<std::string> Soak::differences() {
  SimOptions options = soak_sim_options(1);
  options.start = cloud_.now();
  SimCloud twin(options);
  twin.world() = cloud_.world();
  ControllerOptions looking;
  looking.default_region = "us-west-2";
  Controller probe(*store_, twin, secrets_, looking);
  const auto objects = store_->list("");
  check(objects.ok(), "the store lists");
  std::vector<std::string> lines;
  for (const Object& object : objects.value()) {
    const auto pass = probe.dry_run(object, objects.value());
    const std::string name = to_string(object.key()) + ": ";
    if (!pass->looked()) lines.push_back(name + pass->reason() + " " + pass->failure().message);
    for (const Action& action : pass->plan().actions) {
      lines.push_back(name + std::string(verb_name(action.verb)) + " " + action.key + " " +
                      action.why);
    }
  }
  return lines;
}

void Soak::demand_healthy(const char* when) {
  for (const std::string& line : differences()) complain(std::string(when) + ": " + line);
  for (const auto& [key, ids] : owned(cloud_.world())) {
    if (ids.size() > 1) complain("doubled: " + key + ": " + ids[0] + ", " + ids[1]);
  }
  for (const std::string& line : harm(before_, cloud_.world().dump())) {
    complain("somebody else's: " + line);
  }
}

// Nothing happens, and nothing is changed.
void Soak::quiet_hours() {
  cloud_.forget_journal();
  run_for(random_.between(hours(1), hours(48)));
  for (const Entry* entry : mutations(cloud_.journal())) {
    complain("changed in quiet hours: " + show(*entry, begin_));
  }
  demand_healthy("after quiet hours");
}

void Soak::drift_in_calm() {
  const DaemonOptions options = daemon_options();
  const Duration before = random_.between(minutes(1), minutes(30));
  cloud_.world().due.emplace(
      cloud_.now() + before,
      Due{"111122223333", "us-west-2", [](OpContext& context) { drift(context); }});
  const Time soon = cloud_.now() + before + options.controller.resync + kAllowance;
  cloud_.forget_journal();
  run_for(before + options.controller.full_sweep + kAllowance);
  const auto mended = mutations(cloud_.journal());
  ++counts_[mended.empty()              ? "drifts that change nothing of ours"
            : mended.front()->at > soon ? "drifts seen by a full sweep"
                                        : "drifts mended within a resync"];
  demand_healthy("a drift is not mended");
}

// What a deleted object left and no promise covers: the sweep must find it, and nothing else.
void Soak::leave_stray() {
  OpContext context = cloud_.context("us-west-2");
  const Json tags = Json::array({{{"Key", std::string(kOwnerTag)}, {"Value", kGoneUid}},
                                 {{"Key", "byoc.dev/owner"}, {"Value", "Cluster/gone"}},
                                 {{"Key", std::string(kKeyTag)}, {"Value", "vpc"}}});
  const Json params = {
      {"CidrBlock", "10.9.0.0/16"},
      {"TagSpecifications", Json::array({{{"ResourceType", "vpc"}, {"Tags", tags}}})}};
  const Answer made = run_operation(*find_operation("ec2", "CreateVpc"), context, params);
  check(made.ok(), "a stray is made");
  run_for(hours(4));
  for (const auto& [key, ids] : owned(cloud_.world())) {
    if (key.starts_with(kGoneUid)) complain("still dangles: " + key + " " + ids[0]);
  }
  demand_healthy("after a sweep");
}

void Soak::bad_day() {
  cloud_.faults() = stormy();
  crash_chance_ = 0.002;
  run_for(random_.between(hours(1), hours(8)));
  heal("after a bad day");
}

void Soak::expired_credentials() {
  cloud_.faults().expired = true;
  cloud_.faults().drift_per_minute = 0.01;
  run_for(random_.between(hours(1), hours(12)));
  heal("after new credentials");
}

void Soak::network_away() {
  cloud_.faults().lost_before = 1;
  cloud_.faults().drift_per_minute = 0.01;
  run_for(random_.between(hours(1), hours(12)));
  heal("after the network came back");
}

// Everything is believed for full_sweep at most, and tried again after backoff_max.
void Soak::heal(const char* when) {
  cloud_.calm();
  crash_chance_ = 0;
  const ControllerOptions usual = daemon_options().controller;
  run_for(usual.full_sweep);
  settle(hours(2), when);
  demand_healthy(when);
}

void Soak::take_down() {
  auto objects = store_->list("");
  check(objects.ok(), "the store lists");
  for (const Object& object : objects.value()) {
    check(mark_deleted(object, *store_, cloud_.now()).ok(), "the store takes a deletion");
  }
  run_for(hours(6));
  cloud_.advance(hours(2));
  if (cloud_.world().dump() != before_) complain("the world is not as it was before");
}

void Soak::weigh() {
  cloud_.forget_journal();
  weights_.push_back(resident_bytes());
}

void Soak::complain(std::string text) {
  const auto hour = std::chrono::duration_cast<hours>(cloud_.now() - begin_).count();
  complaints_.push_back("hour " + std::to_string(hour) + ": " + std::move(text));
}

std::vector<std::string> Soak::run() {
  constexpr std::array<std::pair<const char*, Period>, 6> kPeriods = {
      {{"quiet periods", &Soak::quiet_hours},
       {"calm drifts", &Soak::drift_in_calm},
       {"strays", &Soak::leave_stray},
       {"bad days", &Soak::bad_day},
       {"expired credentials", &Soak::expired_credentials},
       {"networks away", &Soak::network_away}}};
  settle(hours(3), "at the beginning");
  while (complaints_.empty() && cloud_.now() < begin_ + options_.length) {
    const auto& [name, period] = kPeriods[random_.below(kPeriods.size())];
    ++counts_[name];
    (this->*period)();
    weigh();
  }
  if (complaints_.empty()) take_down();
  const auto [first, last] = growth();
  if (last > first + kGrowthMax) complain("memory grows");
  print_figures();
  return complaints_;
}

// The average weight in the first and in the last tenth of the periods.
std::pair<std::size_t, std::size_t> Soak::growth() const {
  if (weights_.empty()) return {0, 0};
  const std::size_t tenth = std::max<std::size_t>(1, weights_.size() / 10);
  return {average(weights_.begin(), tenth),
          average(weights_.end() - static_cast<std::ptrdiff_t>(tenth), tenth)};
}

void Soak::print_figures() const {
  const auto span = std::chrono::duration_cast<hours>(cloud_.now() - begin_).count();
  std::printf("%lld hours:", static_cast<long long>(span));
  for (const auto& [name, count] : counts_) std::printf(" %d %s,", count, name.c_str());
  const auto [first, last] = growth();
  std::printf(" memory %zu KiB in the first tenth, %zu KiB in the last\n", first >> 10U,
              last >> 10U);
}

}  // namespace byoc::sim
