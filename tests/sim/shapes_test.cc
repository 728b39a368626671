#include "tests/sim/shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cloud/aws/model.h"
#include "tests/sim/op.h"

namespace byoc::sim {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ShapesTest, AnswersAreCompared) {
  EXPECT_THAT(misfits("ec2", "CreateVpc", {{"Vpc", {{"VpcId", "vpc-1"}}}}), IsEmpty());
  EXPECT_THAT(misfits("ec2", "CreateVpc", {{"Vpc", {{"VpcId", 1}}}}), SizeIs(1));
  EXPECT_THAT(misfits("ec2", "CreateVpc", {{"Vpc", {{"Colour", "red"}}}}), SizeIs(1));
  EXPECT_THAT(misfits("ec2", "DeleteVpc", {{"Return", true}}), SizeIs(1));
}

bool kind_fits(char type, Kind kind) {
  switch (type) {
    case 'i': return kind == Kind::integer;
    case 'n': return kind == Kind::integer || kind == Kind::floating;
    case 'b': return kind == Kind::boolean;
    case 'l': return kind == Kind::list;
    case 'o': return kind == Kind::structure || kind == Kind::map;
    default: return kind == Kind::string || kind == Kind::blob || kind == Kind::timestamp;
  }
}

void compare(const Operation& rule, const byoc::Operation& known) {
  const std::string name = std::string(rule.rule.service) + ':' + known.name + ' ';
  const Shape* input = known.input.shape;
  for (const OpParam& param : rule.params) {
    const ShapeRef* member = input == nullptr ? nullptr : input->find(param.name);
    if (member == nullptr) {
      EXPECT_EQ(param.name, "DryRun") << name << "has no parameter " << param.name;
    } else {
      EXPECT_TRUE(kind_fits(param.type, member->shape->kind)) << name << param.name;
    }
  }
  for (const std::string& required :
       input == nullptr ? std::vector<std::string>() : input->required) {
    const bool known_required =
        std::any_of(rule.params.begin(), rule.params.end(),
                    [&](const OpParam& param) { return param.name == required && param.required; });
    EXPECT_TRUE(known_required) << name << required << " is required";
  }
}

TEST(ShapesTest, RulesTakeTheParametersOfTheModel) {
  for (const auto& table : all_tables()) {
    for (const OpRule& rule : table) {
      const Service* service = find_service(rule.service);
      const byoc::Operation* known = service == nullptr ? nullptr : service->find(rule.operation);
      if (known != nullptr) compare(*find_operation(rule.service, rule.operation), *known);
    }
  }
}

TEST(ShapesTest, EveryModelledOperationIsSimulated) {
  // The client's own ways to credentials: its tests know them.
  const std::vector<std::string> left_out = {"AssumeRoleWithWebIdentity", "GetRoleCredentials"};
  for (const std::string& name : service_names()) {
    for (const auto& [operation, model] : find_service(name)->operations) {
      if (std::find(left_out.begin(), left_out.end(), operation) != left_out.end()) continue;
      EXPECT_NE(find_operation(name, operation), nullptr) << name << ':' << operation;
    }
  }
}

}  // namespace
}  // namespace byoc::sim
