#include "tests/sim/census.h"

#include <algorithm>
#include <array>

#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

using EachThing = std::function<void(const Thing&)>;

void each_in_ec2(const Region& region, Sight sight, Thing thing, const EachThing& fn) {
  const std::string prefix = "arn:aws:ec2:" + thing.region + ':' + thing.account + ':';
  each_tagged(region.ec2, sight, [&](const auto& kind, const auto& id, const Tags& tags) {
    const NatGateway* nat = region.ec2.nat_gateways.find(id);
    if (nat != nullptr && nat->state == "deleted") return;
    thing.type = "ec2:" + std::string(kind.type);
    thing.id = id;
    thing.arn = prefix + std::string(kind.type) + '/' + id;
    thing.tags = &tags;
    fn(thing);
  });
}

void each_in_cluster(const EksCluster& cluster, Sight sight, Thing thing, const EachThing& fn) {
  const auto show = [&](std::string_view type, const std::string& id, const Json& arn,
                        const Tags& tags) {
    thing.type = "eks:" + std::string(type);
    thing.id = id;
    thing.arn = arn.get<std::string>();
    thing.tags = &tags;
    fn(thing);
  };
  const auto inside = [&](const std::string& name) { return cluster.name + '/' + name; };
  show("cluster", cluster.name, cluster.body.at("arn"), cluster.tags);
  cluster.nodegroups.each_listed(sight, [&](const auto& name, const auto& one) {
    show("nodegroup", inside(name), one.body.at("nodegroupArn"), one.tags);
  });
  cluster.addons.each_listed(sight, [&](const auto& name, const auto& one) {
    show("addon", inside(name), one.body.at("addonArn"), one.tags);
  });
  cluster.entries.each_listed(sight, [&](const auto& name, const auto& one) {
    show("access-entry", inside(name), one.arn, one.tags);
  });
}

void each_in_region(const Region& region, Sight sight, Thing thing, const EachThing& fn) {
  thing.region = region.name;
  each_in_ec2(region, sight, thing, fn);
  region.eks.clusters.each_listed(sight, [&](const auto&, const EksCluster& cluster) {
    each_in_cluster(cluster, sight, thing, fn);
  });
  region.ecr.repositories.each_listed(sight, [&](const auto& name, const EcrRepository& one) {
    thing.type = "ecr:repository";
    thing.id = name;
    thing.arn = one.arn;
    thing.tags = &one.tags;
    fn(thing);
  });
  region.logs.groups.each_listed(sight, [&](const auto& name, const LogGroup& group) {
    thing.type = "logs:log-group";
    thing.id = name;
    thing.arn = group.arn;
    thing.tags = &group.tags;
    fn(thing);
  });
}

void each_in_iam(const Account& account, Sight sight, Thing thing, const EachThing& fn) {
  const auto show = [&](std::string_view type, const std::string& id, const auto& one) {
    thing.type = "iam:" + std::string(type);
    thing.id = id;
    thing.arn = one.arn;
    thing.tags = &one.tags;
    fn(thing);
  };
  account.iam.roles.each_listed(
      sight, [&](const auto&, const IamRole& one) { show("role", one.name, one); });
  account.iam.policies.each_listed(
      sight, [&](const auto& arn, const IamPolicy& one) { show("policy", arn, one); });
  account.iam.profiles.each_listed(
      sight, [&](const auto&, const IamProfile& one) { show("instance-profile", one.name, one); });
  account.iam.providers.each_listed(
      sight, [&](const auto& arn, const IamOidcProvider& one) { show("oidc-provider", arn, one); });
}

// Members of a thing into which nobody else may put anything.
bool is_closed(std::string_view member) {
  constexpr std::array<std::string_view, 6> kClosed = {"tags",     "routes", "associations",
                                                       "versions", "inline", "policies"};
  return std::find(kClosed.begin(), kClosed.end(), member) != kClosed.end();
}

void collect_harm(const std::string& path, bool closed, const Json& before, const Json& now,
                  std::vector<std::string>& found) {
  if (!before.is_object() || !now.is_object()) {
    if (before != now) found.push_back(path + ": " + before.dump() + " -> " + now.dump());
    return;
  }
  for (const auto& item : before.items()) {
    const std::string inner = path + '/' + item.key();
    const auto at = now.find(item.key());
    if (at == now.end()) {
      found.push_back(inner + ": " + item.value().dump() + " -> gone");
    } else {
      collect_harm(inner, is_closed(item.key()), item.value(), *at, found);
    }
  }
  for (const auto& item : now.items()) {
    if (closed && !before.contains(item.key())) {
      found.push_back(path + '/' + item.key() + ": new: " + item.value().dump());
    }
  }
}

}  // namespace

void each_thing(const World& world, Sight sight, const EachThing& fn) {
  for (const auto& [id, account] : world.accounts) {
    Thing thing;
    thing.account = id;
    each_in_iam(account, sight, thing, fn);
    for (const auto& [name, region] : account.regions) each_in_region(region, sight, thing, fn);
  }
  world.s3.buckets.each_listed(sight, [&](const auto& name, const S3Bucket& bucket) {
    fn({bucket.account, bucket.region, "s3:bucket", name, "arn:aws:s3:::" + name, &bucket.tags});
  });
}

std::map<std::string, std::vector<std::string>> owned(const World& world) {
  std::map<std::string, std::vector<std::string>> found;
  each_thing(world, Sight{}, [&](const Thing& thing) {
    const auto owner = thing.tags->find(std::string(kOwnerTag));
    if (owner == thing.tags->end()) return;
    const auto key = thing.tags->find(std::string(kKeyTag));
    const std::string name = key == thing.tags->end() ? "(no key) " + thing.id : key->second;
    found[owner->second + '/' + name].push_back(thing.id);
  });
  return found;
}

std::vector<std::string> harm(const Json& before, const Json& now) {
  std::vector<std::string> found;
  collect_harm("", false, before, now, found);
  return found;
}

}  // namespace byoc::sim
