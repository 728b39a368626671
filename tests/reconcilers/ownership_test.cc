#include "reconcilers/ownership.h"

#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

TEST(ReadTags, EveryFormOfAws) {
  const Tags tags = {{"a", "1"}, {"b", ""}};
  const Json list = Json::array({{{"Key", "a"}, {"Value", "1"}}, {{"Key", "b"}}});
  EXPECT_EQ(read_tags({{"Tags", list}}), tags);
  EXPECT_EQ(read_tags({{"TagSet", list}}), tags);
  EXPECT_EQ(read_tags({{"tags", {{"a", "1"}, {"b", ""}}}}), tags);
  EXPECT_EQ(read_tags(Json::object()), Tags());
  EXPECT_EQ(read_tags({{"Tags", nullptr}}), Tags());
}

// V9, X11
TEST(WantedTags, OwnershipBeatsTheUsersTags) {
  const Tags tags = wanted_tags(owner(), "subnet/a", {{"team", "ml"}, {"byoc.dev/key", "other"}});
  EXPECT_EQ(tags,
            (Tags{{"Name", "demo/subnet/a"},
                  {"byoc.dev/key", "subnet/a"},
                  {"byoc.dev/owner", "Cluster/demo"},
                  {"byoc.dev/owner-uid", owner().uid},
                  {"byoc.dev/tag-keys", marks_text({mark_of("team"), mark_of("byoc.dev/key")})},
                  {"team", "ml"}}));
  EXPECT_EQ(wanted_tags(owner(), "vpc", {{"Name", "mine"}}).at("Name"), "mine");
}

TEST(WantedTags, AreReadBackAsOwnership) {
  Observed observed;
  observed.tags = wanted_tags(owner(), "vpc", {});
  observed.tags["byoc.dev/intent"] = "token";
  take_ownership_from_tags(observed);
  EXPECT_EQ(observed.owner_uid, owner().uid);
  EXPECT_EQ(observed.key, "vpc");
  EXPECT_EQ(observed.intent, "token");
}

TEST(Token, OnePromiseHasOne) {
  const std::string token = make_token("uid", "vpc", "hash", kNow);
  EXPECT_EQ(token, make_token("uid", "vpc", "hash", kNow));
  EXPECT_NE(token, make_token("other", "vpc", "hash", kNow));
  EXPECT_NE(token, make_token("uid", "vpc2", "hash", kNow));
  EXPECT_NE(token, make_token("uid", "vpc", "another hash", kNow)) << "other parameters";
  EXPECT_NE(token, make_token("uid", "vpc", "hash", kNow + Duration(1))) << "another promise";
  EXPECT_LE(token.size(), 64U) << "EC2's limit of a client token";
}

TEST(ShortUid, EightDigits) {
  EXPECT_EQ(short_uid("0a1b2c3d-4e5f-4000-8000-000000000001"), "0a1b2c3d");
  EXPECT_EQ(short_uid("0a1b-2c3d-4e5f"), "0a1b2c3d");
}

// G32
TEST(AwsName, JoinsWhatIsThere) {
  EXPECT_EQ(aws_name("byoc", "demo", "nodes", 64), "byoc-demo-nodes");
  EXPECT_EQ(aws_name("", "demo", "nodes", 64), "demo-nodes");
  EXPECT_EQ(aws_name("", "my.demo", "", 64), "my-demo");
}

// X5
TEST(AwsName, CutsTheMiddleAndKeepsNamesApart) {
  const std::string one = aws_name("byoc", std::string(80, 'x') + "1", "0a1b2c3d", 63);
  const std::string two = aws_name("byoc", std::string(80, 'x') + "2", "0a1b2c3d", 63);
  EXPECT_EQ(one.size(), 63U);
  EXPECT_NE(one, two);
  EXPECT_TRUE(one.starts_with("byoc-xxx"));
  EXPECT_TRUE(one.ends_with("-0a1b2c3d"));
  EXPECT_EQ(one, aws_name("byoc", std::string(80, 'x') + "1", "0a1b2c3d", 63));
}

// X5
TEST(AwsName, ExactlyAsLongAsAllowed) {
  EXPECT_EQ(aws_name("", std::string(64, 'a'), "", 64), std::string(64, 'a'));
  const std::string cut = aws_name("", std::string(50, 'a') + std::string(15, '.'), "", 64);
  EXPECT_LE(cut.size(), 64U);
  EXPECT_EQ(cut.find("--"), std::string::npos) << cut;
}

}  // namespace
}  // namespace byoc
