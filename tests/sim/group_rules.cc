#include "tests/sim/group_rules.h"

#include <algorithm>
#include <tuple>

#include "tests/sim/cidr.h"

namespace byoc::sim {
namespace {

auto identity(const GroupRule& rule) {
  return std::tie(rule.group, rule.egress, rule.protocol, rule.from_port, rule.to_port, rule.cidr4,
                  rule.cidr6, rule.prefix_list, rule.peer_group);
}

std::string protocol_name(const std::string& given) {
  if (given == "6") return "tcp";
  if (given == "17") return "udp";
  if (given == "1") return "icmp";
  return given;
}

// Protocol and ports of a permission or a rule request.
Answer read_ports(const Json& item, GroupRule& rule) {
  rule.protocol = protocol_name(text(item, "IpProtocol"));
  if (rule.protocol.empty()) return fail("MissingParameter", "IpProtocol is required");
  const bool known = rule.protocol == "-1" || rule.protocol == "tcp" || rule.protocol == "udp" ||
                     rule.protocol == "icmp" || rule.protocol == "icmpv6" ||
                     std::all_of(rule.protocol.begin(), rule.protocol.end(),
                                 [](char c) { return c >= '0' && c <= '9'; });
  if (!known) {
    return fail("InvalidParameterValue", "Invalid value '" + rule.protocol + "' for IP protocol.");
  }
  if (rule.protocol == "-1") return done();  // AWS ignores ports then
  rule.from_port = number(item, "FromPort", -1);
  rule.to_port = number(item, "ToPort", -1);
  if (rule.protocol != "tcp" && rule.protocol != "udp") return done();
  if (rule.from_port < 0 || rule.to_port < rule.from_port || rule.to_port > 65535) {
    return fail("InvalidParameterValue",
                "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.");
  }
  return done();
}

Answer check_source(OpContext& context, const SecurityGroup& group, GroupRule& rule) {
  const int sources = !rule.cidr4.empty() + !rule.cidr6.empty() + !rule.prefix_list.empty() +
                      !rule.peer_group.empty();
  if (sources != 1) return fail("InvalidParameterValue", "A rule needs exactly one peer");
  if (!rule.cidr4.empty()) {
    const auto cidr = read_cidr(rule.cidr4);
    if (!cidr) {
      return fail("InvalidParameterValue", "CIDR block " + rule.cidr4 + " is malformed");
    }
    rule.cidr4 = show_cidr(*cidr);
  }
  if (!rule.peer_group.empty()) {
    const SecurityGroup* peer = context.ec2().groups.find(rule.peer_group, context.sight);
    if (peer == nullptr) return unknown_group(rule.peer_group);
    if (peer->vpc != group.vpc) {
      return fail("InvalidGroup.NotFound",
                  "You have specified two resources that belong to different networks.");
    }
  }
  return done();
}

struct Source {
  std::string_view list;
  std::string_view value;
  std::string GroupRule::*member;
};

constexpr Source kSources[] = {
    {"IpRanges", "CidrIp", &GroupRule::cidr4},
    {"Ipv6Ranges", "CidrIpv6", &GroupRule::cidr6},
    {"PrefixListIds", "PrefixListId", &GroupRule::prefix_list},
    {"UserIdGroupPairs", "GroupId", &GroupRule::peer_group},
};

Answer add_rule(OpContext& context, const SecurityGroup& group, GroupRule rule,
                std::vector<GroupRule>& rules) {
  Answer bad = check_source(context, group, rule);
  if (!bad.ok()) return bad;
  if (std::any_of(rules.begin(), rules.end(),
                  [&](const GroupRule& other) { return same_rule(rule, other); })) {
    return fail("InvalidParameterValue", "The same permission must not appear multiple times");
  }
  rules.push_back(std::move(rule));
  return done();
}

}  // namespace

bool same_rule(const GroupRule& a, const GroupRule& b) {
  return identity(a) == identity(b);
}

Answer unknown_group(const std::string& id) {
  if (!id.starts_with("sg-")) {
    return fail("InvalidGroupId.Malformed", "Invalid id: \"" + id + "\" (expecting \"sg-...\")");
  }
  return fail("InvalidGroup.NotFound", "The security group '" + id + "' does not exist");
}

Answer read_permissions(OpContext& context, const SecurityGroup& group, bool egress,
                        const Json& permissions, std::vector<GroupRule>& rules) {
  for (const Json& permission : permissions) {
    GroupRule common;
    common.group = group.id;
    common.egress = egress;
    Answer bad = read_ports(permission, common);
    if (!bad.ok()) return bad;
    const std::size_t before = rules.size();
    for (const Source& source : kSources) {
      for (const Json& item : list(permission, source.list)) {
        GroupRule rule = common;
        rule.*source.member = text(item, source.value);
        rule.description = text(item, "Description");
        bad = add_rule(context, group, std::move(rule), rules);
        if (!bad.ok()) return bad;
      }
    }
    if (rules.size() == before) {
      return fail("InvalidParameterValue", "A permission needs at least one peer");
    }
  }
  return done();
}

Answer read_rule_request(OpContext& context, const SecurityGroup& group, const Json& request,
                         GroupRule& rule) {
  Answer bad = read_ports(request, rule);
  if (!bad.ok()) return bad;
  rule.group = group.id;
  rule.cidr4 = text(request, "CidrIpv4");
  rule.cidr6 = text(request, "CidrIpv6");
  rule.prefix_list = text(request, "PrefixListId");
  rule.peer_group = text(request, "ReferencedGroupId");
  rule.description = text(request, "Description");
  return check_source(context, group, rule);
}

Json show_rule(const OpContext& context, const GroupRule& rule) {
  Json body = {{"SecurityGroupRuleId", rule.id},
               {"GroupId", rule.group},
               {"GroupOwnerId", context.account.id},
               {"IsEgress", rule.egress},
               {"IpProtocol", rule.protocol},
               {"FromPort", rule.from_port},
               {"ToPort", rule.to_port}};
  if (!rule.cidr4.empty()) body["CidrIpv4"] = rule.cidr4;
  if (!rule.cidr6.empty()) body["CidrIpv6"] = rule.cidr6;
  if (!rule.prefix_list.empty()) body["PrefixListId"] = rule.prefix_list;
  if (!rule.peer_group.empty()) {
    body["ReferencedGroupInfo"] = {{"GroupId", rule.peer_group}, {"UserId", context.account.id}};
  }
  if (!rule.description.empty()) body["Description"] = rule.description;
  put_tags(body, rule.tags);
  return body;
}

Json show_permissions(const OpContext& context, const std::string& group, bool egress) {
  std::map<std::tuple<std::string, int, int>, Json> merged;
  context.region.ec2.rules.each([&](const auto&, const GroupRule& rule) {
    if (rule.group != group || rule.egress != egress) return;
    Json& permission = merged[{rule.protocol, rule.from_port, rule.to_port}];
    if (permission.is_null()) {
      permission = {{"IpProtocol", rule.protocol}};
      for (const Source& source : kSources) permission[std::string(source.list)] = Json::array();
      if (rule.protocol != "-1") {
        permission["FromPort"] = rule.from_port;
        permission["ToPort"] = rule.to_port;
      }
    }
    for (const Source& source : kSources) {
      const std::string& value = rule.*source.member;
      if (value.empty()) continue;
      Json item;
      item[std::string(source.value)] = value;
      if (source.member == &GroupRule::peer_group) item["UserId"] = context.account.id;
      if (!rule.description.empty()) item["Description"] = rule.description;
      permission[std::string(source.list)].push_back(std::move(item));
    }
  });
  Json permissions = Json::array();
  for (auto& [ports, permission] : merged) permissions.push_back(std::move(permission));
  return permissions;
}

}  // namespace byoc::sim
