#include "manifests/object.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

Object sample() {
  Object object;
  object.kind = "Cluster";
  object.metadata.name = "lai";
  object.metadata.uid = "u-1";
  object.metadata.generation = 3;
  object.metadata.resource_version = "17";
  object.metadata.created = parse_time("2026-01-31T09:30:00Z");
  object.metadata.deleted = parse_time("2026-02-01T00:00:00Z");
  object.metadata.labels = {{"team", "a"}};
  object.metadata.finalizers = {std::string(kFinalizer)};
  object.spec = {{"region", "us-west-2"}};
  return object;
}

TEST(Object, KeysPrintShortInTheDefaultNamespace) {
  EXPECT_EQ(to_string(ObjectKey{"Cluster", "default", "a"}), "Cluster/a");
  EXPECT_EQ(to_string(ObjectKey{"Cluster", "team-a", "a"}), "Cluster/team-a/a");
}

TEST(Object, RoundTripsThroughJson) {
  const Json once = to_json(sample());
  EXPECT_EQ(once["metadata"]["resourceVersion"], "17");
  EXPECT_FALSE(once.contains("status"));
  const Result<Object> back = object_from_json(once);
  ASSERT_TRUE(back.ok()) << back.status().message;
  EXPECT_TRUE(back.value().deleting());
  EXPECT_EQ(to_json(back.value()), once);
}

TEST(Object, WrongJsonSaysWhichField) {
  const auto message = [](const char* pointer, Json value) {
    Json json = to_json(sample());
    json[Json::json_pointer(pointer)] = std::move(value);
    const Result<Object> result = object_from_json(json);
    return result.ok() ? std::string("ok") : result.status().message;
  };
  EXPECT_EQ(message("/apiVersion", "v1"), "apiVersion must be byoc.dev/v1alpha1");
  EXPECT_EQ(message("/kind", 3), "kind must be text");
  EXPECT_EQ(message("/metadata", Json::array()), "metadata must be a map");
  EXPECT_EQ(message("/metadata/name", ""), "metadata.name is missing");
  EXPECT_EQ(message("/metadata/labels/team", 7), "metadata.labels.team must be text (quote it)");
  EXPECT_EQ(message("/metadata/resourceVersion", "x"), "ok") << "it is opaque";
  EXPECT_EQ(message("/metadata/resourceVersion", 7), "ok") << "YAML without quotes";
  EXPECT_EQ(message("/metadata/resourceVersion", true), "metadata.resourceVersion must be text");
  EXPECT_EQ(message("/metadata/resourceVersion", std::string(kVersionBytesMax + 1, '1')),
            "metadata.resourceVersion must be text of at most 128 bytes");
  EXPECT_EQ(message("/metadata/creationTimestamp", "soon"),
            "metadata.creationTimestamp must be a time such as 2026-01-31T09:30:00Z");
  EXPECT_EQ(message("/metadata/finalizers", "x"), "metadata.finalizers must be a list of texts");
  EXPECT_EQ(message("/spec", "x"), "spec must be a map");
  EXPECT_EQ(message("/spec", nullptr), "ok");
  EXPECT_FALSE(object_from_json(Json::array()).ok());
}

TEST(Condition, TransitionTimeMovesOnlyWithTheStatus) {
  Object object = sample();
  const Time first = parse_time("2026-01-01T00:00:00Z");
  const Time second = parse_time("2026-01-02T00:00:00Z");
  EXPECT_TRUE(set_condition(object, {"Ready", "False", "Creating", "vpc"}, first));
  EXPECT_FALSE(set_condition(object, {"Ready", "False", "Creating", "vpc"}, second));
  EXPECT_TRUE(set_condition(object, {"Ready", "False", "Creating", "subnet"}, second));
  EXPECT_EQ(object.status["conditions"][0]["lastTransitionTime"], format_time(first));
  EXPECT_TRUE(set_condition(object, {"Ready", "True", "Done", ""}, second));
  EXPECT_EQ(object.status["conditions"][0]["lastTransitionTime"], format_time(second));
  EXPECT_EQ(object.status["conditions"][0]["observedGeneration"], 3);
}

TEST(Condition, SortedFoundAndRemoved) {
  Object object = sample();
  for (const char* type : {"Ready", "Accepted", "Synced"}) {
    set_condition(object, {type, "True", "Done", type}, Time{});
  }
  EXPECT_EQ(object.status["conditions"][0]["type"], "Accepted");
  EXPECT_EQ(object.status["conditions"][2]["type"], "Synced");
  EXPECT_EQ(find_condition(object, "Ready")->message, "Ready");
  EXPECT_FALSE(find_condition(object, "Gone").has_value());
  EXPECT_TRUE(remove_condition(object, "Ready"));
  EXPECT_FALSE(remove_condition(object, "Ready"));
  EXPECT_FALSE(find_condition(object, "Ready").has_value());
}

}  // namespace
}  // namespace byoc
