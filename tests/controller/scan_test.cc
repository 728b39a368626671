#include "controller/scan.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/controller/directory_fixture.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> shown(const Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& one : diagnostics) out.push_back(format_diagnostic(one));
  return out;
}

class ScanTest : public DirectoryTest {
 protected:
  Scan scan(Time now = kNow) { return scanner_.scan(now); }
  static std::vector<std::string> paths(const Scan& scan) {
    std::vector<std::string> out;
    for (const auto& file : scan.files) out.push_back(file->path);
    return out;
  }
  // The kinds of all objects, in order.
  static std::vector<std::string> kinds(const Scan& scan) {
    std::vector<std::string> out;
    for (const auto& file : scan.files) {
      for (const Manifest& manifest : file->manifests.unpack()) out.push_back(manifest.object.kind);
    }
    return out;
  }

  Scanner scanner_{root_.string()};
};

TEST_F(ScanTest, ReadsAllFiles) {
  write("team/a.yaml", "apiVersion: byoc.dev/v1alpha1\nkind: A\n---\nkind: Role\n");
  write("b.json", "{\"apiVersion\": \"byoc.dev/v1alpha1\", \"kind\": \"C\"}");
  write("notes.txt");
  const Scan all = scan();
  EXPECT_TRUE(all.whole);
  EXPECT_EQ(all.taken, kNow);
  EXPECT_EQ(all.root, root_.string());
  EXPECT_EQ(all.commit, "");
  EXPECT_THAT(shown(all.diagnostics), IsEmpty());
  EXPECT_THAT(paths(all), ElementsAre("b.json", "team/a.yaml"));
  EXPECT_THAT(kinds(all), ElementsAre("C", "A", "Role"));
  EXPECT_EQ(all.files[1]->manifests.unpack().at(0).file, "team/a.yaml");
}

TEST_F(ScanTest, NamesFilesBelowTheRootHoweverThatIsWritten) {
  write("a.yaml");
  fs::create_directory_symlink("manifests", dir_ / "link");
  for (const fs::path& root : {root_ / "", root_ / ".", root_ / "x" / "..", dir_ / "link"}) {
    Scanner scanner(root.string());
    EXPECT_THAT(paths(scanner.scan(kNow)), ElementsAre("a.yaml")) << root;
  }
}

TEST_F(ScanTest, TellsTheCommit) {
  write("a.yaml");
  write(".git/HEAD", std::string(40, '1') + "\n");
  EXPECT_EQ(scan().commit, std::string(40, '1'));
}

TEST_F(ScanTest, AFileThatDoesNotParseIsReadAllTheSame) {
  write("a.yaml", "kind: [A\n");
  const Scan all = scan();
  EXPECT_TRUE(all.whole);
  EXPECT_THAT(all.diagnostics, IsEmpty());
  ASSERT_EQ(all.files.size(), 1U);
  EXPECT_TRUE(has_errors(all.files[0]->diagnostics));
}

TEST_F(ScanTest, AMissingRootIsNotWhole) {
  fs::remove(root_);
  const Scan all = scan();
  EXPECT_FALSE(all.whole);
  EXPECT_THAT(shown(all.diagnostics),
              ElementsAre(root_.string() + ": error: cannot be read: No such file or directory"));
}

TEST_F(ScanTest, WhatLeadsNowhereIsNotWhole) {
  write("a.yaml");
  fs::create_symlink("gone", root_ / "team");
  const Scan all = scan();
  EXPECT_FALSE(all.whole);
  EXPECT_THAT(shown(all.diagnostics),
              ElementsAre("team: error: cannot be read: No such file or directory"));
  EXPECT_THAT(paths(all), ElementsAre("a.yaml"));
}

TEST_F(ScanTest, WhatIsLeftOutIsSaidAndLeavesTheScanWhole) {  // F4, F56
  write("a.yaml");
  write("old/b.yaml");
  write(".byocignore", "old/\n");
  fs::create_symlink("/proc", root_ / "proc");
  ASSERT_EQ(::mkfifo((root_ / "pipe.yaml").c_str(), 0600), 0);
  const Scan all = scan();
  EXPECT_TRUE(all.whole);
  EXPECT_THAT(paths(all), ElementsAre("a.yaml"));
  EXPECT_THAT(all.diagnostics, testing::SizeIs(2));
  std::vector<std::string> left;
  for (const auto& [path, why] : all.left_out) left.push_back(path);
  EXPECT_THAT(left, ElementsAre("old", "pipe.yaml", "proc"));
}

TEST_F(ScanTest, WhatMayNotBeReadIsNotWhole) {
  write("closed/a.yaml");
  write("b.yaml");
  write("c.yaml");
  fs::permissions(root_ / "closed", fs::perms::none);
  fs::permissions(root_ / "b.yaml", fs::perms::none);
  for (const fs::path& path : {dir_, root_}) fs::permissions(path, fs::perms::all);
  EXPECT_EQ(in_child([&] {
              if (::getuid() == 0 && ::setuid(65534) != 0) return 1;  // root may read everything
              const Scan all = scan();
              if (all.whole) return 2;
              if (paths(all) != std::vector<std::string>{"c.yaml"}) return 3;
              const std::vector<std::string> expected = {
                  "b.yaml: error: cannot be read: Permission denied",
                  "closed: error: cannot be read: Permission denied"};
              return shown(all.diagnostics) == expected ? 0 : 4;
            }),
            0);
  fs::permissions(root_ / "closed", fs::perms::owner_all);
}

