#include "manifests/selector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/manifests/selector_cases.h"

namespace byoc {
namespace {

using testing::HasSubstr;

// F43: Kubernetes' grammar, and nothing beside it.
TEST(Selector, TakesAndRefusesWhatKubernetesDoes) {
  for (const SelectorCase& one : kSelectorCases) {
    const Result<Selector> selector = Selector::parse(one.text);
    ASSERT_EQ(selector.ok(), one.verdict != SelectorCase::wrong) << one.text;
    if (!selector.ok()) {
      EXPECT_EQ(selector.status().code, Code::invalid) << one.text;
      EXPECT_THAT(selector.status().message, HasSubstr("nothing is done")) << one.text;
      continue;
    }
    EXPECT_FALSE(selector.value().empty()) << one.text;
    EXPECT_EQ(selector.value().fits(kSelectorLabels), one.verdict == SelectorCase::fits)
        << one.text;
  }
}

TEST(Selector, AnEmptyTextDemandsNothing) {
  for (const char* text : {"", " ", "\t\n"}) {
    const Result<Selector> selector = Selector::parse(text);
    ASSERT_TRUE(selector.ok());
    EXPECT_TRUE(selector.value().empty());
    EXPECT_TRUE(selector.value().fits({}));
  }
}

constexpr std::string_view kKnown[] = {"metadata.name", "metadata.namespace", "count", "type"};

TEST(FieldSelectorTest, FieldsAreFoundByTheirPath) {
  const Json object = {{"metadata", {{"name", "a,b=c\\d"}}}, {"count", 3}, {"type", "Normal"}};
  const auto fits = [&](const char* text) {
    const Result<FieldSelector> selector = FieldSelector::parse(text, kKnown);
    EXPECT_TRUE(selector.ok()) << text << ": " << selector.status().message;
    return selector.ok() && selector.value().fits(object);
  };
  EXPECT_TRUE(fits(""));
  EXPECT_TRUE(fits(","));
  EXPECT_TRUE(fits("type=Normal"));
  EXPECT_TRUE(fits("type==Normal,"));
  EXPECT_FALSE(fits("type=Warning"));
  EXPECT_TRUE(fits("metadata.namespace="));
  EXPECT_TRUE(fits("count=3,type!=Warning"));
  EXPECT_FALSE(fits("count=3,type!=Normal"));
  EXPECT_TRUE(fits("metadata.name=a\\,b\\=c\\\\d"));
  EXPECT_FALSE(fits("type= Normal")) << "spaces are a part of the value";
}

// F43, and F2: "spec.trust.accounts..0=1" ended byocd.
TEST(FieldSelectorTest, WhatIsWrongIsSaid) {
  for (const char* text : {"type", "type in (a)", "=a", "type=a=b", "type=a\\", "type=a\\x",
                           "type=a\\,b\\", "spec.trust.accounts..0=1", "metadata..name=a", "x=1",
                           " type=Normal", "type =Normal", "type>3", "!type", "metadata=a"}) {
    const Result<FieldSelector> selector = FieldSelector::parse(text, kKnown);
    ASSERT_FALSE(selector.ok()) << text;
    EXPECT_EQ(selector.status().code, Code::invalid);
    EXPECT_THAT(selector.status().message, HasSubstr("nothing is done"));
  }
}

}  // namespace
}  // namespace byoc
