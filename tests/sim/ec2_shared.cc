// Tags, zones and interfaces: what EC2's operation files and other services share.
#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "tests/sim/cidr.h"
#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

struct RegionZones {
  std::string_view region;
  std::string_view code;     // of zone ids
  std::string_view letters;  // those that a new account sees
};

// Zones as DescribeAvailabilityZones shows them to a common account.
constexpr RegionZones kRegions[] = {
    {"us-east-1", "use1", "abcdef"},     {"us-east-2", "use2", "abc"},
    {"us-west-1", "usw1", "ac"},         {"us-west-2", "usw2", "abcd"},
    {"eu-west-1", "euw1", "abc"},        {"eu-west-2", "euw2", "abc"},
    {"eu-west-3", "euw3", "abc"},        {"eu-central-1", "euc1", "abc"},
    {"eu-north-1", "eun1", "abc"},       {"ap-southeast-1", "apse1", "abc"},
    {"ap-southeast-2", "apse2", "abc"},  {"ap-northeast-1", "apne1", "acd"},
    {"ap-northeast-2", "apne2", "abcd"}, {"ap-south-1", "aps1", "abc"},
    {"ca-central-1", "cac1", "abd"},     {"sa-east-1", "sae1", "abc"},
};

const RegionZones* region_zones(std::string_view region) {
  const auto* at = std::find_if(std::begin(kRegions), std::end(kRegions),
                                [&](const RegionZones& r) { return r.region == region; });
  return at == std::end(kRegions) ? nullptr : at;
}

// Where the things with one id prefix live.
struct Home {
  TaggedKind kind;
  Tags* (*edit)(Ec2&, std::string_view, Sight, Time);
  void (*each)(const Ec2&, Sight, const EachTagged&);
};

template <auto kTable>
constexpr Home home(std::string_view prefix, std::string_view type, std::string_view unknown) {
  return {{prefix, type, unknown},
          [](Ec2& ec2, std::string_view id, Sight sight, Time seen_at) -> Tags* {
            auto* thing = (ec2.*kTable).edit(id, sight, seen_at);
            return thing == nullptr ? nullptr : &thing->tags;
          },
          [](const Ec2& ec2, Sight sight, const EachTagged& fn) {
            (ec2.*kTable).each_listed(sight, [&](const auto& id, const auto& thing) {
              fn(id, thing.tags);
            });
          }};
}

// "sgr-" stands before "sg-": the first prefix that fits decides.
constexpr Home kHomes[] = {
    home<&Ec2::vpcs>("vpc-", "vpc", "InvalidVpcID.NotFound"),
    home<&Ec2::subnets>("subnet-", "subnet", "InvalidSubnetID.NotFound"),
    home<&Ec2::internet_gateways>("igw-", "internet-gateway", "InvalidInternetGatewayID.NotFound"),
    home<&Ec2::addresses>("eipalloc-", "elastic-ip", "InvalidAllocationID.NotFound"),
    home<&Ec2::nat_gateways>("nat-", "natgateway", "NatGatewayNotFound"),
    home<&Ec2::route_tables>("rtb-", "route-table", "InvalidRouteTableID.NotFound"),
    home<&Ec2::rules>("sgr-", "security-group-rule", "InvalidSecurityGroupRuleId.NotFound"),
    home<&Ec2::groups>("sg-", "security-group", "InvalidGroup.NotFound"),
    home<&Ec2::templates>("lt-", "launch-template", "InvalidLaunchTemplateId.NotFound"),
    home<&Ec2::interfaces>("eni-", "network-interface", "InvalidNetworkInterfaceID.NotFound"),
    home<&Ec2::instances>("i-", "instance", "InvalidInstanceID.NotFound"),
};

const Home* home_of(std::string_view id) {
  const auto* at = std::find_if(std::begin(kHomes), std::end(kHomes),
                                [&](const Home& one) { return id.starts_with(one.kind.prefix); });
  return at == std::end(kHomes) ? nullptr : at;
}

}  // namespace

Json show_tags(const Tags& tags) {
  Json items = Json::array();
  for (const auto& [key, value] : tags) items.push_back({{"Key", key}, {"Value", value}});
  return items;
}

Tags read_tags(const Json& items) {
  Tags tags;
  for (const Json& item : items) tags[item.at("Key").get<std::string>()] = text(item, "Value");
  return tags;
}

std::optional<std::string> refuse_tags(const Tags& tags) {
  std::size_t own = 0;
  for (const auto& [key, value] : tags) {
    if (key.empty() || key.size() > 128) return "Tag key exceeds the maximum length of 128";
    if (value.size() > 256) return "Tag value exceeds the maximum length of 256";
    own += key.starts_with("aws:") ? 0 : 1;
  }
  if (own > kTagsMax) return "The maximum number of tags for a resource is 50";
  return std::nullopt;
}

Answer read_tag_specifications(const Json& params, std::string_view resource_type, Tags& tags) {
  for (const Json& item : list(params, "TagSpecifications")) {
    if (text(item, "ResourceType") != resource_type) {
      return fail("InvalidParameterValue", "'" + text(item, "ResourceType") +
                                               "' is not a valid taggable resource type for this "
                                               "operation.");
    }
    for (const Json& tag : list(item, "Tags")) {
      const std::string& key = text(tag, "Key");
      if (key.starts_with("aws:")) {
        return fail("InvalidParameterValue",
                    "Tag keys starting with 'aws:' are reserved for internal use");
      }
      if (!tags.emplace(key, text(tag, "Value")).second) {
        return fail("InvalidParameterValue", "Duplicate tag key '" + key + "' specified.");
      }
    }
  }
  if (const auto why = refuse_tags(tags)) {
    const bool many = tags.size() > kTagsMax;
    return fail(many ? "TagLimitExceeded" : "InvalidParameterValue", *why);
  }
  return done();
}

const TaggedKind* tagged_kind(std::string_view id) {
  const Home* at = home_of(id);
  return at == nullptr ? nullptr : &at->kind;
}

Tags* edit_tags(OpContext& context, std::string_view id) {
  const Home* at = home_of(id);
  if (at == nullptr) return nullptr;
  return at->edit(context.ec2(), id, context.sight, context.edit_time());
}

void each_tagged(const Ec2& ec2, Sight sight, const EachTaggedOfKind& fn) {
  for (const Home& one : kHomes) {
    one.each(ec2, sight, [&](const std::string& id, const Tags& tags) { fn(one.kind, id, tags); });
  }
}

const std::vector<std::string>& zones_of(const std::string& region) {
  static std::unordered_map<std::string, std::vector<std::string>> cache;
  auto [at, fresh] = cache.try_emplace(region);
  if (fresh) {
    const RegionZones* known = region_zones(region);
    for (const char letter : known == nullptr ? std::string_view("abc") : known->letters) {
      at->second.push_back(region + letter);
    }
  }
  return at->second;
}

std::string zone_id(const std::string& zone) {
  const std::string region = zone.substr(0, zone.size() - 1);
  const RegionZones* known = region_zones(region);
  const int number = zone.back() - 'a' + 1;
  return std::string(known == nullptr ? "sim1" : known->code) + "-az" + std::to_string(number);
}

}  // namespace byoc::sim
