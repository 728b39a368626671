// Stories about hands that take byoc's tags off: the record tells whose a resource is, nothing is
// made twice, and nothing stays behind.
#include <algorithm>
#include <set>

#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::IsEmpty;

struct Tagged {
  std::string type;
  std::string id;
  std::string arn;
  Tags tags;
};

class UntagStory : public OwnerTest {
 protected:
  // What byoc owns, by "owner/key".
  [[nodiscard]] std::map<std::string, Tagged> ours() const {
    std::map<std::string, Tagged> out;
    each_thing(cloud_.world(), Sight{}, [&](const Thing& thing) {
      const auto owner = thing.tags->find(std::string(kOwnerTag));
      if (owner == thing.tags->end() || owner->second == kForeignUid) return;
      out[owner->second + "/" + thing.tags->at(std::string(kKeyTag))] = {thing.type, thing.id,
                                                                         thing.arn, *thing.tags};
    });
    return out;
  }

  // As people do it, with the services' own calls.
  void untag(const Tagged& one, const std::vector<std::string>& keys) {
    const std::string service = one.type.substr(0, one.type.find(':'));
    const std::string kind = one.type.substr(service.size() + 1);
    if (service == "ec2") {
      Json tags = Json::array();
      for (const std::string& key : keys) tags.push_back({{"Key", key}});
      by_hand("ec2", "DeleteTags", {{"Resources", {one.id}}, {"Tags", tags}});
    } else if (service == "iam") {
      static const std::map<std::string, std::pair<const char*, const char*>> kCalls = {
          {"role", {"UntagRole", "RoleName"}},
          {"policy", {"UntagPolicy", "PolicyArn"}},
          {"instance-profile", {"UntagInstanceProfile", "InstanceProfileName"}},
          {"oidc-provider", {"UntagOpenIDConnectProvider", "OpenIDConnectProviderArn"}}};
      const auto& [operation, member] = kCalls.at(kind);
      by_hand("iam", operation, {{member, one.id}, {"TagKeys", keys}});
    } else if (service == "s3") {
      by_hand("s3", "DeleteBucketTagging", {{"Bucket", one.id}});
    } else {
      by_hand(service, "UntagResource", {{"resourceArn", one.arn}, {"tagKeys", keys}});
    }
  }

  static std::vector<std::string> keys_of(const Tagged& one) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : one.tags) keys.push_back(key);
    return keys;
  }

  void work_for(Duration span) {
    static_cast<void>(run_until([] { return false; }, span));
  }

  void demand_nothing_left() {
    std::vector<std::string> left;
    SimCloud other{SimOptions{}};
    settle_foreigners(other);
    std::size_t things = 0;
    each_thing(other.world(), Sight{}, [&](const Thing&) { ++things; });
    each_thing(cloud_.world(), Sight{}, [&](const Thing& thing) { left.push_back(thing.arn); });
    EXPECT_EQ(left.size(), things) << testing::PrintToString(left);
  }

  // What has not the tags that it had; what was made anew.
  [[nodiscard]] std::vector<std::string> changed(
      const std::map<std::string, Tagged>& before) const {
    std::vector<std::string> out;
    const auto now = ours();
    for (const auto& [key, one] : before) {
      const auto found = now.find(key);
      if (found == now.end()) {
        out.push_back(key + " is not ours");
      } else if (found->second.id != one.id) {
        out.push_back(key + " was " + one.id + ", is " + found->second.id);
      }
    }
    for (const auto& [key, one] : now) {
      if (!before.contains(key)) out.push_back(key + " is new");
    }
    return out;
  }
};

TEST_F(UntagStory, OneTypeAfterTheOtherLosesAllTagsAndGetsThemBack) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const auto before = ours();
  ASSERT_GT(before.size(), 20U);
  std::set<std::string> types;
  for (const auto& [key, one] : before) types.insert(one.type);
  for (const std::string& type : types) {
    for (const auto& [key, one] : before) {
      if (one.type == type) untag(one, keys_of(one));
    }
    work_for(std::chrono::minutes(70));  // details are looked up once an hour
    EXPECT_THAT(changed(before), IsEmpty()) << type;
  }
}

TEST_F(UntagStory, AllLoseTheirTagsAtOnce) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const auto before = ours();
  for (const auto& [key, one] : before) untag(one, keys_of(one));
  work_for(std::chrono::hours(2));
  EXPECT_THAT(changed(before), IsEmpty());
}

// A single tag of ours is as good as all.
TEST_F(UntagStory, EachTagOfOursByItself) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const auto before = ours();
  for (const std::string_view tag : {kOwnerTag, kKeyTag, std::string_view("byoc.dev/owner")}) {
    for (const auto& [key, one] : before) {
      if (one.type != "s3:bucket") untag(one, {std::string(tag)});
    }
    work_for(std::chrono::hours(2));
    EXPECT_THAT(changed(before), IsEmpty()) << tag;
  }
}

TEST_F(UntagStory, WhatLostItsTagsGoesWithItsObject) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  for (const auto& [key, one] : ours()) untag(one, keys_of(one));
  for (const ObjectKey& key : keys) request_deletion(key);
  for (const ObjectKey& key : keys) EXPECT_TRUE(gone(key)) << message(key);
  demand_nothing_left();
}

// A node group whose tags go while EKS deletes it, and fails, is no less there.
TEST_F(UntagStory, WhatLosesItsTagsWhileItGoesIsWaitedFor) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  cloud_.faults().nodegroup_delete_failure = 1;
  for (const ObjectKey& key : keys) request_deletion(key);
  const auto untag_going = [&] {
    for (auto& [name, region] : cloud_.account("111122223333").regions) {
      EksCluster* cluster = region.eks.clusters.find("demo");
      if (cluster == nullptr) continue;
      for (const char* group : {"workers", "management"}) {
        EksNodegroup* nodes = cluster->nodegroups.find(group);
        if (nodes != nullptr && nodes->status.starts_with("DELET")) nodes->tags.clear();
      }
    }
    return false;
  };
  static_cast<void>(run_until(untag_going, std::chrono::minutes(15)));
  cloud_.calm();
  for (const ObjectKey& key : keys) EXPECT_TRUE(gone(key)) << message(key);
  demand_nothing_left();
}

// Another one of the name, made later by somebody else without tags, is not ours.
TEST_F(UntagStory, ANewOneOfTheNameIsNotOurs) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const auto all = ours();
  const auto provider = std::find_if(all.begin(), all.end(), [](const auto& one) {
    return one.second.type == "iam:oidc-provider";
  });
  ASSERT_NE(provider, all.end());
  work_for(std::chrono::minutes(10));
  const Json name = {{"OpenIDConnectProviderArn", provider->second.id}};
  const Json old = by_hand("iam", "GetOpenIDConnectProvider", name);
  by_hand("iam", "DeleteOpenIDConnectProvider", name);
  by_hand("iam", "CreateOpenIDConnectProvider",
          {{"Url", "https://" + old.at("Url").get<std::string>()},
           {"ClientIDList", old.at("ClientIDList")},
           {"ThumbprintList", old.at("ThumbprintList")}});
  controller_->enqueue(keys[1], cloud_.now());
  EXPECT_TRUE(run_until([&] { return status(keys[1]).at("reason") == "NameConflict"; }))
      << status(keys[1]).dump();
  EXPECT_FALSE(ours().contains(provider->first));
}

}  // namespace
}  // namespace byoc::sim
