#include "controller/secrets.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

class SecretsTest : public testing::Test {
 protected:
  SecretsTest() {
    std::string pattern = (fs::temp_directory_path() / "byoc-secrets-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    secrets_.emplace(dir_.string());
  }
  ~SecretsTest() override { fs::remove_all(dir_); }

  static Object role(Json trust) {
    Object object;
    object.kind = "Role";
    object.metadata.name = "demo";
    object.spec = {{"trust", std::move(trust)}};
    return object;
  }
  [[nodiscard]] fs::path file() const { return dir_ / "secrets" / "default.Role.demo.externalId"; }
  // The value itself, or "error: ..." or "none".
  [[nodiscard]] std::string value_of(const Object& object, bool dry_run = false) const {
    const auto result = secrets_->external_id(object, dry_run);
    if (!result.ok()) return "error: " + result.status().message;
    return result.value() ? result.value()->reveal() : "none";
  }

  fs::path dir_;
  std::optional<Secrets> secrets_;
};

// B7
TEST_F(SecretsTest, ALiteralLeavesTheObjectForAPrivateFile) {
  Object object = role({{"externalId", "dummy-external-id"}});
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  EXPECT_EQ(to_json(object).dump().find("dummy-external-id"), std::string::npos);
  EXPECT_EQ(object.spec["trust"]["externalIdFrom"]["stored"],
            Secret("dummy-external-id").fingerprint());
  EXPECT_EQ(mode_of(file()), 0600U);
  EXPECT_EQ(mode_of(file().parent_path()), 0700U);
  EXPECT_EQ(value_of(object), "dummy-external-id");
  EXPECT_FALSE(fs::exists(file().string() + ".new"));
}

TEST_F(SecretsTest, TakingLiteralsTwiceChangesNothing) {
  Object object = role({{"externalId", "dummy-external-id"}});
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  const Json once = object.spec;
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  EXPECT_EQ(object.spec, once);
}

TEST_F(SecretsTest, ANewLiteralReplacesTheOldOneAndShowsInTheSpec) {
  Object first = role({{"externalId", "dummy-one"}});
  Object second = role({{"externalId", "dummy-two"}});
  ASSERT_TRUE(secrets_->take_literals(first).ok());
  ASSERT_TRUE(secrets_->take_literals(second).ok());
  EXPECT_NE(first.spec, second.spec) << "so that the generation grows";
  EXPECT_EQ(value_of(second), "dummy-two");
}

TEST_F(SecretsTest, AClusterHoldsItsOwn) {
  Object object = cluster("demo");
  object.spec["externalId"] = "dummy-external-id";
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  EXPECT_FALSE(object.spec.contains("externalId"));
  EXPECT_EQ(value_of(object), "dummy-external-id");
}

TEST_F(SecretsTest, ObjectsWithoutOneAreLeftAlone) {
  Object object = role({{"accounts", Json::array({"111122223333"})}});
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  EXPECT_EQ(value_of(object), "none");
  EXPECT_FALSE(fs::exists(file()));
  Object bare;
  bare.kind = "Role";
  ASSERT_TRUE(secrets_->take_literals(bare).ok());
  EXPECT_EQ(value_of(bare), "none");
}

// G17, X2
TEST_F(SecretsTest, GeneratedOnceAndKept) {
  const Object object = role({{"externalIdFrom", {{"generate", {{"length", 40}}}}}});
  EXPECT_EQ(value_of(object, /*dry_run=*/true), "to-be-generated");
  EXPECT_FALSE(fs::exists(file())) << "a dry run keeps nothing";
  const std::string value = value_of(object);
  EXPECT_EQ(value.size(), 40U);
  EXPECT_EQ(
      value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
      std::string::npos);
  EXPECT_EQ(value_of(object), value);
  EXPECT_EQ(value_of(object, /*dry_run=*/true), value);
  EXPECT_EQ(Secrets(dir_.string()).external_id(object).value()->reveal(), value)
      << "after a restart";
  EXPECT_EQ(mode_of(file()), 0600U);
}

// G45
TEST_F(SecretsTest, GeneratedOnesDiffer) {
  Object one = role({{"externalIdFrom", {{"generate", Json::object()}}}});
  Object two = one;
  two.metadata.name = "other";
  EXPECT_EQ(value_of(one).size(), 30U);
  EXPECT_NE(value_of(one), value_of(two));
}

// B7
TEST_F(SecretsTest, FromTheEnvironment) {
  const Object object = role({{"externalIdFrom", {{"env", "BYOC_TEST_EXTERNAL_ID"}}}});
  ::unsetenv("BYOC_TEST_EXTERNAL_ID");
  EXPECT_EQ(value_of(object),
            "error: the environment variable BYOC_TEST_EXTERNAL_ID (externalIdFrom) is not set");
  ::setenv("BYOC_TEST_EXTERNAL_ID", "", 1);
  EXPECT_TRUE(value_of(object).starts_with("error: "));
  ::setenv("BYOC_TEST_EXTERNAL_ID", "dummy-external-id", 1);
  EXPECT_EQ(value_of(object), "dummy-external-id");
  ::unsetenv("BYOC_TEST_EXTERNAL_ID");
}

// B7, X2
TEST_F(SecretsTest, FromAFile) {
  const fs::path path = dir_ / "id";
  const Object object = role({{"externalIdFrom", {{"file", path.string()}}}});
  EXPECT_TRUE(value_of(object).starts_with("error: cannot read the secret file " + path.string()));
  std::ofstream(path) << "\n";
  EXPECT_TRUE(value_of(object).starts_with("error: the secret file " + path.string() +
                                           " (externalIdFrom) is empty"));
  std::ofstream(path) << "dummy-external-id\r\n";
  EXPECT_EQ(value_of(object), "dummy-external-id");
}

// F37, X3: what a reference leads to is an external id, or an error that does not say what it is.
TEST_F(SecretsTest, WhatIsReadMustBeAnExternalId) {
  const fs::path path = dir_ / "id";
  const Object object = role({{"externalIdFrom", {{"file", path.string()}}}});
  for (const std::string& text :
       {std::string("root:$6$dummy:19000:0:99999:7:::\ndaemon:*:1\n"), std::string("dummy-a\n\n"),
        std::string("dummy-a\ndummy-b\n"), std::string("dummy\0id", 8), std::string("x"),
        std::string("dummy id"), std::string(1225, 'x'), std::string("dummy-\xC3\xA9")}) {
    std::ofstream(path) << text;
    const std::string answer = value_of(object);
    EXPECT_TRUE(answer.starts_with("error: the secret file " + path.string())) << text;
    EXPECT_EQ(answer.find("dummy"), std::string::npos) << answer;
  }
  for (const std::string& text : {std::string("ab"), std::string(1224, 'x') + "\n"}) {
    std::ofstream(path) << text;
    EXPECT_FALSE(value_of(object).starts_with("error: ")) << text;
  }
  const Object by_name = role({{"externalIdFrom", {{"env", "BYOC_TEST_EXTERNAL_ID"}}}});
  ::setenv("BYOC_TEST_EXTERNAL_ID", "dummy a\nb", 1);
  EXPECT_TRUE(value_of(by_name).starts_with(
      "error: the environment variable BYOC_TEST_EXTERNAL_ID (externalIdFrom) does not hold"));
  EXPECT_EQ(value_of(by_name).find("dummy"), std::string::npos);
  ::setenv("BYOC_TEST_EXTERNAL_ID", "dummy-external-id\n", 1);
  EXPECT_EQ(value_of(by_name), "dummy-external-id");
  ::unsetenv("BYOC_TEST_EXTERNAL_ID");
}

// F37: a file of secrets is a regular one, small, and not for everybody to write.
TEST_F(SecretsTest, OtherFilesAreRefused) {
  const fs::path path = dir_ / "id";
  const Object object = role({{"externalIdFrom", {{"file", path.string()}}}});
  std::ofstream(path) << std::string(5000, 'x');
  EXPECT_TRUE(value_of(object).ends_with("is larger than 4096 bytes"));
  std::ofstream(path) << "dummy-external-id";
  fs::permissions(path, fs::perms(0666));
  EXPECT_NE(value_of(object).find("can be written by everybody"), std::string::npos);
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_TRUE(value_of(object).ends_with("is no regular file")) << "and nothing waits for it";
  const Object device = role({{"externalIdFrom", {{"file", "/dev/zero"}}}});
  EXPECT_TRUE(value_of(device).ends_with("is no regular file"));
  const Object folder = role({{"externalIdFrom", {{"file", dir_.string()}}}});
  EXPECT_TRUE(value_of(folder).ends_with("is no regular file"));
}

// F45, X15: tools keep the manifest in annotations.
TEST_F(SecretsTest, ALiteralLeavesTheCopiesInAnnotations) {
  Object object = role({{"externalId", "dummy-external-id"}});
  Json copy = to_json(object);
  object.metadata.annotations = {
      {"kubectl.kubernetes.io/last-applied-configuration", copy.dump() + "\n"},
      {"note", "externalId is secret"},
      {"broken", "{externalId"}};
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  EXPECT_EQ(to_json(object).dump().find("dummy-external-id"), std::string::npos);
  const Json mended = Json::parse(
      object.metadata.annotations.at("kubectl.kubernetes.io/last-applied-configuration"));
  EXPECT_EQ(mended["spec"], object.spec) << "so that the next kubectl apply takes it out";
  EXPECT_EQ(object.metadata.annotations.at("note"), "externalId is secret");
  EXPECT_EQ(object.metadata.annotations.at("broken"), "{externalId");
}

TEST_F(SecretsTest, ACopyLosesItsLiteralAlsoWhenTheSpecHasNone) {
  Object object = role({{"externalIdFrom", {{"env", "X"}}}});
  Object before = role({{"externalId", "dummy-external-id"}});
  object.metadata.annotations = {{"copy", to_json(before).dump()}};
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  EXPECT_EQ(to_json(object).dump().find("dummy-external-id"), std::string::npos);
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(SecretsTest, ARelativeFileIsACredentialThatSystemdHandsOver) {
  const Object object = role({{"externalIdFrom", {{"file", "secret_demo"}}}});
  const Object absolute = role({{"externalIdFrom", {{"file", (dir_ / "other").string()}}}});
  std::ofstream(dir_ / "secret_demo") << "dummy-credential\n";
  std::ofstream(dir_ / "other") << "dummy-other\n";
  EXPECT_EQ(
      value_of(object).find("error: cannot read the secret file secret_demo (externalIdFrom): "),
      0U);
  ::setenv("CREDENTIALS_DIRECTORY", dir_.c_str(), 1);
  EXPECT_EQ(value_of(object), "dummy-credential");
  EXPECT_EQ(value_of(absolute), "dummy-other");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(SecretsTest, WhatIsNotKeptAnyMoreMustBeGivenAgain) {
  Object object = role({{"externalId", "dummy-external-id"}});
  ASSERT_TRUE(secrets_->take_literals(object).ok());
  ASSERT_TRUE(secrets_->drop(object.key()).ok());
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_EQ(value_of(object),
            "error: the external id of Role/demo is not kept here any more; give it again in the "
            "manifest");
  EXPECT_TRUE(secrets_->drop(object.key()).ok()) << "its absence is fine";
}

TEST_F(SecretsTest, NamespacesKeepTheirsApart) {
  Object one = role({{"externalId", "dummy-one"}});
  Object two = role({{"externalId", "dummy-two"}});
  two.metadata.ns = "team-a";
  ASSERT_TRUE(secrets_->take_literals(one).ok());
  ASSERT_TRUE(secrets_->take_literals(two).ok());
  EXPECT_EQ(value_of(one), "dummy-one");
  EXPECT_EQ(value_of(two), "dummy-two");
}

TEST_F(SecretsTest, AnUnwritableDirectoryIsAnError) {
  const Secrets nowhere((dir_ / "not" / "there").string());
  Object object = role({{"externalId", "dummy-external-id"}});
  const Status status = nowhere.take_literals(object);
  EXPECT_EQ(status.code, Code::unavailable);
  EXPECT_EQ(status.message.find("dummy-external-id"), std::string::npos);
  EXPECT_TRUE(object.spec["trust"].contains("externalId")) << "nothing is lost";
}

// Without a directory nothing is kept, least of all in the root of the file system.
TEST_F(SecretsTest, WithoutADirectoryNothingIsKept) {
  const Secrets nowhere("");
  Object object = role({{"externalId", "tell-nobody"}});
  EXPECT_EQ(nowhere.take_literals(object).code, Code::unavailable);
  EXPECT_EQ(object.spec.at("trust").at("externalId"), "tell-nobody");
  EXPECT_TRUE(nowhere.drop(object.key()).ok());
  EXPECT_FALSE(fs::exists("/secrets/default.Role.demo.externalId"));
}

}  // namespace
}  // namespace byoc
