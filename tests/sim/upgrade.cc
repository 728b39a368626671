#include "tests/sim/upgrade.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "base/check.h"
#include "controller/candidate.h"
#include "controller/controller.h"
#include "controller/store_sqlite.h"
#include "manifests/load.h"
#include "manifests/validate.h"
#include "tests/sim/history.h"

namespace byoc::sim {
namespace {

constexpr Duration kRecordMax = std::chrono::hours(3);
constexpr Duration kReplayStep = std::chrono::seconds(5);
constexpr int kStoreWaitMs = 5000;
constexpr Duration kLatency{10};   // of every call: a draw of chance would differ in a replay
constexpr int kReplayTries = 360;  // half an hour

// Passes calls on and writes down those that change something.
class RecordingCloud final : public Cloud {
 public:
  RecordingCloud(SimCloud& cloud, std::ostream& out) : cloud_(cloud), out_(out) {}

  [[nodiscard]] Ticket start(Call call) override {
    Call copy = call;
    const Ticket ticket = cloud_.start(std::move(call));
    calls_.emplace(ticket, std::move(copy));
    return ticket;
  }
  [[nodiscard]] std::optional<Completion> wait(Time until) override {
    std::optional<Completion> completion = cloud_.wait(until);
    if (completion) write(*completion);
    return completion;
  }
  [[nodiscard]] Time now() const override { return cloud_.now(); }

 private:
  void write(const Completion& completion) {
    const Call call = std::move(calls_.extract(completion.ticket).mapped());
    const Operation* operation = find_operation(call.service, call.operation);
    if (operation == nullptr || !operation->rule.mutates || !completion.status.ok()) return;
    const Principal& who = *call.principal;
    out_ << Json({{"at", now().time_since_epoch().count()},
                  {"service", call.service},
                  {"operation", call.operation},
                  {"region", who.region},
                  {"role", who.role_arn},
                  {"externalId", who.external_id.reveal()},
                  {"session", who.session_name},
                  {"params", call.params},
                  {"answer", completion.body}})
                .dump()
         << '\n';
  }

  SimCloud& cloud_;
  std::ostream& out_;
  std::map<Ticket, Call> calls_;
};

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  check(in.good(), "the recording has " + path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool all_converged_in(const Controller& controller, const std::vector<ObjectKey>& keys) {
  for (const ObjectKey& key : keys) {
    const Standing* standing = controller.standing(key);
    if (standing == nullptr || !standing->converged) return false;
  }
  return true;
}

using Renamed = std::map<std::string, std::string>;  // id of then -> id of now

// What the same call answered then and now; texts that differ are ids.
void compare_answers(const Json& then, const Json& now, Renamed& renamed) {
  if (then.is_string() && now.is_string()) {
    if (then != now) renamed[then.get<std::string>()] = now.get<std::string>();
  } else if (then.is_object() && now.is_object()) {
    for (const auto& [name, value] : then.items()) {
      if (now.contains(name)) compare_answers(value, now.at(name), renamed);
    }
  } else if (then.is_array() && now.is_array()) {
    for (std::size_t i = 0; i < then.size() && i < now.size(); ++i) {
      compare_answers(then[i], now[i], renamed);
    }
  }
}

std::string with_ids_of_now(std::string text, const Renamed& renamed) {
  for (const auto& [then, now] : renamed) {
    for (std::size_t at = text.find(then); at != std::string::npos;
         at = text.find(then, at + now.size())) {
      text.replace(at, then.size(), now);
    }
  }
  return text;
}

Completion run_call(SimCloud& cloud, Call call) {
  const Ticket ticket = cloud.start(std::move(call));
  const std::optional<Completion> completion = cloud.wait(Time::max());
  check(completion && completion->ticket == ticket, "the one call in flight completes");
  return *completion;
}

void replay(SimCloud& cloud, const Json& line, Renamed& renamed) {
  const Time at{Duration{line.at("at").get<std::int64_t>()}};
  const Time sent = at - kLatency;
  if (sent > cloud.now()) cloud.advance(sent - cloud.now());
  Principal principal;
  principal.region = line.at("region");
  principal.role_arn = line.at("role");
  principal.external_id = Secret(line.at("externalId").get<std::string>());
  principal.session_name = line.at("session");
  const Json params = Json::parse(with_ids_of_now(line.at("params").dump(), renamed));
  const Call call{line.at("service"), line.at("operation"), params,
                  std::make_shared<const Principal>(std::move(principal))};
  Completion completion = run_call(cloud, call);
  for (int i = 0; i < kReplayTries && !completion.status.ok(); ++i) {
    cloud.advance(kReplayStep);
    completion = run_call(cloud, call);
  }
  check(completion.status.ok(), call.operation + " of a recording: " + completion.status.message);
  compare_answers(line.at("answer"), completion.body, renamed);
}

}  // namespace

std::unique_ptr<SimCloud> recorded_cloud() {
  SimOptions options;
  options.latency_min = kLatency;
  options.latency_max = kLatency;
  auto cloud = std::make_unique<SimCloud>(options);
  settle_foreigners(*cloud);
  return cloud;
}

std::string record(const std::string& dir) {
  const auto cloud = recorded_cloud();
  std::remove((dir + "/store.db").c_str());
  auto store = open_store(dir + "/store.db").value();
  std::ofstream calls(dir + "/calls.jsonl");
  RecordingCloud recording(*cloud, calls);
  Loaded loaded = load_paths({dir + "/manifests.yaml"});
  Diagnostics found = validate(loaded.manifests, {});
  found.insert(found.end(), loaded.diagnostics.begin(), loaded.diagnostics.end());
  if (has_errors(found)) return "the manifests are wrong: " + found.front().text;
  const Secrets secrets{""};
  ControllerOptions options;
  options.default_region = "us-west-2";
  Controller controller(*store, recording, secrets, options);
  std::vector<ObjectKey> keys;
  for (const Manifest& manifest : loaded.manifests) {
    Object object = candidate_for(manifest, nullptr, {}).object;
    keys.push_back(object.key());
    const auto stored = store_candidate(std::move(object), *store, secrets, cloud->now());
    if (!stored.ok()) return stored.status().message;
    controller.enqueue(keys.back(), cloud->now());
  }
  const auto done = [&] { return all_converged_in(controller, keys); };
  controller.run(cloud->now() + kRecordMax, done);
  if (done()) return "";
  std::string text = "not converged";
  const auto stored = store->list("");
  for (const Object& object : stored.value()) {
    text += "\n" + to_string(object.key()) + ": " + object.status.value("phase", "") + " " +
            object.status.value("reason", "") + " " + object.status.value("message", "");
  }
  return text;
}

std::unique_ptr<Store> take_over(SimCloud& cloud, const std::string& dir, const std::string& path) {
  Renamed renamed;
  std::istringstream calls(text_of(dir + "/calls.jsonl"));
  for (std::string line; std::getline(calls, line);) replay(cloud, Json::parse(line), renamed);
  {
    const auto database = Database::open(path, kStoreWaitMs);
    check(database.ok(), "an empty file opens as a database");
    const std::string script = with_ids_of_now(text_of(dir + "/store.sql"), renamed);
    const Status status = database.value()->run_script(script);
    check(status.ok(), "the store of a recording: " + status.message);
  }
  auto store = open_store(path);
  check(store.ok(), "the store of a recording opens");
  return std::move(store).value();
}

}  // namespace byoc::sim
