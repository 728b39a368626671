// EC2: security groups and their rules.
#include <algorithm>

#include "base/check.h"
#include "tests/sim/group_rules.h"

namespace byoc::sim {
namespace {

constexpr Describe kGroups = {"GroupIds",
                              "SecurityGroups",
                              "sg-",
                              "InvalidGroup.NotFound",
                              "security group",
                              "group-id group-name vpc-id description owner-id "
                              "ip-permission.group-id"};
constexpr Describe kRules = {"SecurityGroupRuleIds",
                             "SecurityGroupRules",
                             "sgr-",
                             "InvalidSecurityGroupRuleId.NotFound",
                             "security group rule ID",
                             "group-id security-group-rule-id"};
constexpr std::size_t kGroupNameMax = 255;

Json show_group(const OpContext& context, const SecurityGroup& group) {
  Json body = {{"GroupId", group.id},
               {"GroupName", group.name},
               {"Description", group.description},
               {"VpcId", group.vpc},
               {"OwnerId", context.account.id},
               {"SecurityGroupArn", context.arn("ec2", "security-group/" + group.id)},
               {"IpPermissions", show_permissions(context, group.id, false)},
               {"IpPermissionsEgress", show_permissions(context, group.id, true)}};
  put_tags(body, group.tags);
  return body;
}

bool group_name_fits(const std::string& name) {
  constexpr std::string_view kMarks = " ._-:/()#,@[]+=&;{}!$*";
  return !name.empty() && name.size() <= kGroupNameMax &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  kMarks.find(c) != std::string_view::npos;
         });
}

Answer check_names(const std::string& name, const std::string& description) {
  if (!group_name_fits(name) || name.starts_with("sg-")) {
    return fail("InvalidParameterValue",
                "Value (" + name + ") for parameter GroupName is invalid.");
  }
  if (name == "default") return fail("InvalidGroup.Reserved", "The name default is reserved");
  if (!group_name_fits(description)) {
    return fail("InvalidParameterValue",
                "Value (" + description + ") for parameter GroupDescription is invalid.");
  }
  return done();
}

Answer create_group(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  SecurityGroup group;
  group.name = text(params, "GroupName");
  group.description = text(params, "Description");
  group.vpc = text(params, "VpcId");
  Answer bad = check_names(group.name, group.description);
  if (!bad.ok()) return bad;
  if (ec2.vpcs.find(group.vpc, context.sight) == nullptr) {
    return unknown_id("InvalidVpcID.NotFound", "vpc ID", "vpc-", group.vpc);
  }
  const auto same = [&](const SecurityGroup& other) {
    return other.vpc == group.vpc && other.name == group.name;
  };
  if (ec2.groups.any(same)) {
    return fail("InvalidGroup.Duplicate", "The security group '" + group.name +
                                              "' already exists for VPC '" + group.vpc + "'");
  }
  bad = read_tag_specifications(params, "security-group", group.tags);
  if (!bad.ok()) return bad;
  const SecurityGroup& made = make_group(context, std::move(group));
  Json body = {{"GroupId", made.id},
               {"SecurityGroupArn", context.arn("ec2", "security-group/" + made.id)}};
  put_tags(body, made.tags);
  return done(std::move(body));
}

// The groups that a group's inbound rules let in.
Strings peers_of(const Ec2& ec2, const std::string& group) {
  Strings peers;
  ec2.rules.each([&](const std::string&, const GroupRule& rule) {
    if (rule.group == group && !rule.egress && !rule.peer_group.empty()) {
      peers.push_back(rule.peer_group);
    }
  });
  return peers;
}

Answer describe_groups(OpContext& context, const Json& params) {
  return describe(
      context, params, kGroups, context.ec2().groups,
      [&](const SecurityGroup& group) { return show_group(context, group); },
      [&](const SecurityGroup& group, std::string_view name) -> Strings {
        if (name == "group-id") return {group.id};
        if (name == "group-name") return {group.name};
        if (name == "vpc-id") return {group.vpc};
        if (name == "description") return {group.description};
        if (name == "ip-permission.group-id") return peers_of(context.ec2(), group.id);
        return {context.account.id};
      });
}

