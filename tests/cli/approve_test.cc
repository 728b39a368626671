// The verb as people meet it: what it prints, and what the store holds then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "cli/verbs.h"
#include "controller/store.h"

namespace byoc {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr Time kAsked{std::chrono::seconds(1'800'000'000)};

class ApproveTest : public testing::Test {
 protected:
  ApproveTest() {
    std::string pattern = (fs::temp_directory_path() / "byoc-approve-XXXXXX").string();
    options_.state_dir = ::mkdtemp(pattern.data());
    options_.yes = true;
  }
  ~ApproveTest() override { fs::remove_all(options_.state_dir); }

  std::unique_ptr<Store> store() {
    auto opened = open_store(options_.state_dir + "/byoc.db");
    EXPECT_TRUE(opened.ok());
    return opened.ok() ? std::move(opened).value() : nullptr;
  }
  Approval ask(const std::vector<std::string>& names) {
    std::vector<Object> objects;
    for (const std::string& name : names) {
      Object object;
      object.kind = "Cluster";
      object.metadata.name = name;
      objects.push_back(object);
    }
    const Approval question = approval_for(objects, kAsked);
    EXPECT_TRUE(store()->ask(question).ok());
    return question;
  }
  int run() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = run_approve(options_);
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return code;
  }

  Options options_;
  std::string out_;
  std::string err_;
};

TEST_F(ApproveTest, WithoutAStoreNothingWaits) {
  EXPECT_EQ(run(), kExitDone);
  EXPECT_EQ(out_, "No deletion waits for an approval.\n");
  EXPECT_FALSE(fs::exists(options_.state_dir + "/byoc.db"));
}

TEST_F(ApproveTest, ApprovesWhatItPrints) {
  ask({"b", "a"});
  EXPECT_EQ(run(), kExitDone);
  EXPECT_EQ(out_,
            "No file names these 2 objects any more (since 2027-01-15T08:00:00Z):\n"
            "  Cluster/a\n  Cluster/b\n"
            "Approved; byocd deletes them when it next reads the files.\n");
  EXPECT_TRUE(store()->approval().value()->granted.has_value());
  EXPECT_EQ(run(), kExitDone);  // again: there is nothing more to say yes to
  EXPECT_THAT(out_, HasSubstr("Approved on 20"));
}

TEST_F(ApproveTest, ListChangesNothing) {
  ask({"a"});
  options_.list = true;
  EXPECT_EQ(run(), kExitDone);
  EXPECT_EQ(out_,
            "No file names this object any more (since 2027-01-15T08:00:00Z):\n"
            "  Cluster/a\n");
  EXPECT_FALSE(store()->approval().value()->granted.has_value());
}

TEST_F(ApproveTest, WorksBesideARunningDaemon) {
  ask({"a"});
  const auto lock = Lock::take(options_.state_dir);
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(run(), kExitDone);
  EXPECT_TRUE(store()->approval().value()->granted.has_value());
}

TEST_F(ApproveTest, TakesNoNames) {
  ask({"a"});
  options_.arguments = {"cluster/a"};
  EXPECT_EQ(run(), kExitError);
  EXPECT_THAT(err_, HasSubstr("approve takes no names"));
  EXPECT_FALSE(store()->approval().value()->granted.has_value());
}

}  // namespace
}  // namespace byoc
