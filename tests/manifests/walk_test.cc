#include "manifests/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

namespace byoc {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class WalkTest : public testing::Test {
 protected:
  WalkTest() {
    std::string pattern = (fs::temp_directory_path() / "byoc-walk-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~WalkTest() override { fs::remove_all(root_); }

  void write(const std::string& name) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << "kind: A\n";
  }
  [[nodiscard]] std::string name_of(const std::string& path) const {
    return fs::path(path).lexically_relative(root_).string();
  }
  // Everything that is met below `start`, in order.
  std::vector<std::string> met(const std::string& start = ".") {
    std::vector<std::string> out;
    WalkSteps steps;
    steps.directory = [&](const std::string& path) { out.push_back("dir " + name_of(path)); };
    steps.link = [&](const std::string& path) { out.push_back("link " + name_of(path)); };
    steps.file = [&](const std::string& path, const struct stat&) { out.push_back(name_of(path)); };
    steps.left_out = [&](const std::string& path, const std::optional<Diagnostic>& notice) {
      out.push_back("without " + name_of(path) + (notice ? ": " + notice->text : ""));
    };
    steps.problem = [&](const Diagnostic& problem) {
      out.push_back(name_of(problem.file) + ": " + problem.text);
    };
    walk((root_ / start).lexically_normal().string(), steps);
    return out;
  }

  fs::path root_;
};

TEST(ManifestName, EndsAsManifestsDo) {
  for (const char* name : {"a.yaml", "a.yml", "a.json", "a.b.yaml"}) {
    EXPECT_TRUE(is_manifest_name(name)) << name;
  }
  for (const char* name : {".a.yaml", ".yaml", ".a.yaml.swp", "a.yaml~", "#a.yaml#", "4913",
                           "a.yaml.bak", "a.yaml___jb_tmp___", "a", "yaml", "a.YAML", ""}) {
    EXPECT_FALSE(is_manifest_name(name)) << name;
  }
}

TEST_F(WalkTest, NamesInOrderHiddenOnesLeftOut) {
  write("b.yaml");
  write("a/z.yml");
  write("a/notes.txt");
  write(".git/x.yaml");
  write(".hidden.yaml");
  EXPECT_THAT(met("a"), ElementsAre("dir a", "a/z.yml"));
  write("c.json");
  fs::create_directory(root_ / "empty");
  EXPECT_THAT(met("a/.."),
              ElementsAre("dir .", "dir a", "a/z.yml", "b.yaml", "c.json", "dir empty"));
}

TEST_F(WalkTest, LinksAreFollowed) {
  write(".data/a.yaml");
  write(".data/team/b.yaml");
  fs::create_symlink(".data/a.yaml", root_ / "a.yaml");
  fs::create_directory_symlink(".data/team", root_ / "team");
  EXPECT_THAT(
      met(), ElementsAre("dir .", "link a.yaml", "a.yaml", "link team", "dir team", "team/b.yaml"));
}

TEST_F(WalkTest, WhatIsReachedTwiceIsReadOnce) {
  write("a/a.yaml");
  fs::create_symlink("a.yaml", root_ / "a" / "b.yaml");
  fs::create_directory_symlink("..", root_ / "a" / "loop");
  EXPECT_THAT(met(), ElementsAre("dir .", "dir a", "a/a.yaml", "link a/b.yaml", "link a/loop",
                                 "a/loop: this directory is read already, by another name"));
}

TEST_F(WalkTest, WhatCannotBeReadIsTold) {
  fs::create_symlink("nowhere", root_ / "link");
  ASSERT_EQ(::mkfifo((root_ / "pipe.yaml").c_str(), 0600), 0);
  EXPECT_THAT(met(),
              ElementsAre("dir .", "link link", "link: cannot be read: No such file or directory",
                          "without pipe.yaml: this is not a regular file and is not read"));
  EXPECT_THAT(met("nothing"), ElementsAre("nothing: cannot be read: No such file or directory"));
  EXPECT_THAT(met("pipe.yaml"), ElementsAre("pipe.yaml: cannot be read: Not a directory"));
}

TEST_F(WalkTest, DepthHasALimit) {
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += "d/";
  write(deep + "a.yaml");
  const auto seen = met();
  EXPECT_EQ(seen.back(), deep.substr(0, deep.size() - 1) + ": directories nest too deep");
}

TEST_F(WalkTest, LinksThatLeadOutAreNotFollowed) {  // F56, F4
  const std::string out = ": this link leads out of the directory and is not followed";
  write("in/a.yaml");
  fs::create_directory_symlink("/", root_ / "all");
  fs::create_directory_symlink("/proc", root_ / "proc");
  fs::create_symlink("/dev/zero", root_ / "zero.yaml");
  fs::create_symlink("../gone.yaml", root_ / "gone.yaml");
  fs::create_symlink("/dev/null", root_ / "null");  // leads to no manifests
  fs::create_directory_symlink(root_ / "in", root_ / "whole");
  EXPECT_THAT(met(), ElementsAre("dir .", "without all" + out, "without gone.yaml" + out, "dir in",
                                 "in/a.yaml", "without proc" + out, "link whole",
                                 "whole: this directory is read already, by another name",
                                 "without zero.yaml" + out));
}

TEST_F(WalkTest, TheRootMayBeALinkItself) {
  write("real/a.yaml");
  fs::create_symlink("a.yaml", root_ / "real" / "b.yaml");
  fs::create_directory_symlink("real", root_ / "current");
  EXPECT_THAT(met("current"), ElementsAre("dir current", "current/a.yaml", "link current/b.yaml"));
}

TEST_F(WalkTest, WhatAnIgnoreFileNamesIsLeftOut) {  // F23
  for (const char* name : {"a.yaml", "package.json", "charts/b.yaml", "team/charts/c.yaml",
                           "team/x.gen.yaml", "team/keep.gen.yaml", "team/deep/d.yaml"}) {
    write(name);
  }
  std::ofstream(root_ / ".byocignore") << "# not ours\npackage.json\n/charts/\n*.gen.yaml\r\n";
  std::ofstream(root_ / "team" / ".byocignore") << "!keep.gen.yaml\ndeep/**\n";
  EXPECT_THAT(met(), ElementsAre("dir .", "a.yaml", "without charts", "without package.json",
                                 "dir team", "dir team/charts", "team/charts/c.yaml",
                                 "dir team/deep", "without team/deep/d.yaml", "team/keep.gen.yaml",
                                 "without team/x.gen.yaml"));
}

TEST_F(WalkTest, AnIgnoreFileThatCannotBeReadIsTold) {
  fs::create_directory(root_ / ".byocignore");
  write("a.yaml");
  EXPECT_THAT(met().at(1), testing::StartsWith(".byocignore: cannot be read"));
}

TEST_F(WalkTest, AWalkEndsWhenItIsInterrupted) {  // F56
  for (const char* name : {"a.yaml", "b/c.yaml", "d/e.yaml"}) write(name);
  int asked = 0;
  WalkSteps steps;
  std::vector<std::string> problems;
  steps.problem = [&](const Diagnostic& one) { problems.push_back(one.text); };
  steps.interrupted = [&] { return ++asked > 4; };
  walk(root_.string(), steps);
  EXPECT_EQ(asked, 5);
  EXPECT_THAT(problems, ElementsAre("reading was interrupted here"));
}

TEST_F(WalkTest, NothingNeedsToBeAsked) {
  write("a.yaml");
  fs::create_symlink("nowhere", root_ / "link");
  walk(root_.string(), {});
  walk((root_ / "nothing").string(), {});
  EXPECT_THAT(met("a.yaml"), testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace byoc
