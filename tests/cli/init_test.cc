// init: a first manifest that is valid for whoever reads it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/verbs.h"
#include "manifests/load.h"
#include "manifests/validate.h"

namespace byoc {
namespace {

using testing::HasSubstr;
using testing::Not;

class InitTest : public testing::Test {
 protected:
  InitTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "byoc-init-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    options_.region = "us-west-2";
    options_.arguments = {dir_ + "/first.yaml"};
  }
  ~InitTest() override { std::filesystem::remove_all(dir_); }

  int run() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = run_init(options_);
    std::fflush(stdout);
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return code;
  }
  std::string written() const {
    std::ostringstream text;
    text << std::ifstream(options_.arguments.front()).rdbuf();
    return text.str();
  }

  std::string dir_, out_, err_;
  Options options_;
};

TEST_F(InitTest, WritesWhatIsValidAndSaysWhatIsNext) {
  ASSERT_EQ(run(), kExitDone) << err_;
  EXPECT_THAT(out_, HasSubstr("next: byocctl plan -f " + options_.arguments.front()));
  Loaded loaded = load_paths(options_.arguments);
  ASSERT_EQ(loaded.manifests.size(), 2U);
  EXPECT_EQ(loaded.manifests[0].object.spec.at("region"), "us-west-2");
  EXPECT_TRUE(loaded.diagnostics.empty());
  EXPECT_TRUE(validate(loaded.manifests, {}).empty()) << "not even a warning";
  for (const char* word : {"roleArn", "accounts", "externalId", "secret"}) {
    EXPECT_THAT(written(), Not(HasSubstr(word)));
  }
}

TEST_F(InitTest, WhatIsThereStaysAsItIs) {
  std::ofstream(options_.arguments.front()) << "mine";
  EXPECT_EQ(run(), kExitError);
  EXPECT_THAT(err_, HasSubstr("is there already, and stays as it is"));
  EXPECT_EQ(written(), "mine");
}

TEST_F(InitTest, GoesToStandardOutput) {
  options_.arguments = {"-"};
  options_.ns = "dev";
  options_.ns_given = true;
  ASSERT_EQ(run(), kExitDone);
  EXPECT_THAT(out_, HasSubstr("  name: first\n  namespace: dev\n"));
}

}  // namespace
}  // namespace byoc
