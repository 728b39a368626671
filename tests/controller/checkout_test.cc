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

TEST_F(CheckoutTest, TheRepositoryIsWhereItComesFrom) {  // F55
  write(".git/HEAD", kOne + "\n");
  write("prod/a.yaml");
  const auto repository = [&] { return checkout_of((root_ / "prod").string()).repository; };
  EXPECT_EQ(repository(), fs::canonical(root_ / ".git").native()) << "it comes from nowhere";
  EXPECT_EQ(checkout_of((root_ / "prod").string()).below, "prod");
  EXPECT_EQ(checkout_of(root_.string()).below, "");
  write(".git/FETCH_HEAD", kOne + "\t\tbranch 'main' of https://git.example.org/fetched\n");
  EXPECT_EQ(repository(), "https://git.example.org/fetched");
  for (const char* url : {"https://git.example.org/x.git", "https://git.example.org/x/",
                          "https://user:secret@git.example.org/x.git"}) {
    write(".git/config",
          "[core]\n\tbare = false\n[remote \"upstream\"]\n\turl = no\n"
          "[remote \"origin\"]\n\turl = " +
              std::string(url) + "\n");
    EXPECT_EQ(repository(), "https://git.example.org/x") << url;
  }
  EXPECT_EQ(checkout_of(dir_.string()).repository, "");
  EXPECT_EQ(checkout_of((root_ / "missing").string()).repository, "");
}

TEST_F(CheckoutTest, WorktreesAreOneRepository) {  // F55: as byoc-pull and git-sync make them
  for (const char* name : {"one", "two"}) {
    const std::string own = std::string("../store/worktrees/") + name;
    write(own + "/HEAD", kOne + "\n");
    write(own + "/commondir", "../..\n");
    write(std::string(name) + "/.git", "gitdir: " + (dir_ / "store/worktrees" / name).string());
    write(std::string(name) + "/prod/a.yaml");
  }
  const Checkout one = checkout_of((root_ / "one" / "prod").string());
  const Checkout two = checkout_of((root_ / "two" / "prod").string());
  EXPECT_EQ(one.repository, fs::canonical(dir_ / "store").native());
  EXPECT_EQ(one.repository, two.repository);
  EXPECT_EQ(one.below, two.below);
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
