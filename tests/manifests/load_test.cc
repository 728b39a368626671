#include "manifests/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace byoc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> shown(const Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics) out.push_back(format_diagnostic(diagnostic));
  return out;
}

Json only(const Loaded& loaded) {
  EXPECT_THAT(shown(loaded.diagnostics), IsEmpty());
  EXPECT_EQ(loaded.manifests.size(), 1U);
  return loaded.manifests.empty() ? Json() : loaded.manifests[0].document;
}

Json yaml(std::string_view text) {
  return only(load_text(text, "t.yaml"));
}

TEST(LoadText, TypesAreThoseOfTheCoreSchema) {
  EXPECT_EQ(yaml("a: yes\nb: on\nc: true\nd: ~\ne:\nf: 12\ng: -1.5e3\nh: 0x1F\ni: 0o17\nj: 'true'"),
            Json::parse(R"({"a":"yes","b":"on","c":true,"d":null,"e":null,"f":12,"g":-1500.0,
                            "h":31,"i":15,"j":"true"})"));
  EXPECT_EQ(yaml("a: 0123\nb: 012345678901\nc: 1.30\nd: .inf\ne: 18446744073709551615\n"
                 "f: 99999999999999999999999\ng: 1e999\nh: +5\ni: 1_000\nj: 2026-01-01\nk: 0.5\n"),
            Json::parse(R"({"a":"0123","b":"012345678901","c":1.3,"d":".inf",
                            "e":18446744073709551615,"f":"99999999999999999999999","g":"1e999",
                            "h":5,"i":"1_000","j":"2026-01-01","k":0.5})"));
}

TEST(LoadText, AnchorsAndMergeKeys) {
  EXPECT_EQ(yaml("a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\nd:\n  <<: [{r: 4}, *x]\n"),
            Json::parse(R"({"a":{"p":1,"q":2},"b":{"p":1,"q":2},"c":{"p":1,"q":3},
                            "d":{"p":1,"q":2,"r":4}})"));
}

TEST(LoadText, ExplicitTags) {
  EXPECT_EQ(yaml("a: !!str 5\nb: !!int 5"), Json::parse(R"({"a":"5","b":5})"));
  EXPECT_THAT(shown(load_text("a: !Ref x\nb: !!int x", "t").diagnostics),
              ElementsAre(HasSubstr("t:1:4: error: the tag `!Ref` is not known"),
                          HasSubstr("t:2:4: error: the value is no `!!int`")));
}

TEST(LoadText, JsonIsYaml) {
  EXPECT_EQ(yaml("{\"a\": [1, \"x\\/\\u00e9\", null],\n\t\"b\": {}}"),
            Json::parse(R"({"a":[1,"x/\u00e9",null],"b":{}})"));
}

TEST(LoadText, MarksCountCharacters) {
  const Loaded loaded = load_text("a:\n  b: [\"\u00e9\u00e9\", x]\n  \u00e9: 1", "t");
  ASSERT_EQ(loaded.manifests.size(), 1U);
  const auto at = [&](const Marks& marks, const char* pointer) {
    const Mark& mark = marks.at(pointer);
    return std::to_string(mark.line) + ":" + std::to_string(mark.column);
  };
  const Manifest& manifest = loaded.manifests[0];
  EXPECT_EQ(at(manifest.marks, "/a/b"), "2:3");
  EXPECT_EQ(at(manifest.values, "/a/b"), "2:6");
  EXPECT_EQ(at(manifest.marks, "/a/b/1"), "2:13");
  EXPECT_EQ(at(manifest.values, "/a/\u00e9"), "3:6");
  EXPECT_EQ(at(manifest.marks, ""), "1:1");
}

TEST(LoadText, DocumentsAndLists) {
  const Loaded loaded = load_text(
      "# nothing\n---\n---\nkind: A\nmetadata: {name: one}\n---\nkind: List\napiVersion: v1\n"
      "items:\n- kind: B\n  metadata: {name: two, namespace: n}\n- kind: C\n",
      "t");
  EXPECT_THAT(shown(loaded.diagnostics), IsEmpty());
  ASSERT_EQ(loaded.manifests.size(), 3U);
  EXPECT_EQ(loaded.manifests[0].object.key(), (ObjectKey{"A", "default", "one"}));
  EXPECT_EQ(loaded.manifests[1].object.key(), (ObjectKey{"B", "n", "two"}));
  EXPECT_EQ(loaded.manifests[1].marks.at("/metadata/name").line, 11);
  EXPECT_EQ(loaded.manifests[1].marks.count("/items/0"), 0U);
  EXPECT_EQ(loaded.manifests[2].marks.at("").line, 12);
}

