#include "tests/sim/drawn_story.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "base/check.h"
#include "controller/candidate.h"
#include "controller/deletion.h"
#include "manifests/validate.h"
#include "reconcilers/build.h"
#include "reconcilers/zones.h"
#include "tests/properties/case.h"
#include "tests/sim/census.h"

namespace byoc::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kWorkAccount = "111122223333";
constexpr std::string_view kZoneReasons[] = {"TooFewZones", "UnknownZone", "ZoneUnavailable",
                                             "UnsupportedZone"};

std::string make_secrets_dir() {
  std::string path = (std::filesystem::temp_directory_path() / "byoc-story-XXXXXX").string();
  check(::mkdtemp(path.data()) != nullptr, "a temporary directory can be made");
  return path;
}

std::string errors_of(const Diagnostics& findings) {
  std::string text;
  for (const Diagnostic& finding : findings) {
    if (finding.severity == Severity::error) text += format_diagnostic(finding) + "\n";
  }
  return text;
}

// Of some storms the worst is that answers are lost and repeats are refused.
Faults weather_of(Random& random) {
  Faults faults = storm_of(random);
  if (!random.chance(0.25)) return faults;
  faults.lost_after = 0.2;
  faults.throttle = 0.5;
  faults.stale = 0.9;
  return faults;
}

// Each story has its own pace.
StoryOptions paced(StoryOptions options) {
  Random random(options.seed ^ 0x9ace);
  options.slower_max = random.below(8);
  options.settle_spread = random.below(4);
  return options;
}

}  // namespace

DrawnStory::DrawnStory(StoryOptions options)
    : DrawnStory(paced(std::move(options)), make_secrets_dir()) {}

DrawnStory::DrawnStory(StoryOptions options, std::string dir)
    : StoryRun(std::move(options), dir), dir_(std::move(dir)), manifests_(options_.seed) {}

DrawnStory::~DrawnStory() {
  controller_.reset();
  std::filesystem::remove_all(dir_);
}

void DrawnStory::hear(const Object& object, const Pass& pass) {
  ++passes_;
  const auto& actions = pass.plan().actions;
  const bool waits = std::any_of(actions.begin(), actions.end(), [](const Action& action) {
    const bool goes_on = action.reason.empty() && action.settle_seconds > 0;
    return action.verb == Verb::wait && (goes_on || action.reason == kMissing);
  });
  const auto& outcomes = pass.outcomes();
  const bool acts = std::any_of(outcomes.begin(), outcomes.end(), [](const ActionOutcome& outcome) {
    const bool accepted = outcome.state == ActionOutcome::State::done ||
                          outcome.state == ActionOutcome::State::pending;
    return accepted && outcome.status.ok();
  });
  if (waits || acts) {
    moving_.insert(object.key());
  } else {
    moving_.erase(object.key());
  }
}

void DrawnStory::note(const std::string& text) const {
  if (!options_.tell) return;
  std::printf("%10.1f  -- %s\n", static_cast<double>((cloud_.now() - start_).count()) / 1000.0,
              text.c_str());
}

std::string DrawnStory::apply(const std::vector<Json>& documents) {
  Loaded loaded = load_text(properties::text_of(documents), "story.yaml");
  const auto stored = store_->list("");
  const auto tombstones = store_->tombstones();
  check(stored.ok() && tombstones.ok(), "the store lists");
  const std::vector<Object>& existing = stored.value();
  std::string errors = errors_of(loaded.diagnostics);
  errors += errors_of(validate(loaded.manifests, existing));
  if (!errors.empty()) return errors;
  std::vector<Candidate> candidates;
  for (const Manifest& manifest : loaded.manifests) {
    const Object* before = find_object(existing, manifest.object.key());
    candidates.push_back(candidate_for(manifest, before, {}));
    const Status name = check_name(candidates.back(), tombstones.value());
    if (!name.ok()) return name.message;
  }
  for (Candidate& candidate : candidates) {
    const ObjectKey key = candidate.object.key();
    const auto put = store_candidate(std::move(candidate.object), *store_, secrets_, cloud_.now());
    if (!put.ok()) return put.status().message;
    controller_->enqueue(key, cloud_.now());
  }
  documents_ = documents;
  return {};
}

