// Whole objects: every call that makes, mends or removes them fits the API models, a settled world
// needs nothing, and what is made is what is removed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/kinds.h"
#include "tests/reconcilers/model.h"
#include "tests/reconcilers/settled.h"

namespace byoc {
namespace {

using testing::IsEmpty;

struct Whole {
  const char* name;
  Object object;
};

std::vector<Whole> wholes() {
  const Json document = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  return {
      {"Role",
       object_of("Role",
                 {{"instanceProfile", true},
                  {"trust", {{"accounts", Json::array({"123456789012"})}}},
                  {"policies",
                   {{"preset", "lightning"},
                    {"managed", Json::array({"ReadOnlyAccess"})},
                    {"inline", Json::array({{{"name", "own"}, {"document", document}}})}}}})},
      {"Cluster",
       object_of(
           "Cluster",
           {{"kubernetesVersion", "1.33"},
            {"network", {{"nat", "PerZone"}, {"zones", Json::array({"a", "b", "c"})}}},
            {"instanceTypes", Json::array({"t3.xlarge"})},
            {"deletionPolicy", {{"bucket", "Delete"}}},
            {"access",
             Json::array({{{"principalArn", "arn:aws:iam::111122223333:role/ops"},
                           {"username", "ops"},
                           {"policies", Json::array({{{"name", "AmazonEKSViewPolicy"}}})}}})}})},
      {"NodeGroup",
       object_of("NodeGroup", {{"clusterRef", {{"name", "demo"}}},
                               {"taints", Json::array({{{"key", "a"}, {"effect", "NoExecute"}}})},
                               {"labels", {{"a", "b"}}},
                               {"kubernetesVersion", "1.33"},
                               {"maxUnavailable", 2}})}};
}

class EveryKind : public testing::TestWithParam<Whole> {
 protected:
  EveryKind() {
    const Object& object = GetParam().object;
    Facts facts = facts_of_tests();
    facts.objects[running_cluster().key()] = running_cluster();
    if (object.kind == "Role") facts.secrets["externalId"] = Secret("dummy-external-id");
    Built built = find_kind(object.kind).build(object, owner_of(object), facts);
    EXPECT_EQ(built.reason, "");
    graph_ = std::move(built.graph);
    owner_ = owner_of(object);
  }

  [[nodiscard]] Plan plan(std::vector<Observed> observed) const {
    return diff(owner_, graph_, snapshot_of(std::move(observed)), {});
  }
  static void expect_calls_fit(const Plan& plan) {
    for (const Action& action : plan.actions) {
      if (action.operation.empty()) continue;
      EXPECT_THAT(Model::of(action.service).misfits(action.operation, action.params), IsEmpty())
          << action.key;
    }
  }

  Graph graph_;
  Owner owner_;
};

TEST_P(EveryKind, EveryCallThatMakesItFits) {
  const Plan make = plan({});
  EXPECT_GE(make.actions.size(), graph_.nodes.size() / 2);
  expect_calls_fit(make);
}

TEST_P(EveryKind, ASettledWorldNeedsNothing) {
  EXPECT_THAT(steps(plan(settled(owner_, graph_))), IsEmpty());
}

TEST_P(EveryKind, EveryCallThatMendsItFits) {
  std::vector<Observed> world = settled(owner_, graph_);
  for (Observed& observed : world) {
    observed.tags.erase("Name");
    if (observed.row->tagging != Tagging::none) observed.tags["left"] = "over";
    for (const Set& set : observed.row->set) observed.fields.erase(std::string(set.field));
  }
  const Plan mend = plan(world);
  EXPECT_TRUE(has_calls(mend));
  expect_calls_fit(mend);
}

TEST_P(EveryKind, EveryCallThatRemovesItFits) {
  DiffOptions options;
  options.deleting = true;
  options.names = &graph_;
  const Plan remove = diff(owner_, {}, snapshot_of(settled(owner_, graph_)), options);
  expect_calls_fit(remove);
  for (const Desired& node : graph_.nodes) {
    const Row& row = find_row(node.type);
    if (row.remove.empty() || row.remove_with_parent) continue;
    EXPECT_TRUE(index_of(remove, Verb::remove, node.key)) << node.key;
  }
}

TEST_P(EveryKind, NoSecretIsInItsPlan) {
  for (const Plan& one : {plan({}), plan(settled(owner_, graph_))}) {
    for (const Action& action : one.actions) {
      EXPECT_EQ(action.params.dump().find("dummy-external-id"), std::string::npos) << action.key;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, testing::ValuesIn(wholes()),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace byoc
