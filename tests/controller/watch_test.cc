#include "controller/watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include <functional>

#include "tests/controller/directory_fixture.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

class WatchTest : public DirectoryTest {
 protected:
  static bool readable(const DirectoryWatch& watch) {
    struct pollfd item {
      watch.fd(), POLLIN, 0
    };
    return ::poll(&item, 1, 0) == 1;
  }

  // Whether `change` makes a scan due on a fresh watch of `root`.
  static bool notices(const fs::path& root, const std::function<void()>& change) {
    DirectoryWatch watch(root.string());
    watch.rearm(kNow);
    EXPECT_THAT(watch.unwatched(), IsEmpty());
    EXPECT_EQ(watch.due(), std::nullopt);
    change();
    watch.drain(kNow);
    return watch.due().has_value();
  }
  bool notices(const std::function<void()>& change) { return notices(root_, change); }
};

TEST_F(WatchTest, TheFirstScanIsDueAtOnce) {
  DirectoryWatch watch(root_.string());
  ASSERT_TRUE(watch.due().has_value());
  EXPECT_LE(*watch.due(), kNow);
  watch.rearm(kNow);
  EXPECT_EQ(watch.due(), std::nullopt);
  EXPECT_FALSE(readable(watch));
}

TEST_F(WatchTest, AScanIsDueWhenItHasBeenQuiet) {
  DirectoryWatch watch(root_.string());
  watch.rearm(kNow);
  write("a.yaml");
  EXPECT_TRUE(readable(watch));
  watch.drain(kNow);
  EXPECT_FALSE(readable(watch));
  EXPECT_EQ(watch.due(), kNow + milliseconds(100));
  write("a.yaml");
  watch.drain(kNow + milliseconds(60));
  EXPECT_EQ(watch.due(), kNow + milliseconds(160));
  watch.drain(kNow + milliseconds(90));  // nothing new
  EXPECT_EQ(watch.due(), kNow + milliseconds(160));
}

TEST_F(WatchTest, AndNotMuchLaterThanTheFirstChange) {
  WatchOptions options;
  options.quiet = milliseconds(300);
  options.latest = milliseconds(700);
  DirectoryWatch watch(root_.string(), options);
  watch.rearm(kNow);
  for (int at = 0; at <= 600; at += 200) {
    write("a.yaml");
    watch.drain(kNow + milliseconds(at));
  }
  EXPECT_EQ(watch.due(), kNow + milliseconds(700));
}

TEST_F(WatchTest, WhatHappenedBeforeAScanIsAnsweredByIt) {
  DirectoryWatch watch(root_.string());
  watch.rearm(kNow);
  write("a.yaml");
  watch.rearm(kNow + seconds(1));
  watch.drain(kNow + seconds(1));
  EXPECT_EQ(watch.due(), std::nullopt);
  write("a.yaml");  // during the scan
  watch.drain(kNow + seconds(2));
  EXPECT_TRUE(watch.due().has_value());
}

TEST_F(WatchTest, NoticesWhatHappensToFiles) {
  write("a.yaml");
  write("team/b.yaml");
  EXPECT_TRUE(notices([&] { write("new.json"); }));
  EXPECT_TRUE(notices([&] { write("team/b.yaml", "kind: B\n"); }));
  EXPECT_TRUE(notices([&] { fs::permissions(root_ / "a.yaml", fs::perms::none); }));
  EXPECT_TRUE(notices([&] { fs::resize_file(root_ / "a.yaml", 3); }));
  EXPECT_TRUE(notices([&] { fs::rename(root_ / "a.yaml", root_ / "a.txt"); }));
  EXPECT_TRUE(notices([&] { fs::rename(root_ / "a.txt", root_ / "a.yaml"); }));
  EXPECT_TRUE(notices([&] { fs::rename(root_ / "a.yaml", root_ / "team/a.yaml"); }));
  EXPECT_TRUE(notices([&] { fs::remove(root_ / "team/a.yaml"); }));
  EXPECT_TRUE(notices([&] { fs::create_symlink("team/b.yaml", root_ / "c.yaml"); }));
}