TEST_F(ScanTest, AFileThatChangesWhileItIsReadIsNotWhole) {
  write("a.yaml", "# 0\n");
  std::atomic<bool> ended{false};
  std::thread writer([&] {  // grows all the time, and begins anew before it is too large
    for (int i = 0; !ended; ++i) {
      std::ofstream(root_ / "a.yaml", i % 1000 == 0 ? std::ios::trunc : std::ios::app) << "# 1\n";
    }
  });
  const auto torn = [&] {
    const Scan all = scan();
    return !all.whole &&
           shown(all.diagnostics).front() == "a.yaml: error: changes while it is read";
  };
  bool seen = false;
  for (int i = 0; !seen && i < 100'000; ++i) seen = torn();
  ended = true;
  writer.join();
  EXPECT_TRUE(seen);
}

TEST_F(ScanTest, AFileThatBecameEmptyIsNotWholeUntilItIsFilledOrGone) {
  write("a.yaml", "kind: A\n");
  write("always.yaml", "");
  EXPECT_TRUE(scan().whole);
  write("a.yaml", "");
  for (int i = 0; i < 2; ++i) {
    const Scan all = scan();
    EXPECT_FALSE(all.whole);
    EXPECT_THAT(shown(all.diagnostics),
                ElementsAre("a.yaml: error: is empty, and was not: it is half written, it seems; "
                            "to delete its objects remove the file"));
    EXPECT_THAT(paths(all), ElementsAre("always.yaml"));
  }
  write("a.yaml", "kind: B\n");
  EXPECT_TRUE(scan().whole);
  write("a.yaml", "");
  EXPECT_FALSE(scan().whole);
  fs::remove(root_ / "a.yaml");
  EXPECT_TRUE(scan().whole);
}

TEST_F(ScanTest, UnchangedFilesAreNotReadAgain) {
  write("a.yaml", "kind: Role\n");
  write("b.yaml", "kind: Role\n");
  const Time later = changed("b.yaml") + seconds(2);
  const Scan first = scan(later);
  write("b.yaml", "kind: Cluster\n");
  const Scan second = scan(later + seconds(1));
  EXPECT_EQ(first.files[0], second.files[0]);
  EXPECT_NE(first.files[1], second.files[1]);
  EXPECT_THAT(kinds(second), ElementsAre("Role", "Cluster"));
}

TEST_F(ScanTest, TheSameBytesAreNotParsedAgain) {
  write("a.yaml", "kind: A\n");
  const Scan first = scan();
  fs::remove(root_ / "a.yaml");
  write("a.yaml", "kind: A\n");
  EXPECT_EQ(first.files[0], scan().files[0]);
}

TEST_F(ScanTest, TwoChangesWithinOneTickOfTheClockAreSeen) {
  write("a.yaml", "kind: Role\n");
  const int file = ::open((root_ / "a.yaml").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(file, 0);
  void* bytes = ::mmap(nullptr, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ASSERT_NE(bytes, MAP_FAILED);
  // Only the first of such writes moves the file's times.
  for (const char first : {'B', 'C', 'D'}) {
    static_cast<char*>(bytes)[6] = first;
    EXPECT_THAT(kinds(scan(changed("a.yaml"))), ElementsAre(first + std::string("ole")));
  }
  ::munmap(bytes, 8);
  ::close(file);
}

TEST_F(ScanTest, SinceWhenScansAreEqual) {
  write("a.yaml", "kind: A\n");
  const auto since = [this](int second) {
    return (scan(kNow + seconds(second)).since - kNow) / seconds(1);
  };
  EXPECT_EQ(since(0), 0);
  EXPECT_EQ(since(1), 0);
  write("a.yaml", "kind: B\n");
  EXPECT_EQ(since(2), 2);
  EXPECT_EQ(since(5), 2);
  fs::rename(root_ / "a.yaml", root_ / "b.yaml");
  EXPECT_EQ(since(6), 6);
  fs::create_symlink("nowhere", root_ / "c.yaml");  // not whole: agrees with nothing
  EXPECT_EQ(since(7), 7);
  EXPECT_EQ(since(8), 8);
  fs::remove(root_ / "c.yaml");
  EXPECT_EQ(since(9), 9);
  EXPECT_EQ(since(10), 9);
}

TEST_F(ScanTest, TheNumberOfFilesHasALimit) {
  for (int i = 0; i < 5; ++i) write("f" + std::to_string(i) + ".yaml");
  Limits limits;
  limits.files_max = 3;
  Scanner scanner(root_.string(), limits);
  const Scan all = scanner.scan(kNow);
  EXPECT_FALSE(all.whole);
  EXPECT_EQ(all.files.size(), 3U);
  EXPECT_THAT(shown(all.diagnostics), ElementsAre("f3.yaml: error: more than 3 files"));
}

TEST_F(ScanTest, ALargeFileIsWrongAndNotUnreadable) {
  write("a.yaml", std::string(200'000, ' '));
  Limits limits;
  limits.file_bytes_max = 1000;
  const Scan all = Scanner(root_.string(), limits).scan(kNow);
  EXPECT_TRUE(all.whole);
  ASSERT_EQ(all.files.size(), 1U);
  EXPECT_TRUE(has_errors(all.files[0]->diagnostics));
}

}  // namespace
}  // namespace byoc
