#include "manifests/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "manifests/canonical.h"
#include "manifests/preset.h"
#include "manifests/schema_check.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Calls `visit(place, schema)` for every schema below `schema`.
template <class Visit>
void for_each_schema(const Json& schema, const std::string& place, const Visit& visit) {
  visit(place, schema);
  if (schema.contains("properties")) {
    for (const auto& [name, field] : schema.at("properties").items()) {
      for_each_schema(field, place + "." + name, visit);
    }
  }
  if (schema.contains("items")) for_each_schema(schema.at("items"), place + "[]", visit);
  if (schema.contains("additionalProperties") && schema.at("additionalProperties").is_object()) {
    for_each_schema(schema.at("additionalProperties"), place + ".*", visit);
  }
}

TEST(Schema, EveryKindIsFoundByItsWords) {
  EXPECT_THAT(schema_kinds(), ElementsAre("Cluster", "NodeGroup", "Role"));
  EXPECT_EQ(kind_of_word("nodegroups"), "NodeGroup");
  EXPECT_EQ(kind_of_word("CLUSTER"), "Cluster");
  EXPECT_EQ(kind_of_word("pods"), "");
  EXPECT_EQ(find_schema("cluster"), nullptr);
}

TEST(Schema, EveryFieldIsDescribedAndEveryMapIsClosed) {
  for (const std::string& kind : schema_kinds()) {
    for_each_schema(*find_schema(kind), kind, [](const std::string& place, const Json& schema) {
      EXPECT_FALSE(schema.value("description", "").empty()) << place;
      EXPECT_FALSE(schema.contains("$ref")) << place;
      if (schema.contains("properties")) {
        EXPECT_EQ(schema.at("additionalProperties"), false) << place;
      }
      // Patterns run on bounded text only: the regular expressions of libstdc++ recurse.
      if (schema.contains("pattern")) {
        ASSERT_TRUE(schema.contains("maxLength")) << place;
        EXPECT_LE(schema.at("maxLength"), 2048) << place;
        EXPECT_TRUE(schema.contains("x-hint") || schema.contains("x-format") ||
                    place.ends_with("[]") || place.ends_with(".name"))
            << place;
      }
    });
  }
}

// A word of JSON Schema that the check does not know would let wrong documents pass.
TEST(Schema, HoldsNoWordThatTheCheckDoesNotKnow) {
  const auto& known = known_words();
  for (const std::string& kind : schema_kinds()) {
    for_each_schema(*find_schema(kind), kind, [&](const std::string& place, const Json& schema) {
      for (const auto& [word, value] : schema.items()) {
        EXPECT_TRUE(word.starts_with("x-") ||
                    std::find(known.begin(), known.end(), word) != known.end())
            << place << " has the word " << word;
      }
      if (!schema.contains("propertyNames")) return;
      for (const auto& [word, value] : schema.at("propertyNames").items()) {
        EXPECT_TRUE(word == "x-format" || word == "type" || word == "description")
            << place << ": of names only x-format is checked, not " << word;
      }
    });
  }
}

TEST(Schema, FieldsAreFoundByPointer) {
  EXPECT_EQ(schema_at("Cluster", "/spec/network/nat")->at("default"), "Single");
  EXPECT_EQ(schema_at("Cluster", "/spec/network/zones/1")->at("type"), "string");
  EXPECT_EQ(schema_at("NodeGroup", "/spec/labels/a~1b")->at("maxLength"), 63);
  EXPECT_EQ(schema_at("Cluster", "/spec/regoin"), nullptr);
  EXPECT_EQ(schema_at("Nothing", "/spec"), nullptr);
}

TEST(Explain, TellsOfAField) {
  const Result<std::string> text = explain("cluster.spec.network");
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(text.value(), HasSubstr("KIND:       Cluster\nVERSION:    byoc.dev/v1alpha1\n"
                                      "FIELD:      Cluster.spec.network <object>\n"));
  EXPECT_THAT(text.value(), HasSubstr("  zones\t<[]string>\n"));
  EXPECT_THAT(text.value(), HasSubstr("(default Single; one of None, Single, PerZone)\n"));
}

TEST(Explain, StepsThroughLists) {
  const Result<std::string> text = explain("NodeGroup.spec.taints.effect");
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(text.value(), HasSubstr("(required; one of NoSchedule,"));
}

TEST(Explain, SuggestsSpellings) {
  EXPECT_EQ(explain("Clutser").status().message,
            "there is no kind `Clutser`; did you mean `Cluster`?");
  EXPECT_EQ(explain("cluster.spec.regoin").status().message,
            "`Cluster.spec` has no field `regoin`; did you mean `region`?");
  EXPECT_EQ(explain("role.spec.").status().message, "a field is missing after `role.spec.`");
}