TEST_F(WatchTest, NoticesWritesOfAnOpenFile) {
  const int file = ::open((root_ / "a.yaml").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(file, 0);
  EXPECT_TRUE(notices([&] { EXPECT_EQ(::write(file, "kind", 4), 4); }));
  EXPECT_TRUE(notices([&] { ::close(file); }));
}

TEST_F(WatchTest, NoticesAnEditorsRenameOverTheFile) {
  write("a.yaml");
  EXPECT_TRUE(notices([&] {
    write("a.yaml~");
    fs::rename(root_ / "a.yaml~", root_ / "a.yaml");
  }));
}

TEST_F(WatchTest, IgnoresWhatAScanIgnores) {
  write("a.yaml");
  write(".git/HEAD");
  EXPECT_FALSE(notices([&] {
    write(".git/HEAD");
    write(".git/x.yaml");
    write(".a.yaml.swp");
    write(".a.yaml");
    write("a.yaml~");
    write("#a.yaml#");
    write("4913");
    write("README.md");
    fs::create_directory(root_ / ".hidden");
    fs::create_symlink("nobody@nowhere", root_ / ".#a.yaml");
    std::ifstream(root_ / "a.yaml").get();
    fs::rename(root_ / "README.md", root_ / "README");
    fs::remove(root_ / "README");
  }));
}

TEST_F(WatchTest, NoticesDirectories) {
  write("team/a.yaml");
  EXPECT_TRUE(notices([&] { fs::create_directory(root_ / "new"); }));
  EXPECT_TRUE(notices([&] { fs::rename(root_ / "team", root_ / "crew"); }));
  EXPECT_TRUE(notices([&] { fs::rename(root_ / "crew", dir_ / "away"); }));
  EXPECT_TRUE(notices([&] { fs::rename(dir_ / "away", root_ / "team"); }));
  EXPECT_TRUE(notices([&] { fs::permissions(root_ / "team", fs::perms::owner_all); }));
  EXPECT_TRUE(notices([&] { fs::remove_all(root_ / "team"); }));
}

TEST_F(WatchTest, WatchesWhatAppeared) {
  DirectoryWatch watch(root_.string());
  watch.rearm(kNow);
  write("new/deep/a.yaml");
  watch.rearm(kNow);
  write("new/deep/b.yaml");
  watch.drain(kNow);
  EXPECT_TRUE(watch.due().has_value());
}

TEST_F(WatchTest, ForgetsWhatMovedAway) {
  write("team/a.yaml");
  DirectoryWatch watch(root_.string());
  watch.rearm(kNow);
  fs::rename(root_ / "team", dir_ / "away");
  watch.rearm(kNow);
  std::ofstream(dir_ / "away" / "b.yaml") << "kind: B\n";
  fs::remove_all(dir_ / "away");
  watch.drain(kNow);
  EXPECT_EQ(watch.due(), std::nullopt);
}

TEST_F(WatchTest, NoticesTheSwapOfALinkedRoot) {
  fs::create_directories(dir_ / "one");
  fs::create_directories(dir_ / "two" / "deep");
  fs::create_directory_symlink("one", dir_ / "current");
  EXPECT_TRUE(notices(dir_ / "current", [&] { swap_link(dir_ / "current", "two"); }));
  EXPECT_TRUE(notices(dir_ / "current/deep", [&] { swap_link(dir_ / "current", "one"); }));
  EXPECT_TRUE(
      notices(dir_ / "current", [&] { std::ofstream(dir_ / "one" / "a.yaml") << "kind: A\n"; }));
  EXPECT_FALSE(
      notices(dir_ / "current", [&] { std::ofstream(dir_ / "beside.yaml") << "kind: A\n"; }));
}

TEST_F(WatchTest, NoticesSwapsOfLinksBelowTheRoot) {
  write(".far/one/a.yaml");
  write(".far/two/a.yaml");
  fs::create_directory_symlink("one", root_ / ".far" / "now");
  fs::create_directory_symlink(".far/now", root_ / "team");
  EXPECT_TRUE(notices([&] { swap_link(root_ / ".far" / "now", "two"); }));  // the second hop
  EXPECT_TRUE(notices([&] { swap_link(root_ / "team", ".far/one"); }));
  EXPECT_TRUE(notices([&] { write("team/b.yaml"); }));
  EXPECT_TRUE(notices([&] { fs::remove(root_ / "team"); }));
  EXPECT_TRUE(notices([&] { fs::create_directory_symlink(".far/one", root_ / "again"); }));
}

TEST_F(WatchTest, NoticesAnIgnoreFile) {
  write("a.yaml");
  EXPECT_TRUE(notices([&] { write(".byocignore", "b.yaml\n"); }));
  EXPECT_TRUE(notices([&] { fs::remove(root_ / ".byocignore"); }));
}

TEST_F(WatchTest, NoticesTheSwapOfAMountedConfigMap) {
  write("..first/a.yaml");
  write("..second/a.yaml");
  fs::create_directory_symlink("..first", root_ / "..data");
  fs::create_symlink("..data/a.yaml", root_ / "a.yaml");
  EXPECT_TRUE(notices([&] { swap_link(root_ / "..data", "..second"); }));
  EXPECT_TRUE(notices([&] { write("..second/a.yaml", "kind: B\n"); }));  // through the link
  EXPECT_FALSE(notices([&] { write("..first/a.yaml", "kind: B\n"); }));
}

TEST_F(WatchTest, TheRootMayGoAndComeBack) {
  DirectoryWatch watch((dir_ / "a" / "b").string());
  watch.rearm(kNow);
  EXPECT_THAT(watch.unwatched(), IsEmpty());
  for (const char* step : {"a", "a/b", "a/b/c"}) {
    fs::create_directory(dir_ / step);
    watch.drain(kNow);
    EXPECT_TRUE(watch.due().has_value()) << step;
    watch.rearm(kNow);
    EXPECT_EQ(watch.due(), std::nullopt);
  }
  fs::rename(dir_ / "a" / "b", dir_ / "away");
  watch.drain(kNow);
  EXPECT_TRUE(watch.due().has_value());
  watch.rearm(kNow);
  fs::create_directory(dir_ / "a" / "b");
  watch.drain(kNow);
  EXPECT_TRUE(watch.due().has_value());
}

TEST_F(WatchTest, ACheckoutOfManyFilesIsOneScan) {
  DirectoryWatch watch(root_.string());
  watch.rearm(kNow);
  for (int i = 0; i < 500; ++i) {
    write("d" + std::to_string(i % 20) + "/f" + std::to_string(i) + ".yaml");
  }
  watch.drain(kNow);
  EXPECT_EQ(watch.due(), kNow + milliseconds(100));
  watch.rearm(kNow + milliseconds(100));
  EXPECT_EQ(watch.due(), std::nullopt);
  EXPECT_THAT(watch.unwatched(), IsEmpty());
}

TEST_F(WatchTest, WhenEventsAreLostAScanIsDue) {
  DirectoryWatch watch(root_.string());
  watch.rearm(kNow);
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  int events = 0;
  ASSERT_TRUE(limit >> events);
  // Hidden files do not matter: what is noticed is that the queue was too short.
  write(".a");
  for (int i = 0; i < events; ++i) {
    fs::rename(root_ / (i % 2 == 0 ? ".a" : ".b"), root_ / (i % 2 == 0 ? ".b" : ".a"));
  }
  for (int i = 0; i < 100 && readable(watch); ++i) watch.drain(kNow);
  EXPECT_FALSE(readable(watch));
  EXPECT_EQ(watch.due(), kNow + milliseconds(100));
}

TEST_F(WatchTest, PollsWhatCannotBeWatched) {
  write("a/a.yaml");
  write("b/b.yaml");
  WatchOptions options;
  options.watches_max = 3;  // the directory above, the root, a
  DirectoryWatch watch(root_.string(), options);
  watch.rearm(kNow);
  ASSERT_EQ(watch.unwatched().size(), 1U);
  EXPECT_EQ(format_diagnostic(watch.unwatched()[0]),
            (root_ / "b").string() +
                ": warning: cannot be watched: No space left on device\n"
                "  hint: raise fs.inotify.max_user_watches; until then byoc polls");
  EXPECT_EQ(watch.due(), kNow + seconds(10));
  write("a/a.yaml");
  watch.drain(kNow + seconds(1));
  EXPECT_EQ(watch.due(), kNow + seconds(1) + milliseconds(100));
  fs::remove_all(root_ / "b");
  watch.rearm(kNow + seconds(2));
  EXPECT_THAT(watch.unwatched(), IsEmpty());
  EXPECT_EQ(watch.due(), std::nullopt);
}

TEST_F(WatchTest, PollsWhatItMayNotRead) {
  write("closed/a.yaml");
  fs::permissions(root_ / "closed", fs::perms::none);
  for (const fs::path& path : {dir_, root_}) fs::permissions(path, fs::perms::all);
  EXPECT_EQ(in_child([&] {
              if (::getuid() == 0 && ::setuid(65534) != 0) return 1;  // root may read everything
              DirectoryWatch watch(root_.string());
              watch.rearm(kNow);
              if (watch.unwatched().size() != 1) return 2;
              const Diagnostic& problem = watch.unwatched()[0];
              if (problem.file != root_ / "closed") return 3;
              if (problem.text != "cannot be watched: Permission denied") return 4;
              return watch.due() == kNow + seconds(10) ? 0 : 5;
            }),
            0);
  fs::permissions(root_ / "closed", fs::perms::owner_all);
}

TEST_F(WatchTest, PollsWithoutInotify) {
  const std::string root = root_.string();  // sanitizers need a descriptor to look at a member
  EXPECT_EQ(in_child([&] {
              struct rlimit none {};
              if (::setrlimit(RLIMIT_NOFILE, &none) != 0) return 1;
              DirectoryWatch watch(root);
              if (watch.fd() != -1) return 2;
              watch.rearm(kNow);
              watch.drain(kNow);
              if (watch.unwatched().size() != 1) return 3;
              return watch.due() == kNow + seconds(10) ? 0 : 4;
            }),
            0);
}

TEST_F(WatchTest, ManyUnwatchedDirectoriesAreNotAllNamed) {
  for (int i = 0; i < 30; ++i) fs::create_directory(root_ / std::to_string(i));
  WatchOptions options;
  options.watches_max = 0;
  DirectoryWatch watch(root_.string(), options);
  watch.rearm(kNow);
  EXPECT_EQ(watch.unwatched().size(), 20U);
  EXPECT_THAT(watch.unwatched()[0].file, HasSubstr(dir_.string()));
}

}  // namespace
}  // namespace byoc
