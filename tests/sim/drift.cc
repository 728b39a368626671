#include "tests/sim/drift.h"

#include <algorithm>
#include <array>

#include "tests/sim/census.h"
#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

using Ids = std::vector<std::string>;

// What byoc owns of one type in this account and region.
Ids owned_of(const OpContext& context, std::string_view type) {
  Ids ids;
  each_thing(context.world, Sight{}, [&](const Thing& thing) {
    const auto owner = thing.tags->find(std::string(kOwnerTag));
    const bool ours = owner != thing.tags->end() && owner->second != kForeignUid;
    if (thing.type == type && thing.account == context.account.id &&
        thing.region == context.region.name && ours) {
      ids.push_back(thing.id);
    }
  });
  return ids;
}

// A random one of them; empty when there is none.
std::string pick(OpContext& context, const Ids& ids) {
  return ids.empty() ? std::string() : ids[context.random.below(ids.size())];
}

// Somebody else's calls; AWS may refuse them, and then nothing has drifted.
void attempt(OpContext& context, std::string_view service, std::string_view name,
             const Json& params) {
  const Operation* operation = find_operation(service, name);
  if (operation != nullptr) static_cast<void>(run_operation(*operation, context, params));
}

void add_tag(OpContext& context) {
  const std::string id = pick(context, owned_of(context, "ec2:subnet"));
  if (id.empty()) return;
  attempt(context, "ec2", "CreateTags",
          {{"Resources", {id}}, {"Tags", {{{"Key", "Name"}, {"Value", "renamed"}}}}});
}

void drop_route(OpContext& context) {
  const std::string id = pick(context, owned_of(context, "ec2:route-table"));
  if (id.empty()) return;
  attempt(context, "ec2", "DeleteRoute",
          {{"RouteTableId", id}, {"DestinationCidrBlock", "0.0.0.0/0"}});
}

void flip_public_ips(OpContext& context) {
  const std::string id = pick(context, owned_of(context, "ec2:subnet"));
  if (id.empty()) return;
  const bool mapped = context.ec2().subnets.find(id)->map_public_ip;
  attempt(context, "ec2", "ModifySubnetAttribute",
          {{"SubnetId", id}, {"MapPublicIpOnLaunch", {{"Value", !mapped}}}});
}

void open_port(OpContext& context) {
  const std::string id = pick(context, owned_of(context, "ec2:security-group"));
  if (id.empty()) return;
  attempt(context, "ec2", "AuthorizeSecurityGroupIngress",
          {{"GroupId", id},
           {"IpPermissions",
            {{{"IpProtocol", "tcp"},
              {"FromPort", 22},
              {"ToPort", 22},
              {"IpRanges", {{{"CidrIp", "0.0.0.0/0"}}}}}}}});
}

void drop_rule(OpContext& context) {
  const std::string id = pick(context, owned_of(context, "ec2:security-group"));
  Ids rules;
  context.ec2().rules.each([&](const auto& key, const GroupRule& rule) {
    if (rule.group == id && !rule.egress) rules.push_back(key);
  });
  const std::string rule = pick(context, rules);
  if (rule.empty()) return;
  attempt(context, "ec2", "RevokeSecurityGroupIngress",
          {{"GroupId", id}, {"SecurityGroupRuleIds", {rule}}});
}

void resize_nodegroup(OpContext& context) {
  const std::string id = pick(context, owned_of(context, "eks:nodegroup"));
  if (id.empty()) return;
  const auto slash = id.find('/');
  attempt(context, "eks", "UpdateNodegroupConfig",
          {{"clusterName", id.substr(0, slash)},
           {"nodegroupName", id.substr(slash + 1)},
           {"scalingConfig", {{"desiredSize", context.random.below(4)}}}});
}

void forget_retention(OpContext& context) {
  const std::string name = pick(context, owned_of(context, "logs:log-group"));
  if (name.empty()) return;
  attempt(context, "logs", "DeleteRetentionPolicy", {{"logGroupName", name}});
}

}  // namespace

void drift(OpContext& context) {
  using Change = void (*)(OpContext&);
  constexpr std::array<Change, 7> kChanges = {add_tag,         drop_route, flip_public_ips,
                                              open_port,       drop_rule,  resize_nodegroup,
                                              forget_retention};
  kChanges[context.random.below(kChanges.size())](context);
}

}  // namespace byoc::sim