// L72, B81
TEST(Preset, NewestUnlessAVersionIsNamed) {
  ASSERT_NE(find_preset("lightning"), nullptr);
  EXPECT_EQ(find_preset("lightning"), find_preset("lightning@2023-01"));
  EXPECT_THAT(find_preset("lightning")->dump(), HasSubstr("codebuild:*"));
  EXPECT_THAT(find_preset("lightning@2022-08")->dump(), Not(HasSubstr("codebuild:*")));
  EXPECT_EQ(find_preset("lightning@1999-01"), nullptr);
  EXPECT_EQ(find_preset("lightening"), nullptr);
}

// V7, X1
TEST(Preset, EveryOneIsWhole) {
  for (const std::string& name : preset_names()) {
    const Json* preset = find_preset(name);
    ASSERT_NE(preset, nullptr) << name;
    for (const char* list : {"accounts", "principals", "services"}) {
      EXPECT_TRUE(preset->at("trust").at(list).is_array()) << name;
    }
    EXPECT_GE(preset->at("maxSessionDuration"), 3600) << name;
    EXPECT_TRUE(preset->at("instanceProfile").is_boolean()) << name;
    for (const char* list : {"inline", "customer"}) {
      for (const Json& policy : preset->at(list)) {
        EXPECT_EQ(policy.at("document").at("Version"), "2012-10-17") << name;
        EXPECT_FALSE(policy.at("name").empty()) << name;
      }
    }
  }
}

struct PresetFact {
  const char* preset;
  const char* pointer;  // into it
  const char* holds;    // in the JSON text of what is there
};

class PresetFactTest : public testing::TestWithParam<PresetFact> {};

// G16, G57, G67, B6, V9, V13, V15, V17, V18, V48, V49, V50
TEST_P(PresetFactTest, StandsInThePreset) {
  const Json* preset = find_preset(GetParam().preset);
  ASSERT_NE(preset, nullptr) << GetParam().preset;
  const Json::json_pointer place{std::string(GetParam().pointer)};
  ASSERT_TRUE(preset->contains(place)) << GetParam().preset << GetParam().pointer;
  EXPECT_THAT(preset->at(place).dump(), HasSubstr(GetParam().holds)) << GetParam().preset;
}

INSTANTIATE_TEST_SUITE_P(
    Vendors, PresetFactTest,
    testing::Values(
        PresetFact{"bodo", "/trust/accounts", "481633624848"},
        PresetFact{"grid", "/trust/accounts", "302180240179"},
        PresetFact{"grid-s3-access", "/trust/accounts", "302180240179"},
        PresetFact{"grid-s3-access", "/namePrefix", "grid-s3-access"},
        PresetFact{"grid-s3-access", "/inline/0/document", "s3:GetBucketLocation"},
        PresetFact{"minimal", "/customer/0/document", "eks:"},
        PresetFact{"valohai-worker", "/tags/valohai", "1"},
        PresetFact{"valohai-worker", "/trust/services", "ec2.amazonaws.com"},
        PresetFact{"valohai-worker", "/customer/0/document", "autoscaling:SetInstanceProtection"},
        PresetFact{"valohai-master@2022-01", "/customer/0/document", "ec2:DescribeVpcs"},
        PresetFact{"valohai-master@2022-01", "/customer/0/document", "ec2:CreateLaunchTemplate"},
        PresetFact{"valohai-master@2022-01", "/customer/0/document", "iam:PassRole"},
        PresetFact{"valohai-master", "/customer/0/name", "ValohaiMasterPolicy"},
        PresetFact{"valohai-master", "/customer/0/document", "ec2:TerminateInstances"},
        PresetFact{"valohai-master", "/customer/0/document", "secretsmanager:ResourceTag/valohai"},
        PresetFact{"s3-multipart", "/inline/0/document", "s3:AbortMultipartUpload"},
        PresetFact{"valohai-queue", "/customer/0/document", "secretsmanager:GetSecretValue"},
        PresetFact{"valohai-queue", "/customer/0/document", "ResourceTag/valohai"}));

// B11, B77
TEST(Preset, BodoIsTheVendorsListOf2021) {
  const Json& policy = find_preset("bodo")->at("inline").at(0);
  EXPECT_EQ(policy.at("document").at("Statement").at(0).at("Action").size(), 128U);
  EXPECT_EQ(policy.at("document").dump().size(), 3286U);
}

}  // namespace
}  // namespace byoc
