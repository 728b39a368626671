#include "reconcilers/permission.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

TEST(Permission, SourceIsACidrOrAGroup) {
  EXPECT_EQ(permission("tcp", 443, 443, "10.0.0.0/8"),
            Json({{"IpProtocol", "tcp"},
                  {"FromPort", 443},
                  {"ToPort", 443},
                  {"IpRanges", Json::array({{{"CidrIp", "10.0.0.0/8"}}})}}));
  for (const Json& group : {Json("sg-1"), ref("security-group/nodes", "GroupId")}) {
    EXPECT_EQ(
        permission("-1", 0, 0, group),
        Json({{"IpProtocol", "-1"}, {"UserIdGroupPairs", Json::array({{{"GroupId", group}}})}}));
  }
}

TEST(SplitPermission, OneSourceEach) {
  const Json item = {{"IpProtocol", "tcp"},
                     {"FromPort", 80},
                     {"ToPort", 81},
                     {"IpRanges", Json::array({{{"CidrIp", "10.0.0.0/8"}, {"Description", "x"}},
                                               {{"CidrIp", "192.168.0.0/16"}}})},
                     {"UserIdGroupPairs", Json::array({{{"GroupId", "sg-1"}, {"UserId", "1"}}})},
                     {"Ipv6Ranges", Json::array({{{"CidrIpv6", "::/0"}}})},
                     {"PrefixListIds", Json::array({{{"PrefixListId", "pl-1"}}})}};
  const Json ports = {{"IpProtocol", "tcp"}, {"FromPort", 80}, {"ToPort", 81}};
  Json ipv6 = ports;
  ipv6["Ipv6Ranges"] = item.at("Ipv6Ranges");
  Json prefix = ports;
  prefix["PrefixListIds"] = item.at("PrefixListIds");
  EXPECT_EQ(split_permission(item),
            (std::vector<Json>{permission("tcp", 80, 81, "10.0.0.0/8"),
                               permission("tcp", 80, 81, "192.168.0.0/16"),
                               permission("tcp", 80, 81, "sg-1"), ipv6, prefix}));  // F33
}

TEST(SplitPermission, EverythingHasNoPorts) {
  const Json item = {{"IpProtocol", "-1"},
                     {"FromPort", -1},
                     {"ToPort", -1},
                     {"IpRanges", Json::array({{{"CidrIp", "0.0.0.0/0"}}})}};
  EXPECT_EQ(split_permission(item), std::vector<Json>{permission("-1", 0, 0, "0.0.0.0/0")});
  EXPECT_TRUE(split_permission({{"IpProtocol", "-1"}}).empty());
}

}  // namespace
}  // namespace byoc