void DrawnStory::run_for(Duration span) {
  run_until(cloud_.now() + span, [] { return false; });
}

std::vector<Object> DrawnStory::objects() const {
  auto all = store_->list("");
  check(all.ok(), "the store lists");
  return std::move(all).value();
}

// Until IAM knows another trust, it refuses whoever comes by it; and others take the room of a
// role.
bool DrawnStory::is_expected(const Entry& refused) const {
  constexpr Duration kTrustTakes = minutes(1);
  if (refused.code == Code::quota && refused.operation == "AttachRolePolicy") return true;
  if (refused.code != Code::denied || refused.message.find("sts:AssumeRole") == std::string::npos) {
    return false;
  }
  return std::any_of(trust_edited_.begin(), trust_edited_.end(),
                     [&](Time at) { return at <= refused.at && refused.at < at + kTrustTakes; });
}

// It waits for another object that is not there, or is not ready and may be so. A circle of waits
// would never end.
bool DrawnStory::waits_rightly(const Object& object, std::set<ObjectKey> asked) const {
  if (!asked.insert(object.key()).second) return false;
  const std::vector<ObjectKey> keys = references_of(object);
  return std::any_of(keys.begin(), keys.end(), [&](const ObjectKey& key) {
    const auto other = store_->get(key);
    if (!other.ok() || other.value().deleting()) return true;
    const Standing* standing = controller_->standing(key);
    return standing != nullptr && !standing->converged && may_be_unsettled(other.value(), asked);
  });
}

// Whether the reason why an object is not converged is one that the story expects.
bool DrawnStory::may_be_unsettled(const Object& object, const std::set<ObjectKey>& asked) const {
  const std::string reason = object.status.value("reason", "");
  if (reason == "RoleNotReady" ||
      (reason.starts_with("WaitingFor") && reason != "WaitingForNodes")) {
    return waits_rightly(object, asked);
  }
  // What others attached to a role takes the room of what its manifest wants.
  if (reason == "QuotaExceeded") return object.kind == "Role";
  if (reason == "NameConflict") return object.metadata.name.starts_with(kRival);
  // F5: what a region says of its zones is news for new things only.
  const bool is_made = object.status.contains("convergedGeneration");
  if (std::find(std::begin(kZoneReasons), std::end(kZoneReasons), reason) != std::end(kZoneReasons))
    return !is_made;
  if (reason == "ZoneNotInCluster") return true;  // the manifest names it
  if (reason == "CannotBeLowered") {
    return object.spec.value("kubernetesVersion", "") <
           object.status.value("kubernetesVersion", "");
  }
  // A group of nodes that names its version stays there.
  if (reason == "NodesTooOld") return true;
  if (reason == "ReplacementNeeded" || reason == "NotBegun") {
    return !object.spec.value("allowReplace", false);
  }
  return false;
}

// Somebody has made what uses it anew, and does not want that deleted.
bool DrawnStory::is_held_by_dependents(const Object& object, std::set<ObjectKey> asked) const {
  if (!asked.insert(object.key()).second) return false;
  const std::vector<Object> all = objects();
  return std::any_of(all.begin(), all.end(), [&](const Object& other) {
    return refers_to(other, object.key()) &&
           (!other.deleting() || is_held_by_dependents(other, asked));
  });
}

bool DrawnStory::is_settled(const Object& object) const {
  const Standing* standing = controller_->standing(object.key());
  if (standing == nullptr || standing->ended < since_) return false;
  if (standing->converged) return true;
  if (object.deleting()) return is_held_by_dependents(object, {});
  return !moving_.contains(object.key()) && may_be_unsettled(object, {});
}

