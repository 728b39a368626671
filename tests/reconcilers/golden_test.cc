// Golden plans: tests/golden/CASE/{manifest.yaml, observed.json, plan.txt}.
//
//   manifest.yaml   one object, as a user writes it
//   observed.json   what a look found: [{type, key, id, fields, tags, life, reason, parent}];
//                   life comes from the fields unless it is given; parts have no key
//   plan.txt        the plan as people see it, and in which rounds its actions may start
//
// A case whose name ends in "-delete" deletes the object. BYOC_UPDATE_GOLDEN=1 writes plan.txt.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/plan_print.h"
#include "manifests/load.h"
#include "manifests/validate.h"
#include "tests/reconcilers/kinds.h"
#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;

const fs::path kDir = BYOC_SOURCE_DIR "/tests/golden";

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Object read_manifest(const fs::path& path) {
  Loaded loaded = load_paths({path.string()});
  const Diagnostics diagnostics = validate(loaded.manifests, {});
  for (const Diagnostic& one : loaded.diagnostics) ADD_FAILURE() << path << ": " << one.text;
  for (const Diagnostic& one : diagnostics) {
    if (one.severity == Severity::error) ADD_FAILURE() << path << ": " << one.text;
  }
  EXPECT_EQ(loaded.manifests.size(), 1U) << path;
  Object object = loaded.manifests.empty() ? Object{} : loaded.manifests.front().object;
  apply_defaults(object);
  object.metadata.uid = object_of("", {}).metadata.uid;
  return object;
}

Life life_named(const std::string& name) {
  if (name == "pending") return Life::pending;
  if (name == "failed") return Life::failed;
  return name == "going" ? Life::going : Life::ready;
}

Observed read_observed(const Json& item, const Owner& whose) {
  Observed observed;
  observed.row = &find_row(item.at("type").get<std::string>());
  observed.id = item.value("id", "");
  observed.fields = item.value("fields", Json::object());
  observed.tags = read_tags({{"tags", item.value("tags", Json::object())}});
  take_ownership_from_tags(observed);
  observed.key = item.value("key", observed.key);
  if (!observed.row->parent.empty()) {
    const std::string field(find_row(observed.row->parent).id);
    observed.parent_id = item.value("parent", observed.fields.value(field, ""));
    observed.owner_uid = whose.uid;
  }
  observed.foreign = observed.owner_uid != whose.uid;
  read_life(*observed.row, observed);
  if (item.contains("life")) observed.life = life_named(item["life"].get<std::string>());
  observed.reason = item.value("reason", observed.reason);
  return observed;
}

// Which actions may start together: those of a round need only what earlier rounds did.
std::string rounds(const Plan& plan) {
  std::vector<std::size_t> round(plan.actions.size(), 0);
  for (std::size_t moved = 1; moved > 0;) {
    moved = 0;
    for (std::size_t i = 0; i < round.size(); ++i) {
      for (const std::size_t need : plan.actions[i].needs) {
        if (round[i] > round[need]) continue;
        round[i] = round[need] + 1;
        ++moved;
      }
    }
  }
  std::ostringstream text;
  for (std::size_t at = 0, left = round.size(); left > 0; ++at) {
    text << "Round " << at + 1 << ":\n";
    for (std::size_t i = 0; i < round.size(); ++i) {
      if (round[i] != at) continue;
      const Action& action = plan.actions[i];
      text << "  " << verb_name(action.verb) << ' ' << action.key << '\n';
      --left;
    }
  }
  return text.str();
}

std::string planned(const std::string& name) {
  const Object object = read_manifest(kDir / name / "manifest.yaml");
  const Owner whose = owner_of(object);
  Facts facts = facts_of_tests();
  if (object.kind == "Role") facts.secrets["externalId"] = Secret("dummy-external-id");
  if (object.kind == "NodeGroup") facts.objects[running_cluster().key()] = running_cluster();
  const Built built = build(object, whose, facts);
  EXPECT_EQ(built.reason, "");
  Snapshot snapshot;
  snapshot.now = kNow;
  for (const Json& item : Json::parse(text_of(kDir / name / "observed.json"))) {
    snapshot.observed.push_back(read_observed(item, whose));
  }
  DiffOptions options;
  options.deleting = name.ends_with("-delete");
  options.retain = retained_types(object);
  options.names = options.deleting ? &built.graph : nullptr;
  const Plan plan = diff(whose, options.deleting ? Graph{} : built.graph, snapshot, options);
  std::string text = print_plan(to_string(object.key()), plan, PlanStyle{});
  text += plan_summary(count_plan(plan)) + "\n";
  if (has_calls(plan)) text += "\n" + rounds(plan);
  return text;
}

std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kDir)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, PlanIsAsWritten) {
  const fs::path path = kDir / GetParam() / "plan.txt";
  const std::string text = planned(GetParam());
  if (std::getenv("BYOC_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(text, text_of(path)) << "BYOC_UPDATE_GOLDEN=1 rewrites it; then read the difference";
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(golden_names()), [](const auto& one) {
  std::string name = one.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace byoc
