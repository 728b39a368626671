#include "tests/sim/drawn_story.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/check.h"
#include "controller/candidate.h"
#include "manifests/validate.h"
#include "tests/properties/case.h"
#include "tests/sim/census.h"

namespace byoc::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

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

}  // namespace

DrawnStory::DrawnStory(StoryOptions options) : DrawnStory(std::move(options), make_secrets_dir()) {}

DrawnStory::DrawnStory(StoryOptions options, std::string dir)
    : StoryRun(std::move(options), dir), dir_(std::move(dir)), manifests_(options_.seed) {}

DrawnStory::~DrawnStory() {
  controller_.reset();
  std::filesystem::remove_all(dir_);
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

void DrawnStory::storm() {
  cloud_.faults() = storm_of(random_);
  crashes_left_ = options_.crashes_max;
  run_until(cloud_.now() + random_.between(options_.hurt_max / 12, options_.hurt_max),
            [] { return false; });
  crashes_left_ = 0;
  cloud_.calm();
}

// Why an object is not converged and may stay so; empty when it must not.
std::string DrawnStory::unsettled_reason(const Object&) const {
  return {};
}

bool DrawnStory::all_settled() {
  const auto objects = store_->list("");
  check(objects.ok(), "the store lists");
  return std::all_of(objects.value().begin(), objects.value().end(), [&](const Object& object) {
    const Standing* standing = controller_->standing(object.key());
    if (standing == nullptr) return false;
    return standing->converged || !unsettled_reason(object).empty();
  });
}

// Nothing is believed from memory: a new controller looks at everything again.
void DrawnStory::demand_second_pass(const char* when) {
  restart();
  const std::size_t from = cloud_.journal().size();
  if (!settle(
          when, [this] { return all_settled(); }, minutes(10)))
    return;
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
    if (document.at("kind") == "Cluster") {
      spec["deletionPolicy"] = {{"bucket", "Delete"}, {"registry", "Delete"}, {"logs", "Delete"}};
    }
  }
  const std::string refused = apply(documents);
  if (!refused.empty()) complain("cannot be opened for its deletion: " + refused);
}

std::vector<std::string> DrawnStory::run() {
  const Duration limit = hours(3);
  std::vector<Json> documents = manifests_.draw_stack();
  note(properties::text_of(documents));
  const std::string refused = apply(documents);
  if (!refused.empty()) {
    complain("drawn, and refused: " + refused);
    return complaints_;
  }
  if (options_.hurt) {
    storm();
    run_until(cloud_.now() + minutes(70), [] { return false; });
  }
  std::size_t from = cloud_.journal().size();
  if (!settle(
          "converge", [this] { return all_settled(); }, limit))
    return complaints_;
  if (!options_.hurt) demand_calm(from, "while converging");
  demand_second_pass("second pass");
  open_for_deletion();
  request_deletion();
  from = cloud_.journal().size();
  if (!settle(
          "delete", [this] { return all_gone(); }, limit))
    return complaints_;
  demand_calm(from, "while deleting");
  demand_nothing_left();
  return complaints_;
}

}  // namespace byoc::sim
