#include "reconcilers/permission.h"

#include <utility>

#include "reconcilers/reference.h"

namespace byoc {
namespace {

Json base_rule(const std::string& protocol, const Json& from_port, const Json& to_port) {
  Json rule = {{"IpProtocol", protocol}};
  if (protocol == "-1" || from_port.is_null()) return rule;
  rule["FromPort"] = from_port;
  rule["ToPort"] = to_port;
  return rule;
}

Json with_source(Json rule, const Json& source) {
  const bool is_cidr =
      source.is_string() && source.get_ref<const std::string&>().find('/') != std::string::npos;
  if (is_cidr) {
    rule["IpRanges"] = Json::array({{{"CidrIp", source}}});
  } else {
    rule["UserIdGroupPairs"] = Json::array({{{"GroupId", source}}});
  }
  return rule;
}

}  // namespace

Json permission(const std::string& protocol, int from_port, int to_port, const Json& source) {
  return with_source(base_rule(protocol, from_port, to_port), source);
}

std::vector<Json> split_permission(const Json& item) {
  std::vector<Json> rules;
  const Json rule =
      base_rule(item.value("IpProtocol", "-1"), member(item, "FromPort"), member(item, "ToPort"));
  for (const Json& range : member(item, "IpRanges")) {
    rules.push_back(with_source(rule, range.value("CidrIp", "")));
  }
  for (const Json& pair : member(item, "UserIdGroupPairs")) {
    rules.push_back(with_source(rule, pair.value("GroupId", "")));
  }
  // Families that byoc does not write, and that others may have added (F33).
  for (const auto& [list, name] :
       {std::pair("Ipv6Ranges", "CidrIpv6"), std::pair("PrefixListIds", "PrefixListId")}) {
    for (const Json& source : member(item, list)) {
      Json one = rule;
      one[list] = Json::array({{{name, member(source, name)}}});
      rules.push_back(std::move(one));
    }
  }
  return rules;
}

}  // namespace byoc
