#include "reconcilers/row.h"

#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

TEST(FindRow, AnUnknownTypeStopsTheProgram) {
  EXPECT_EQ(find_row("vpc").create, "CreateVpc");
  EXPECT_DEATH(static_cast<void>(find_row("moon")), "no row of type moon");
}

TEST(Fill, MembersIdAndConstants) {
  Json out;
  const Json fields = {{"VpcId", "vpc-1"}, {"launchTemplate", {{"id", "lt-1"}}}, {"n", 3}};
  EXPECT_TRUE(fill(R"({"Id":"@id","In":["@VpcId",{"T":"@launchTemplate/id"}],"N":"@n","K":true})",
                   fields, "x-1", out));
  EXPECT_EQ(
      out,
      Json(
          {{"Id", "x-1"}, {"In", Json::array({"vpc-1", {{"T", "lt-1"}}})}, {"N", 3}, {"K", true}}));
}

TEST(Fill, SaysWhatIsMissing) {
  Json out;
  EXPECT_FALSE(fill(R"({"A":"@NotThere"})", Json::object(), "x-1", out));
  EXPECT_FALSE(fill(R"({"A":"@id"})", Json::object(), "", out));
  EXPECT_FALSE(fill(R"({"A":{"B":["@NotThere"]},"C":"@id"})", Json::object(), "x-1", out));
}

TEST(Identity, JoinsTheFieldsOrIsEmpty) {
  const Row& route = find_row("route");
  EXPECT_EQ(identity_of(route, {{"RouteTableId", "rtb-1"}, {"DestinationCidrBlock", "0.0.0.0/0"}}),
            "rtb-1|0.0.0.0/0");
  EXPECT_EQ(identity_of(route, {{"RouteTableId", "rtb-1"}}), "");
  const Row& rule = find_row("security-group-ingress");
  const Json permission = Json::array({{{"IpProtocol", "-1"}}});
  EXPECT_EQ(identity_of(rule, {{"GroupId", "sg-1"}, {"IpPermissions", permission}}),
            "sg-1|" + permission.dump());
}

TEST(ReadLife, StateWordsByTheRow) {
  const auto life = [](const char* state) {
    Observed nat = seen("nat-gateway", "nat-gateway/a", "nat-1", {{"State", state}});
    return nat.life;
  };
  EXPECT_EQ(life("available"), Life::ready);
  EXPECT_EQ(life("failed"), Life::failed);
  EXPECT_EQ(life("deleting"), Life::going);
  EXPECT_EQ(life("pending"), Life::pending);
  EXPECT_EQ(life("a word of tomorrow"), Life::pending);
}

TEST(ReadLife, TheReasonIsAwssOwnOrTheState) {
  const Observed failed = seen("nat-gateway", "n", "nat-1",
                               {{"State", "failed"}, {"FailureMessage", "no free address"}});
  EXPECT_EQ(failed.reason, "no free address");
  EXPECT_EQ(seen("nat-gateway", "n", "nat-1", {{"State", "pending"}}).reason, "pending");
  EXPECT_EQ(seen("nat-gateway", "n", "nat-1", {{"State", "available"}}).reason, "");
  const Json health = {{"issues", Json::array({{{"message", "no subnet has free addresses"}}})}};
  EXPECT_EQ(seen("cluster", "c", "demo", {{"status", "FAILED"}, {"health", health}}).reason,
            "no subnet has free addresses");
}

TEST(ReadTagged, OwnerKeyAndTime) {
  std::vector<Observed> out;
  read_tagged(
      find_row("nat-gateway"),
      {{"NatGatewayId", "nat-1"},
       {"State", "available"},
       {"CreateTime", "2026-01-31T09:30:00Z"},
       {"Tags", tag_list({{"byoc.dev/owner-uid", "u"}, {"byoc.dev/key", "nat-gateway/a"}})}},
      out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].id, "nat-1");
  EXPECT_EQ(out[0].owner_uid, "u");
  EXPECT_EQ(out[0].key, "nat-gateway/a");
  EXPECT_EQ(format_time(out[0].created), "2026-01-31T09:30:00Z");
  EXPECT_EQ(out[0].life, Life::ready);
}

TEST(ReadTagged, WhatIsGoneIsNotThere) {
  std::vector<Observed> out;
  read_tagged(find_row("nat-gateway"), {{"NatGatewayId", "nat-1"}, {"State", "deleted"}}, out);
  EXPECT_TRUE(out.empty());
}

TEST(PartOf, TheIdIsAFieldOrTheIdentity) {
  const Observed association = part_of(find_row("route-table-association"), "rtb-1",
                                       {{"SubnetId", "subnet-1"}, {"AssociationId", "rtbassoc-1"}});
  EXPECT_EQ(association.id, "rtbassoc-1");
  EXPECT_EQ(association.parent_id, "rtb-1");
  const Observed attached =
      part_of(find_row("role-policy"), "demo", {{"RoleName", "demo"}, {"PolicyArn", "arn:p"}});
  EXPECT_EQ(attached.id, "demo|arn:p");
}

}  // namespace
}  // namespace byoc