bool DrawnStory::all_settled() const {
  const std::vector<Object> all = objects();
  return std::all_of(all.begin(), all.end(),
                     [this](const Object& object) { return is_settled(object); });
}

bool DrawnStory::all_converged() const {
  const std::vector<Object> all = objects();
  return std::all_of(all.begin(), all.end(), [this](const Object& object) {
    const Standing* standing = controller_->standing(object.key());
    return standing != nullptr && standing->converged;
  });
}

bool DrawnStory::settle_all(const char* when) {
  since_ = cloud_.now();
  note(std::string("to be settled: ") + when);
  std::optional<std::size_t> judged;  // it changes with passes alone
  bool settled = false;
  const auto is_settled_now = [&] {
    if (judged != passes_) settled = all_settled();
    judged = passes_;
    return settled;
  };
  return settle(when, is_settled_now, hours(6));
}

// Nothing is believed from memory: a new controller looks at everything again.
void DrawnStory::demand_second_pass(const char* when) {
  restart();
  const std::size_t from = cloud_.journal().size();
  if (!settle_all(when)) return;
  for (const Entry* entry : mutations(cloud_.journal(), from)) {
    complain(std::string(when) + ": changes something: " + show(*entry, start_));
  }
  demand_calm(from, when);
}

// What is kept on purpose is not as before: nothing is.
void DrawnStory::open_for_deletion() {
  std::vector<Json> documents = documents_;
  for (Json& document : documents) {
    Json& spec = document["spec"];
    spec.erase("deletionProtection");
    // Nobody can look as a role that was taken away before.
    const Json role = spec.value("roleRef", Json());
    const bool is_gone =
        role.is_object() &&
        std::none_of(documents.begin(), documents.end(), [&](const Json& other) {
          return other.at("kind") == "Role" && key_of(other).name == role.at("name");
        });
    if (is_gone) spec.erase("roleRef");
    if (document.at("kind") == "Cluster") {
      spec["deletionPolicy"] = {{"bucket", "Delete"}, {"registry", "Delete"}, {"logs", "Delete"}};
    }
  }
  const std::string refused = apply(documents);
  if (!refused.empty()) complain("cannot be opened for its deletion: " + refused);
}

// F8: what AWS accepts and does not do is not sent again without pause.
void DrawnStory::demand_pace() {
  constexpr std::size_t kSameMax = 12;
  constexpr Duration kWithin = minutes(10);
  std::map<std::string, std::vector<Time>> sent;
  const auto accepted = mutations(cloud_.journal(), std::exchange(paced_, cloud_.journal().size()));
  for (const Entry* entry : accepted) {
    Json params = entry->params;
    for (const char* token : {"ClientToken", "clientRequestToken"}) params.erase(token);
    std::vector<Time>& times =
        sent[entry->service + ":" + entry->operation + " " + entry->region + params.dump()];
    times.push_back(entry->at);
    if (times.size() <= kSameMax) continue;
    if (times.back() - times[times.size() - 1 - kSameMax] < kWithin) {
      complain("sent again and again: " + entry->service + ":" + entry->operation);
    }
  }
}

// Names that somebody else has already.
void DrawnStory::settle_owners_of_names() {
  const auto made = [&](const char* service, const char* operation, Json params) {
    const Completion completion = cloud_.call(service, operation, std::move(params));
    check(completion.status.ok(), std::string("a foreign ") + operation);
  };
  const Json trust = {{"Version", "2012-10-17"},
                      {"Statement", Json::array({{{"Effect", "Allow"},
                                                  {"Principal", {{"Service", "ec2.amazonaws.com"}}},
                                                  {"Action", "sts:AssumeRole"}}})}};
  const Json policy = {
      {"Version", "2012-10-17"},
      {"Statement",
       Json::array({{{"Effect", "Allow"}, {"Action", "s3:ListBucket"}, {"Resource", "*"}}})}};
  made("iam", "CreateRole",
       {{"RoleName", "taken-role"}, {"AssumeRolePolicyDocument", trust.dump()}});
  made("iam", "CreatePolicy", {{"PolicyName", "taken-policy"}, {"PolicyDocument", policy.dump()}});
  made("s3", "CreateBucket",
       {{"Bucket", "byoc-taken-bucket"},
        {"CreateBucketConfiguration", {{"LocationConstraint", "us-west-2"}}}});
  before_ = cloud_.world().dump();
}

