#include "controller/checkout.h"

#include "tests/controller/directory_fixture.h"

namespace byoc {
namespace {

const std::string kOne(40, '1');
const std::string kTwo(64, '2');

class CheckoutTest : public DirectoryTest {
 protected:
  [[nodiscard]] std::string commit(const std::string& below = ".") const {
    return commit_of((root_ / below).string());
  }
};

TEST_F(CheckoutTest, NoCheckoutNoCommit) {
  EXPECT_EQ(commit(), "");
  EXPECT_EQ(commit("missing"), "");
}

TEST_F(CheckoutTest, ADetachedHead) {
  write(".git/HEAD", kOne + "\n");
  EXPECT_EQ(commit(), kOne);
  write(".git/HEAD", kTwo);
  EXPECT_EQ(commit(), kTwo);
}

TEST_F(CheckoutTest, ABranch) {
  write(".git/HEAD", "ref: refs/heads/team/main\n");
  EXPECT_EQ(commit(), "");  // no commit yet
  write(".git/refs/heads/team/main", kOne + "\n");
  EXPECT_EQ(commit(), kOne);
}

TEST_F(CheckoutTest, APackedBranch) {
  write(".git/HEAD", "ref: refs/heads/main\n");
  write(".git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n" + kTwo +
                                " refs/heads/main2\n" + kOne + " refs/heads/main\n^" + kTwo + "\n");
  EXPECT_EQ(commit(), kOne);
  write(".git/refs/heads/main", std::string(40, '3') + "\n");  // newer than the packed one
  EXPECT_EQ(commit(), std::string(40, '3'));
}

TEST_F(CheckoutTest, OfADirectoryBelowAndThroughALink) {
  write(".git/HEAD", kOne + "\n");
  write("team/a.yaml");
  fs::create_directory_symlink("manifests/team", dir_ / "link");
  EXPECT_EQ(commit("team"), kOne);
  EXPECT_EQ(commit_of((dir_ / "link").string()), kOne);
}

TEST_F(CheckoutTest, AWorktree) {
  write("../main/.git/worktrees/w/HEAD", "ref: refs/heads/w\n");
  write("../main/.git/worktrees/w/commondir", "../..\n");
  write("../main/.git/refs/heads/w", kOne + "\n");
  write(".git", "gitdir: " + (dir_ / "main/.git/worktrees/w").string() + "\n");
  EXPECT_EQ(commit(), kOne);
  write(".git", "gitdir: ../main/.git/worktrees/w\n");  // as git-sync writes it
  EXPECT_EQ(commit(), kOne);
  fs::remove(dir_ / "main/.git/refs/heads/w");
  write("../main/.git/packed-refs", kTwo + " refs/heads/w\n");
  EXPECT_EQ(commit(), kTwo);
}

TEST_F(CheckoutTest, ReferencesThatLeadToOneAnother) {
  write(".git/HEAD", "ref: refs/heads/a\n");
  write(".git/refs/heads/a", "ref: refs/heads/b\n");
  write(".git/refs/heads/b", kOne + "\n");
  EXPECT_EQ(commit(), kOne);
  write(".git/refs/heads/b", "ref: refs/heads/a\n");
  EXPECT_EQ(commit(), "");
}

TEST_F(CheckoutTest, WhatIsNoCheckout) {
  for (const char* head : {"", "ref: ", "ref: refs/heads/.invalid", "ref: ../HEAD",
                           "ref: refs/../x", "1234", "ref:refs/heads/main"}) {
    write(".git/HEAD", head);
    write(".git/x", kOne);
    EXPECT_EQ(commit(), "") << head;
  }
  fs::remove_all(root_ / ".git");
  for (const char* file : {"", "gitdir: ", "gitdir: nowhere", "something else"}) {
    write(".git", file);
    EXPECT_EQ(commit(), "") << file;
  }
}

}  // namespace
}  // namespace byoc
