#include "manifests/selector.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

const std::map<std::string, std::string> kLabels = {{"team", "a"}, {"gpu", ""}};

struct Row {
  const char* text;
  bool fits;
};

class SelectorTest : public testing::TestWithParam<Row> {};

TEST_P(SelectorTest, Fits) {
  const Result<Selector> selector = Selector::parse(GetParam().text);
  ASSERT_TRUE(selector.ok()) << selector.status().message;
  EXPECT_EQ(selector.value().fits(kLabels), GetParam().fits) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SelectorTest,
    testing::Values(Row{"", true}, Row{" ", true}, Row{"team=a", true}, Row{"team==a", true},
                    Row{" team = a ", true}, Row{"team=b", false}, Row{"team!=a", false},
                    Row{"team!=b", true}, Row{"other!=b", true}, Row{"team", true},
                    Row{"other", false}, Row{"!other", true}, Row{"!team", false},
                    Row{"gpu=", true}, Row{"team=", false}, Row{"team in (a,b)", true},
                    Row{"team in (b, c)", false}, Row{"team notin (b,c)", true},
                    Row{"other notin (b)", true}, Row{"other in (b)", false},
                    Row{"team in (b, a),gpu", true}, Row{"team=a,other", false}));

TEST(Selector, WhatIsWrongIsSaid) {
  for (const char* text : {"=a", "team in a", "team between (a)", "team in (a", "a b", ",", "!"}) {
    const Result<Selector> selector = Selector::parse(text);
    ASSERT_FALSE(selector.ok()) << text;
    EXPECT_EQ(selector.status().code, Code::invalid);
    EXPECT_NE(selector.status().message.find("is not known; write key=value"), std::string::npos);
  }
}

TEST(Selector, FieldsAreFoundByTheirPath) {
  const Json object = {{"metadata", {{"name", "demo"}}}, {"count", 3}, {"type", "Normal"}};
  const auto fits = [&](const char* text) {
    return Selector::parse(text).value().fits_fields(object);
  };
  EXPECT_TRUE(fits("metadata.name=demo"));
  EXPECT_FALSE(fits("metadata.name=other"));
  EXPECT_TRUE(fits("metadata.namespace="));
  EXPECT_TRUE(fits("count=3,type!=Warning"));
  EXPECT_FALSE(fits("metadata.name.more=demo"));
}

}  // namespace
}  // namespace byoc
