#include "cli/jsonpath.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

const Json& world() {
  static const Json json = Json::parse(R"({
    "kind": "List",
    "items": [
      {"name": "a", "size": 1, "ready": true, "labels": {"byoc.dev/team": "x"}, "ports": [80, 443]},
      {"name": "b", "size": 2, "ready": false, "nested": {"name": "deep"}},
      {"name": "c", "size": 10, "why": "it's late"}
    ],
    "nothing": null
  })");
  return json;
}

// The printed text, or the error's message.
std::string print_path(std::string_view text) {
  const Result<JsonPath> path = JsonPath::parse(text);
  if (!path.ok()) return path.status().message;
  const Result<std::string> printed = path.value().print(world());
  return printed.ok() ? printed.value() : printed.status().message;
}

TEST(JsonPath, FollowsMembersAndElements) {
  EXPECT_EQ(print_path("{.kind}"), "List");
  EXPECT_EQ(print_path("{$.kind}"), "List");
  EXPECT_EQ(print_path("{kind}"), "List");
  EXPECT_EQ(print_path("{.items[0].name}"), "a");
  EXPECT_EQ(print_path("{.items[-1].size}"), "10");
  EXPECT_EQ(print_path("{.items[0].ports}"), "[80,443]");
  EXPECT_EQ(print_path("{.items[1].nested}"), R"({"name":"deep"})");
  EXPECT_EQ(print_path("{.items[0]['name']}"), "a");
  EXPECT_EQ(print_path("{.items[0].['name']}"), "a");
  EXPECT_EQ(print_path("{.items[0].labels.byoc\\.dev/team}"), "x");
  EXPECT_EQ(print_path("{.items[0].labels['byoc.dev/team']}"), "x");
  EXPECT_EQ(print_path("{.items[0].labels[\"byoc.dev/team\"]}"), "x");
}

TEST(JsonPath, PrintsManyResultsWithSpaces) {
  EXPECT_EQ(print_path("{.items[*].name}"), "a b c");
  EXPECT_EQ(print_path("{.items[0:2].name}"), "a b");
  EXPECT_EQ(print_path("{.items[::2].name}"), "a c");
  EXPECT_EQ(print_path("{.items[-2:].name}"), "b c");
  EXPECT_EQ(print_path("{.items[0,2].name}"), "a c");
  EXPECT_EQ(print_path("{.items[0]['name', 'size']}"), "a 1");
  EXPECT_EQ(print_path("{..name}"), "a b deep c");
  EXPECT_EQ(print_path("{.items[0].ports.*}"), "80 443");
}

TEST(JsonPath, MissingMembersPrintNothing) {
  EXPECT_EQ(print_path("{.nowhere.to.go}"), "");
  EXPECT_EQ(print_path("{.kind.below}"), "");
  EXPECT_EQ(print_path("[{.items[*].nested.name}]"), "[deep]");
  EXPECT_EQ(print_path("{.nothing}"), "null");
}

TEST(JsonPath, AnElementBeyondTheEndIsAnError) {
  EXPECT_EQ(print_path("{.items[3].name}"), "jsonpath: there is no element 3 in a list of 3");
  EXPECT_EQ(print_path("{.items[-4]}"), "jsonpath: there is no element -4 in a list of 3");
}

TEST(JsonPath, Filters) {
  EXPECT_EQ(print_path("{.items[?(@.name==\"b\")].size}"), "2");
  EXPECT_EQ(print_path("{.items[?(@.name == 'b')].size}"), "2");
  EXPECT_EQ(print_path("{.items[?(@.name!='b')].name}"), "a c");
  EXPECT_EQ(print_path("{.items[?(@.size>1)].name}"), "b c");
  EXPECT_EQ(print_path("{.items[?(@.size<=2)].name}"), "a b");
  EXPECT_EQ(print_path("{.items[?(@.size>='1')].name}"), "");  // a number is no text
  EXPECT_EQ(print_path("{.items[?(@.ready==true)].name}"), "a");
  EXPECT_EQ(print_path("{.items[?(@.nested)].name}"), "b");
  EXPECT_EQ(print_path("{.items[?(@.why=='it\\'s late')].name}"), "c");
  EXPECT_EQ(print_path("{.items[?(@.ports[?(@==443)])].name}"), "a");
  EXPECT_EQ(print_path("{.items[0].ports[?(@ > 100)]}"), "443");
}

TEST(JsonPath, RangesAndLiterals) {
  EXPECT_EQ(print_path("{range .items[*]}{.name}{'\\t'}{.size}{\"\\n\"}{end}"),
            "a\t1\nb\t2\nc\t10\n");
  EXPECT_EQ(print_path("{range .items[0:2]}<{range .ports[*]}{@},{end}>{end}"), "<80,443,><>");
  EXPECT_EQ(print_path("names: {.items[*].name}!"), "names: a b c!");
  EXPECT_EQ(print_path("{.kind} {'{literal}'}"), "List {literal}");
  EXPECT_EQ(print_path("{range .items[*]}{$.kind}{end}"), "ListListList");
  EXPECT_EQ(print_path(""), "");
}

TEST(JsonPath, BracesMayBeLeftOut) {
  EXPECT_EQ(print_path(".items[1].name"), "b");
  EXPECT_EQ(print_path("plain text"), "plain text");
}

TEST(JsonPath, NamesThePlaceOfAMistake) {
  EXPECT_EQ(print_path("{.items"), "jsonpath: expected } at character 8 of {.items");
  EXPECT_EQ(print_path("{.items[x]}"),
            "jsonpath: expected a number, a name in quotes, * or ?(...) at character 9 of "
            "{.items[x]}");
  EXPECT_EQ(print_path("{.items[0}"), "jsonpath: expected ] at character 10 of {.items[0}");
  EXPECT_EQ(print_path("{.a..}"), "jsonpath: expected a name at character 6 of {.a..}");
  EXPECT_EQ(print_path("{.a.}"), "jsonpath: expected a name at character 5 of {.a.}");
  EXPECT_EQ(print_path("{}"), "jsonpath: nothing between the braces at character 2 of {}");
  EXPECT_EQ(print_path("{end}"), "jsonpath: {end} without {range} at character 1 of {end}");
  EXPECT_EQ(print_path("{range .items[*]}{.name}"),
            "jsonpath: {range} without {end} at character 25 of {range .items[*]}{.name}");
  EXPECT_EQ(print_path("{'open}"), "jsonpath: a text without its end at character 2 of {'open}");
  EXPECT_EQ(print_path("{.a[?(@.b==)]}"),
            "jsonpath: expected @, a text in quotes, a number, true or false at character 12 of "
            "{.a[?(@.b==)]}");
  EXPECT_EQ(print_path("{.a[::0]}"),
            "jsonpath: the step of a slice must be 1 or more at character 8 of {.a[::0]}");
}

TEST(JsonPath, DeepNestingIsRefusedNotFollowed) {
  std::string ranges;
  for (int i = 0; i < 1000; ++i) ranges += "{range .a}";
  EXPECT_TRUE(print_path(ranges).starts_with("jsonpath: too many ranges within each other"));
  std::string filters = "{.a";
  for (int i = 0; i < 1000; ++i) filters += "[?(@";
  EXPECT_TRUE(print_path(filters).starts_with("jsonpath: too many filters within each other"));
  EXPECT_TRUE(
      print_path(std::string(100'000, 'x')).starts_with("jsonpath: the template is too long"));
}

}  // namespace
}  // namespace byoc
