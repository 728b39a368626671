#include "manifests/to_yaml.h"

#include <gtest/gtest.h>

#include <random>

#include "manifests/load.h"

namespace byoc {
namespace {

TEST(ToYaml, IsWhatPeopleWrite) {
  EXPECT_EQ(to_yaml(Json::parse(R"({"apiVersion":"byoc.dev/v1alpha1","kind":"Cluster",
      "metadata":{"name":"a","labels":{}},
      "spec":{"zones":["a","b"],"access":[{"groups":["x"],"max":1},{"max":2}],"on":true,"none":null,
              "version":"1.30","account":"012345678901","say":"a: b","empty":[]}})")),
            R"(apiVersion: byoc.dev/v1alpha1
kind: Cluster
metadata:
  labels: {}
  name: a
spec:
  access:
  - groups:
    - x
    max: 1
  - max: 2
  account: "012345678901"
  empty: []
  none: null
  "on": true
  say: "a: b"
  version: "1.30"
  zones:
  - a
  - b
)");
}

TEST(ToYaml, TextOfSeveralLinesIsABlock) {
  EXPECT_EQ(to_yaml(Json{{"a", "x\n  y\n\nz\n"}}), "a: |\n  x\n    y\n\n  z\n");
  EXPECT_EQ(to_yaml(Json{{"a", "x\ny"}}), "a: |-\n  x\n  y\n");
  EXPECT_EQ(to_yaml(Json{{"a", "x \ny"}}), "a: \"x \\ny\"\n");
}

TEST(ToYaml, Scalars) {
  EXPECT_EQ(to_yaml("x"), "x\n");
  EXPECT_EQ(to_yaml(Json::array()), "[]\n");
  EXPECT_EQ(to_yaml(nullptr), "null\n");
  EXPECT_EQ(to_yaml("-x"), "-x\n");
  EXPECT_EQ(to_yaml("2026-01-31"), "\"2026-01-31\"\n");
  EXPECT_EQ(to_yaml("t3.large"), "t3.large\n");
  EXPECT_EQ(to_yaml("10.0.0.0/16"), "10.0.0.0/16\n");
}

// Every text and shape must come back as it was.
TEST(ToYaml, ReadsBackTheSame) {
  std::mt19937 random(7);
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const std::string alphabet = "a0:-#&*!|>'\"%@`{}[],? \n.<=~\\/+_eEx\t";
  const auto text = [&] {
    std::string out;
    for (std::size_t i = pick(6); i > 0; --i) out += alphabet[pick(alphabet.size())];
    return out;
  };
  const auto make = [&](auto&& self, int depth) -> Json {
    switch (pick(depth > 3 ? 4 : 6)) {
      case 0: return static_cast<int>(pick(1000)) - 500;
      case 1: return pick(2) == 0;
      case 2:
      case 3: return text();
      case 4: {
        Json list = Json::array();
        for (std::size_t i = pick(4); i > 0; --i) list.push_back(self(self, depth + 1));
        return list;
      }
      default: {
        Json map = Json::object();
        for (std::size_t i = pick(4); i > 0; --i) map[text()] = self(self, depth + 1);
        return map;
      }
    }
  };
  for (int i = 0; i < 3000; ++i) {
    const Json value = Json{{"v", make(make, 0)}};
    const std::string yaml = to_yaml(value);
    const Loaded loaded = load_text(yaml, "t");
    ASSERT_TRUE(loaded.diagnostics.empty()) << value.dump() << "\n"
                                            << yaml << format_diagnostic(loaded.diagnostics[0]);
    ASSERT_EQ(loaded.manifests.size(), 1U) << yaml;
    ASSERT_EQ(loaded.manifests[0].document, value) << yaml;
  }
}

}  // namespace
}  // namespace byoc