TEST(LoadText, AFileCannotSetWhatTheStoreKeeps) {
  const Loaded loaded = load_text(
      "apiVersion: byoc.dev/v1alpha1\nkind: Role\nmetadata:\n  name: a\n  uid: u\n"
      "  resourceVersion: '7'\n  deletionTimestamp: '2026-01-01T00:00:00Z'\n  finalizers: [x]\n"
      "status: {phase: Ready}\n",
      "t");
  ASSERT_EQ(loaded.manifests.size(), 1U);
  const Object& object = loaded.manifests[0].object;
  EXPECT_EQ(object.metadata.uid, "");
  EXPECT_EQ(object.metadata.resource_version, "7");
  EXPECT_FALSE(object.deleting());
  EXPECT_TRUE(object.metadata.finalizers.empty());
  EXPECT_TRUE(object.status.empty());
}

TEST(LoadText, DocumentsBeforeAnErrorAreKept) {
  const Loaded loaded = load_text("kind: A\n---\nkind: [\n", "t");
  EXPECT_EQ(loaded.manifests.size(), 1U);
  EXPECT_TRUE(has_errors(loaded.diagnostics));
}

TEST(LoadLimits, EachHasItsMessage) {
  const auto first = [](const std::string& text, const Limits& limits) {
    const Loaded loaded = load_text(text, "t", limits);
    return loaded.diagnostics.empty() ? "" : format_diagnostic(loaded.diagnostics[0]);
  };
  Limits limits;
  limits.file_bytes_max = 10;
  EXPECT_EQ(first("a: 12345678", limits),
            "t:1:1: error: the file is larger than 10 bytes\n  hint: split the file");
  limits = {};
  limits.documents_max = 2;
  EXPECT_THAT(first("a: 1\n---\na: 1\n---\na: 1", limits), HasSubstr("more than 2 documents"));
  limits = {};
  limits.depth_max = 3;
  EXPECT_EQ(first("a: {b: {c: 1}}", limits), "");
  EXPECT_THAT(first("a: {b: {c: {}}}", limits), HasSubstr("t:1:12: error: nested more than 3"));
  limits = {};
  limits.nodes_max = 5;
  EXPECT_EQ(first("a: [1, 2]", limits), "");
  EXPECT_THAT(first("a: [1, 2, 3, 4]", limits), HasSubstr("more than 5 values"));
  limits = {};
  limits.line_bytes_max = 8;
  EXPECT_EQ(first("a: 1\nb: 22222", limits), "");
  EXPECT_THAT(first("a: 1\nb: 222222", limits), HasSubstr("t:2:1: error: a line of more than 8"));
}

TEST(LoadLimits, ALineOfTenMegabytes) {
  const Loaded loaded = load_text("a: " + std::string(10U << 20U, 'x'), "t");
  EXPECT_THAT(shown(loaded.diagnostics),
              ElementsAre("t:1:1: error: a line of more than 1048576 bytes"));
}

TEST(LoadLimits, AliasBombs) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'k'; ++c) {
    const std::string name(1, c);
    const std::string last(1, static_cast<char>(c - 1));
    bomb += name + ": &" + name + " [";
    for (int i = 0; i < 10; ++i) bomb += (i == 0 ? "*" : ", *") + last;
    bomb += "]\n";
  }
  EXPECT_THAT(shown(load_text(bomb, "t").diagnostics),
              ElementsAre(HasSubstr("more than 100000 values in one file, aliases expanded")));
}

TEST(LoadLimits, ChainsOfAliasesAndDeepNesting) {
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 20000; ++i) {
    const std::string number = std::to_string(i);
    chain += "a" + number + ": &a" + number + " [*a" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_THAT(shown(load_text(chain, "t").diagnostics), ElementsAre(HasSubstr("nested more")));
  EXPECT_TRUE(has_errors(load_text(std::string(200000, '['), "t").diagnostics));
  EXPECT_TRUE(has_errors(load_text(std::string(200000, '{'), "t").diagnostics));
  std::string dashes;
  for (int i = 0; i < 200000; ++i) dashes += "- ";
  EXPECT_TRUE(has_errors(load_text(dashes, "t").diagnostics));
}

TEST(LoadText, AnAliasInsideItsOwnValue) {
  EXPECT_THAT(shown(load_text("a: &a [*a]", "t").diagnostics),
              ElementsAre("t:1:8: error: the alias refers to a value that it is part of"));
  EXPECT_THAT(shown(load_text("a: &a {<<: *a}", "t").diagnostics),
              ElementsAre("t:1:12: error: the alias refers to a value that it is part of"));
}

class LoadPaths : public testing::Test {
 protected:
  void SetUp() override {
    const testing::TestInfo* info = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(BYOC_BINARY_DIR) / ("load_paths_" + std::string(info->name()));
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }
  std::string path(const std::string& name) const { return (root_ / name).string(); }

  fs::path root_;
};