void DrawnStory::end_trouble() {
  note("calm");
  trouble_ = false;
  crashes_left_ = 0;
  cloud_.calm();
  cloud_.denied().clear();
  for (auto& [name, region] : cloud_.account(kWorkAccount).regions) {
    region.eks.failing_updates.clear();
  }
  demand_pace();
  // What drifted since the last look is seen by the next: of a new controller, or by resyncs.
  if (random_.chance(0.5)) {
    restart();
  } else {
    run_for(minutes(70));
  }
}

void DrawnStory::round() {
  const std::size_t from = cloud_.journal().size();
  const Duration length = random_.between(options_.hurt_max / 12, options_.hurt_max);
  if (options_.hurt) {
    if (random_.chance(0.7)) cloud_.faults() = weather_of(random_);
    crashes_left_ = options_.crashes_max / 2;
    schedule_trouble(length);
  }
  for (std::uint64_t left = 1 + random_.below(3); left > 0; --left) {
    happen();
    run_for(random_.between(Duration(0), length / 3));
  }
  if (options_.hurt) {
    run_for(length / 3);
    end_trouble();
  }
  // What waits for a zone asks for it once an hour.
  if (!options_.hurt && !all_converged()) run_for(minutes(70));
  if (!settle_all("after a round")) return;
  if (!options_.hurt) demand_calm(from, "in a calm round");
  demand_second_pass("second pass of a round");
}

std::vector<std::string> DrawnStory::run() {
  settle_owners_of_names();
  change_facts(kZonesMin);
  // Groups of nodes may name a version that is older than their cluster's.
  for (auto& [name, region] : cloud_.account(kWorkAccount).regions) {
    region.eks.nodes_must_match = false;
  }
  std::size_t from = cloud_.journal().size();
  const std::vector<Json> documents = manifests_.draw_stack();
  note(properties::text_of(documents));
  const std::string refused = apply(documents);
  if (!refused.empty()) complain("drawn, and refused: " + refused);
  if (options_.hurt) {
    cloud_.faults() = weather_of(random_);
    crashes_left_ = options_.crashes_max;
    const Duration length = random_.between(options_.hurt_max / 12, options_.hurt_max);
    schedule_trouble(length);
    run_for(length);
    end_trouble();
  }
  if (!complaints_.empty() || !settle_all("converge")) return complaints_;
  if (!options_.hurt) {
    demand_calm(from, "while converging");
    demand_nothing_undone(from);
  }
  demand_second_pass("second pass");
  for (std::uint64_t left = random_.below(4); left > 0 && complaints_.empty(); --left) round();
  if (!complaints_.empty()) return complaints_;
  // What waited for a zone may begin now.
  const bool waits = !all_converged();
  change_facts(0);
  if (waits) {
    if (!settle_all("with other facts")) return complaints_;
  } else {
    demand_second_pass("other facts");
  }
  open_for_deletion();
  request_deletion();
  if (options_.delete_while_hurt) {
    cloud_.faults() = weather_of(random_);
    crashes_left_ = options_.crashes_max;
    schedule_trouble(options_.hurt_max);
    run_for(random_.between(options_.hurt_max / 12, options_.hurt_max));
    end_trouble();
  }
  from = cloud_.journal().size();
  if (!settle(
          "delete", [this] { return all_gone(); }, hours(6)))
    return complaints_;
  if (!options_.delete_while_hurt) demand_calm(from, "while deleting");
  demand_nothing_left();
  return complaints_;
}

}  // namespace byoc::sim