// E8
Answer delete_group(OpContext& context, const Json& params) {
  const std::string& id = text(params, "GroupId");
  const SecurityGroup* group = context.ec2().groups.find(id, context.sight);
  if (group == nullptr) return unknown_group(id);
  if (group->name == "default") {
    return fail("CannotDelete", "the specified group: \"" + id +
                                    "\" name: \"default\" cannot be deleted by a user");
  }
  if (group_in_use(context.ec2(), id)) {
    return fail("DependencyViolation", "resource " + id + " has a dependent object");
  }
  remove_group(context, id);
  return done({{"Return", true}, {"GroupId", id}});
}

// ---- rules ---------------------------------------------------------------------------------

std::string show_words(const GroupRule& rule) {
  const std::string peer = rule.cidr4 + rule.cidr6 + rule.prefix_list + rule.peer_group;
  return "\"peer: " + peer + ", " + rule.protocol +
         ", from port: " + std::to_string(rule.from_port) +
         ", to port: " + std::to_string(rule.to_port) + ", ALLOW\"";
}

// The rule that says the same as `wanted`, or null.
const GroupRule* find_same(const Ec2& ec2, const GroupRule& wanted) {
  const GroupRule* found = nullptr;
  ec2.rules.each([&](const auto&, const GroupRule& rule) {
    if (same_rule(rule, wanted)) found = &rule;
  });
  return found;
}

Answer authorize(OpContext& context, const Json& params, bool egress) {
  const std::string& id = text(params, "GroupId");
  const SecurityGroup* group = context.ec2().groups.find(id, context.sight);
  if (group == nullptr) return unknown_group(id);
  Tags tags;
  Answer bad = read_tag_specifications(params, "security-group-rule", tags);
  if (!bad.ok()) return bad;
  std::vector<GroupRule> rules;
  bad = read_permissions(context, *group, egress, list(params, "IpPermissions"), rules);
  if (!bad.ok()) return bad;
  if (rules.empty()) return fail("MissingParameter", "The request has no permission");
  for (const GroupRule& rule : rules) {
    if (find_same(context.ec2(), rule) != nullptr) {
      return fail("InvalidPermission.Duplicate",
                  "the specified rule " + show_words(rule) + " already exists");
    }
  }
  Json shown = Json::array();
  const Lag lag = context.lag();
  for (GroupRule& rule : rules) {
    rule.id = context.new_id("sgr");
    rule.tags = tags;
    shown.push_back(show_rule(context, rule));
    const std::string rule_id = rule.id;
    context.ec2().rules.add(rule_id, std::move(rule), lag);
  }
  return done({{"Return", true}, {"SecurityGroupRules", std::move(shown)}});
}

Answer authorize_ingress(OpContext& context, const Json& params) {
  return authorize(context, params, false);
}

Answer authorize_egress(OpContext& context, const Json& params) {
  return authorize(context, params, true);
}

// The ids of the rules that a revoke means: all of them exist, or an error.
Answer find_rules(OpContext& context, const SecurityGroup& group, bool egress, const Json& params,
                  Strings& ids) {
  for (const Json& item : list(params, "SecurityGroupRuleIds")) {
    const auto& id = item.get_ref<const std::string&>();
    const GroupRule* rule = context.ec2().rules.find(id);
    if (rule == nullptr || rule->group != group.id || rule->egress != egress) {
      return unknown_id(kRules, id);
    }
    ids.push_back(id);
  }
  std::vector<GroupRule> rules;
  Answer bad = read_permissions(context, group, egress, list(params, "IpPermissions"), rules);
  if (!bad.ok()) return bad;
  for (const GroupRule& wanted : rules) {
    const GroupRule* rule = find_same(context.ec2(), wanted);
    if (rule == nullptr) {
      return fail("InvalidPermission.NotFound",
                  "The specified rule does not exist in this security group.");
    }
    ids.push_back(rule->id);
  }
  if (ids.empty()) return fail("MissingParameter", "The request names no rule");
  return done();
}

Answer revoke(OpContext& context, const Json& params, bool egress) {
  const std::string& id = text(params, "GroupId");
  const SecurityGroup* group = context.ec2().groups.find(id, context.sight);
  if (group == nullptr) return unknown_group(id);
  Strings ids;
  Answer bad = find_rules(context, *group, egress, params, ids);
  if (!bad.ok()) return bad;
  const Time hidden = context.hide_time();
  for (const std::string& rule : ids) context.ec2().rules.remove(rule, context.now, hidden);
  return done({{"Return", true}});
}

Answer revoke_ingress(OpContext& context, const Json& params) {
  return revoke(context, params, false);
}