TEST_F(LoadPaths, DirectoriesInNameOrderWithoutHiddenFiles) {
  write("b.yaml", "apiVersion: byoc.dev/v1alpha1\nkind: B");
  write("a/z.yml", "apiVersion: byoc.dev/v1alpha1\nkind: Z");
  write("c.json", "{\"apiVersion\": \"byoc.dev/v1alpha1\", \"kind\": \"C\"}");
  write(".git/x.yaml", "kind: X");
  write(".hidden.yaml", "kind: X");
  write("README.md", "kind: X");
  const Loaded loaded = load_paths({root_.string()});
  std::vector<std::string> kinds;
  for (const Manifest& manifest : loaded.manifests) kinds.push_back(manifest.object.kind);
  EXPECT_THAT(kinds, ElementsAre("Z", "B", "C"));
  EXPECT_EQ(loaded.manifests[0].file, path("a/z.yml"));
  EXPECT_THAT(shown(loaded.diagnostics), IsEmpty());
}

TEST_F(LoadPaths, AFileNamedTwiceIsReadOnce) {
  write("b.yaml", "apiVersion: byoc.dev/v1alpha1\nkind: B");
  EXPECT_EQ(load_paths({path("b.yaml"), root_.string(), path("b.yaml")}).manifests.size(), 1U);
}

TEST_F(LoadPaths, AnAddressIsNoFile) {
  const Loaded loaded = load_paths({"https://example.com/a.yaml"});
  EXPECT_THAT(
      shown(loaded.diagnostics),
      ElementsAre("https://example.com/a.yaml: error: only files are read\n  hint: fetch it "
                  "yourself: curl -fsSL https://example.com/a.yaml | byocctl ... -f -"));
}

TEST_F(LoadPaths, WhatCannotBeReadIsSaid) {
  write("empty.yaml", "# nothing\n");
  fs::create_directories(root_ / "sub");
  fs::create_directory_symlink(root_, root_ / "sub" / "loop.yaml");
  const Loaded loaded = load_paths({path("no.yaml"), path("empty.yaml"), path("sub")});
  EXPECT_THAT(shown(loaded.diagnostics),
              ElementsAre(path("no.yaml") + ": error: cannot be read: no such file or directory",
                          path("empty.yaml") + ": warning: no objects in this file",
                          path("sub/loop.yaml") +
                              ": warning: this link leads out of the directory and is not "
                              "followed\n  hint: put what it leads to below the directory",
                          path("sub") + ": warning: no manifests in this directory "
                                        "(*.yaml, *.yml, *.json)"));
}

TEST_F(LoadPaths, APipeIsNotWaitedFor) {  // F4
  fs::create_directories(root_);
  ASSERT_EQ(::mkfifo(path("pipe.yaml").c_str(), 0600), 0);
  fs::create_symlink("pipe.yaml", root_ / "link.yaml");
  fs::create_symlink("/dev/zero", root_ / "zero.yaml");
  for (const char* name : {"pipe.yaml", "link.yaml", "zero.yaml"}) {
    EXPECT_THAT(shown(load_paths({path(name)}).diagnostics),
                ElementsAre(path(name) + ": error: cannot be read: not a regular file"));
  }
  EXPECT_FALSE(has_errors(load_paths({root_.string()}).diagnostics)) << "said, and left out";
}

TEST_F(LoadPaths, APipeOfTheShellIsRead) {  // F4: byocctl apply -f <(...)
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const std::string text = "kind: Role\n";
  ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  EXPECT_EQ(load_paths({"/dev/fd/" + std::to_string(ends[0])}).manifests.size(), 1U);
  ::close(ends[0]);
}

TEST_F(LoadPaths, OtherProgramsFilesAreLeftOutOfADirectory) {  // F23
  write("role.yaml", "apiVersion: byoc.dev/v1alpha1\nkind: Role\n");
  write("package.json", "{\"name\": \"x\"}");
  write("chart.yaml", "{{ template }}\n");
  const Loaded loaded = load_paths({root_.string()});
  EXPECT_EQ(loaded.manifests.size(), 1U);
  EXPECT_FALSE(has_errors(loaded.diagnostics));
  EXPECT_EQ(loaded.diagnostics.size(), 2U);
  const Loaded named = load_paths({path("package.json")});
  EXPECT_EQ(named.manifests.size(), 1U) << "who names a file means it";
}

TEST_F(LoadPaths, TooManyFilesIsSaidOnce) {
  for (int i = 0; i < 5; ++i)
    write("f" + std::to_string(i) + ".yaml", "apiVersion: byoc.dev/v1alpha1\nkind: A");
  Limits limits;
  limits.files_max = 3;
  const Loaded loaded = load_paths({root_.string()}, limits);
  EXPECT_EQ(loaded.manifests.size(), 3U);
  EXPECT_THAT(shown(loaded.diagnostics),
              ElementsAre(path("f3.yaml") + ": error: more than 3 files"));
}

}  // namespace
}  // namespace byoc
