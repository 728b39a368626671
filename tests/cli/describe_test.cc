#include "cli/describe.h"

#include <gtest/gtest.h>

#include "tests/cli/now.h"

namespace byoc {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Object demo_object() {
  Object object;
  object.kind = "Cluster";
  object.metadata.name = "demo";
  object.metadata.uid = "u-1";
  object.metadata.generation = 2;
  object.metadata.created = kNow - hours(3);
  object.metadata.labels = {{"env", "test"}, {"team", "a"}};
  object.metadata.finalizers = {std::string(kFinalizer)};
  object.spec = {{"region", "us-west-2"}};
  return object;
}

// B41
TEST(Describe, TellsEverything) {
  Object object = demo_object();
  object.status = {
      {"phase", "Pending"},
      {"observedGeneration", 1},
      {"network", {{"vpcId", "vpc-0a"}}},
      {"conditions",
       {{{"type", "Ready"},
         {"status", "False"},
         {"reason", "WaitingForRole"},
         {"message", "Role/research\nis not ready"},
         {"lastTransitionTime", format_time(kNow - minutes(4))}}}},
      {"inventory",
       {{{"key", "vpc"}, {"type", "vpc"}, {"id", "vpc-0a"}, {"state", "ready"}},
        {{"key", "subnet/public-a"}, {"type", "subnet"}, {"id", nullptr}, {"state", "pending"}}}}};
  const std::vector<Event> events = {
      {object.key(), "Normal", "Created", "vpc vpc-0a", 3, kNow - minutes(30), kNow - minutes(12)}};
  EXPECT_EQ(describe(object, events, kNow),
            "Name:         demo\n"
            "Namespace:    default\n"
            "Kind:         Cluster\n"
            "Labels:       env=test\n"
            "              team=a\n"
            "Annotations:  <none>\n"
            "UID:          u-1\n"
            "Created:      2027-01-15T05:00:00Z (3h ago)\n"
            "Finalizer:    byoc.dev/teardown\n"
            "Generation:   2 (observed: 1)\n"
            "Phase:        Pending\n"
            "Spec:\n"
            "  region: us-west-2\n"
            "Outputs:\n"
            "  network:\n"
            "    vpcId: vpc-0a\n"
            "Conditions:\n"
            "  TYPE   STATUS  REASON          AGE  MESSAGE\n"
            "  Ready  False   WaitingForRole  4m   Role/research is not ready\n"
            "Resources:\n"
            "  KEY              TYPE    ID      STATE\n"
            "  vpc              vpc     vpc-0a  ready\n"
            "  subnet/public-a  subnet          pending\n"
            "Events:\n"
            "  TYPE    REASON   AGE                MESSAGE\n"
            "  Normal  Created  12m (x3 over 30m)  vpc vpc-0a\n");
}

TEST(Describe, AnObjectBeforeItsFirstPass) {
  Object object = demo_object();
  object.spec = Json::object();
  object.metadata.labels.clear();
  object.metadata.finalizers.clear();
  object.metadata.deleted = kNow - minutes(2);
  EXPECT_EQ(describe(object, {}, kNow),
            "Name:         demo\n"
            "Namespace:    default\n"
            "Kind:         Cluster\n"
            "Labels:       <none>\n"
            "Annotations:  <none>\n"
            "UID:          u-1\n"
            "Created:      2027-01-15T05:00:00Z (3h ago)\n"
            "Deleted:      2027-01-15T07:58:00Z (2m ago)\n"
            "Generation:   2 (not yet observed)\n"
            "Phase:        Terminating\n"
            "Spec:  <none>\n"
            "Outputs:  <none>\n"
            "Conditions:  <none>\n"
            "Resources:  <none>\n"
            "Events:  <none>\n");
}

TEST(Describe, LeavesTheAppliedManifestOut) {
  Object object = demo_object();
  object.metadata.annotations = {{"kubectl.kubernetes.io/last-applied-configuration", "{...}"},
                                 {"note", "kept"}};
  const std::string text = describe(object, {}, kNow);
  EXPECT_EQ(text.find("last-applied"), std::string::npos);
  EXPECT_NE(text.find("Annotations:  note=kept\n"), std::string::npos);
}

}  // namespace
}  // namespace byoc
