// The objects and facts that the tests of build functions share: made up, but whole.
#pragma once

#include <string>

#include "reconcilers/build.h"
#include "reconcilers/reference.h"

namespace byoc {

inline Facts facts_of_tests() {
  Facts facts;
  facts.account = "111122223333";
  facts.partition = "aws";
  facts.region = "us-west-2";
  facts.zones = {"us-west-2a", "us-west-2b", "us-west-2c"};
  return facts;
}

inline Object object_of(const char* kind, Json spec, const char* name = "demo") {
  Object object;
  object.kind = kind;
  object.metadata.name = name;
  object.metadata.uid = "0a1b2c3d-0000-4000-8000-000000000001";
  object.spec = std::move(spec);
  return object;
}

inline Owner owner_of(const Object& object) {
  return {object.metadata.uid, object.key()};
}

// A Cluster "demo" that runs, as its status shows it.
inline Object running_cluster() {
  Object object = object_of("Cluster", {{"region", "us-west-2"}});
  object.status = {
      {"eksName", "demo"},
      {"endpoint", "https://eks.example.com"},
      {"nodeRoleArn", "arn:aws:iam::111122223333:role/demo-node-0a1b2c3d"},
      {"network",
       {{"nodeSecurityGroupId", "sg-nodes"},
        {"nodeSubnets", Json::array({{{"id", "subnet-private-a"}, {"zone", "us-west-2a"}},
                                     {{"id", "subnet-private-b"}, {"zone", "us-west-2b"}}})}}}};
  return object;
}

inline const Desired* find_node(const Graph& graph, const std::string& key) {
  for (const Desired& node : graph.nodes) {
    if (node.key == key) return &node;
  }
  return nullptr;
}

}  // namespace byoc