Answer revoke_egress(OpContext& context, const Json& params) {
  return revoke(context, params, true);
}

Answer describe_rules(OpContext& context, const Json& params) {
  return describe(
      context, params, kRules, context.ec2().rules,
      [&](const GroupRule& rule) { return show_rule(context, rule); },
      [](const GroupRule& rule, std::string_view name) -> Strings {
        return {name == "group-id" ? rule.group : rule.id};
      });
}

Answer modify_rules(OpContext& context, const Json& params) {
  const std::string& id = text(params, "GroupId");
  const SecurityGroup* group = context.ec2().groups.find(id, context.sight);
  if (group == nullptr) return unknown_group(id);
  for (const Json& update : params.at("SecurityGroupRules")) {
    const std::string& rule_id = text(update, "SecurityGroupRuleId");
    GroupRule* rule = context.ec2().rules.find(rule_id);
    if (rule == nullptr || rule->group != id) return unknown_id(kRules, rule_id);
    GroupRule changed;
    changed.id = rule_id;
    changed.egress = rule->egress;
    changed.tags = rule->tags;
    Answer bad = read_rule_request(context, *group, update.at("SecurityGroupRule"), changed);
    if (!bad.ok()) return bad;
    const GroupRule* same = find_same(context.ec2(), changed);
    if (same != nullptr && same->id != rule_id) {
      return fail("InvalidPermission.Duplicate",
                  "the specified rule " + show_words(changed) + " already exists");
    }
    *rule = std::move(changed);
  }
  return done({{"Return", true}});
}

constexpr OpRule kEc2GroupOps[] = {
    {"ec2", "CreateSecurityGroup", create_group, kMutates,
     "GroupName! Description! VpcId! TagSpecifications:l"},
    {"ec2", "DescribeSecurityGroups", describe_groups, kReads, "GroupIds:l @paged"},
    {"ec2", "DeleteSecurityGroup", delete_group, kMutates, "GroupId!"},
    {"ec2", "AuthorizeSecurityGroupIngress", authorize_ingress, kMutates,
     "GroupId! IpPermissions!:l TagSpecifications:l"},
    {"ec2", "AuthorizeSecurityGroupEgress", authorize_egress, kMutates,
     "GroupId! IpPermissions!:l TagSpecifications:l"},
    {"ec2", "RevokeSecurityGroupIngress", revoke_ingress, kMutates,
     "GroupId! IpPermissions:l SecurityGroupRuleIds:l"},
    {"ec2", "RevokeSecurityGroupEgress", revoke_egress, kMutates,
     "GroupId! IpPermissions:l SecurityGroupRuleIds:l"},
    {"ec2", "DescribeSecurityGroupRules", describe_rules, kReads, "SecurityGroupRuleIds:l @paged"},
    {"ec2", "ModifySecurityGroupRules", modify_rules, kMutates, "GroupId! SecurityGroupRules!:l"},
};

}  // namespace

SecurityGroup& make_group(OpContext& context, SecurityGroup wanted) {
  const Lag lag = context.lag();
  wanted.id = context.new_id("sg");
  GroupRule all;  // every new group lets everything out
  all.id = context.new_id("sgr");
  all.group = wanted.id;
  all.egress = true;
  all.protocol = "-1";
  all.cidr4 = "0.0.0.0/0";
  context.ec2().rules.add(all.id, all, lag);
  const std::string id = wanted.id;
  return context.ec2().groups.add(id, std::move(wanted), lag);
}

void remove_group(OpContext& context, const std::string& id) {
  const Time hidden = context.hide_time();
  Strings rules;
  context.ec2().rules.each([&](const auto& key, const GroupRule& rule) {
    if (rule.group == id) rules.push_back(key);
  });
  for (const std::string& rule : rules) context.ec2().rules.remove(rule, context.now, hidden);
  context.ec2().groups.remove(id, context.now, hidden);
}

bool group_in_use(const Ec2& ec2, const std::string& id) {
  const auto wears = [&](const NetworkInterface& interface) {
    return std::find(interface.groups.begin(), interface.groups.end(), id) !=
           interface.groups.end();
  };
  const auto names = [&](const GroupRule& rule) {
    return rule.peer_group == id && rule.group != id;
  };
  return ec2.interfaces.any(wears) || ec2.rules.any(names);
}

std::span<const OpRule> ec2_group_ops() {
  return kEc2GroupOps;
}

}  // namespace byoc::sim
