// Tags, zones and interfaces: what EC2's operation files and other services share.
#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/check.h"
#include "tests/sim/cidr.h"
#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kTagsMax = 50;

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

template <class T>
Tags* tags_in(Table<T>& table, std::string_view id) {
  T* thing = table.find(id);
  return thing == nullptr ? nullptr : &thing->tags;
}

using TagsIn = Tags* (*)(Ec2&, std::string_view);

struct TagHome {
  std::string_view prefix;
  TagsIn find;
};

constexpr TagHome kTagHomes[] = {
    {"vpc-", [](Ec2& e, std::string_view id) { return tags_in(e.vpcs, id); }},
    {"subnet-", [](Ec2& e, std::string_view id) { return tags_in(e.subnets, id); }},
    {"igw-", [](Ec2& e, std::string_view id) { return tags_in(e.internet_gateways, id); }},
    {"eipalloc-", [](Ec2& e, std::string_view id) { return tags_in(e.addresses, id); }},
    {"nat-", [](Ec2& e, std::string_view id) { return tags_in(e.nat_gateways, id); }},
    {"rtb-", [](Ec2& e, std::string_view id) { return tags_in(e.route_tables, id); }},
    {"sgr-", [](Ec2& e, std::string_view id) { return tags_in(e.rules, id); }},
    {"sg-", [](Ec2& e, std::string_view id) { return tags_in(e.groups, id); }},
    {"lt-", [](Ec2& e, std::string_view id) { return tags_in(e.templates, id); }},
    {"eni-", [](Ec2& e, std::string_view id) { return tags_in(e.interfaces, id); }},
    {"i-", [](Ec2& e, std::string_view id) { return tags_in(e.instances, id); }},
};

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

Tags* tags_of(Ec2& ec2, std::string_view id) {
  for (const TagHome& home : kTagHomes) {
    if (id.starts_with(home.prefix)) return home.find(ec2, id);
  }
  return nullptr;
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
  const auto& zones = zones_of(region);
  const auto index = std::find(zones.begin(), zones.end(), zone) - zones.begin();
  return std::string(known == nullptr ? "sim1" : known->code) + "-az" + std::to_string(index + 1);
}

}  // namespace byoc::sim
