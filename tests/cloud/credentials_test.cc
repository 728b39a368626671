#include "cloud/aws/credentials.h"

#include <gtest/gtest.h>

#include "cloud/aws/profile.h"
#include "tests/cloud/now.h"

namespace byoc {
namespace {

struct World {
  Environment environment;
  std::map<std::string, std::string> files;

  Result<Source> find() {
    environment.variables.emplace("HOME", "/h");
    environment.read_file = [this](const std::string& path) -> std::optional<std::string> {
      const auto found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional(found->second);
    };
    return find_source(environment, kNow);
  }
  std::string& variable(const char* name) { return environment.variables[name]; }
  std::string& config() { return files["/h/.aws/config"]; }
  std::string& credentials() { return files["/h/.aws/credentials"]; }
  std::string problem() {
    const auto source = find();
    if (source.ok()) return "found " + source.value().name;
    EXPECT_EQ(source.status().code, Code::denied);
    return source.status().message;
  }
  template <class T>
  T found() {
    const auto source = find();
    if (!source.ok()) ADD_FAILURE() << source.status().message;
    return std::get<T>(source.value().how);
  }
};

// L3
TEST(Credentials, EnvironmentComesFirst) {
  World world;
  world.credentials() = "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n";
  EXPECT_EQ(world.found<StaticSource>().credentials.access_key_id, "FILE");
  world.variable("AWS_ACCESS_KEY_ID") = "ENV";
  world.variable("AWS_SECRET_ACCESS_KEY") = "k";
  world.variable("AWS_SESSION_TOKEN") = "t";
  const Credentials credentials = world.found<StaticSource>().credentials;
  EXPECT_EQ(credentials.access_key_id, "ENV");
  EXPECT_EQ(credentials.session_token.reveal(), "t");
  world.variable("AWS_SECRET_ACCESS_KEY") = "";
  EXPECT_NE(world.problem().find("needed together"), std::string::npos);
}

TEST(Credentials, NothingNamesEverySourceTried) {
  World world;
  world.variable("AWS_EC2_METADATA_DISABLED") = "True";
  EXPECT_EQ(world.problem(),
            "no AWS credentials found; tried environment (AWS_ACCESS_KEY_ID is not set); profile "
            "\"default\" (not in /h/.aws/config or /h/.aws/credentials); web identity "
            "(AWS_WEB_IDENTITY_TOKEN_FILE is not set); container "
            "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set); instance metadata "
            "(AWS_EC2_METADATA_DISABLED is true)");
}

TEST(Credentials, LastIsTheMetadataService) {
  World world;
  EXPECT_EQ(world.found<MetadataSource>().url, "http://169.254.169.254");
  world.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") = "IPv6";
  EXPECT_EQ(world.found<MetadataSource>().url, "http://[fd00:ec2::254]");
  world.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") = "http://127.0.0.1:1338/";
  EXPECT_EQ(world.found<MetadataSource>().url, "http://127.0.0.1:1338");
}

TEST(Credentials, ProfilesThatAreAskedForMustExist) {
  World world;
  world.variable("AWS_PROFILE") = "dev";
  EXPECT_NE(world.problem().find("there is no profile \"dev\""), std::string::npos);
  world.config() = "[profile dev]\nregion = eu-west-1\ncredential_process = /bin/get keys\n";
  EXPECT_EQ(world.found<ProcessSource>().command, "/bin/get keys");
  world.credentials() = "[dev]\naws_access_key_id=A\naws_secret_access_key=S # mine\n";
  EXPECT_EQ(world.found<StaticSource>().credentials.secret_key.reveal(), "S");
}

TEST(Credentials, RolesFollowTheirSourceProfiles) {
  World world;
  world.variable("AWS_PROFILE") = "b";
  world.config() =
      "[profile a]\nrole_arn = arn:a\nsource_profile = keys\n"
      "[profile b]\nrole_arn = arn:b\nsource_profile = a\nexternal_id = x\nrole_session_name = me\n"
      "duration_seconds = 900\nregion = us-west-1\n";
  world.credentials() = "[keys]\naws_access_key_id = A\naws_secret_access_key = S\n";
  const RoleSource b = world.found<RoleSource>();
  EXPECT_EQ(b.role_arn, "arn:b");
  EXPECT_EQ(b.external_id.reveal(), "x");
  EXPECT_EQ(b.session_name, "me");
  EXPECT_EQ(b.duration_seconds, 900);
  EXPECT_EQ(b.region, "us-west-1");
  const RoleSource a = std::get<RoleSource>(b.base->how);
  EXPECT_EQ(a.role_arn, "arn:a");
  EXPECT_TRUE(std::holds_alternative<StaticSource>(a.base->how));
}

TEST(Credentials, RolesMayUseTheirOwnKeysButNoCircles) {
  World world;
  world.config() =
      "[default]\nrole_arn = arn:r\nsource_profile = default\naws_access_key_id = A\n"
      "aws_secret_access_key = S\n";
  const RoleSource role = world.found<RoleSource>();
  EXPECT_EQ(std::get<StaticSource>(role.base->how).credentials.access_key_id, "A");
  world.config() =
      "[default]\nrole_arn = arn:r\nsource_profile = other\n"
      "[profile other]\nrole_arn = arn:o\nsource_profile = default\n";
  EXPECT_NE(world.problem().find("goes in a circle"), std::string::npos);
  world.config() = "[default]\nrole_arn = arn:r\nsource_profile = none\n";
  EXPECT_NE(world.problem().find("there is no profile \"none\""), std::string::npos);
  world.config() = "[default]\nrole_arn = arn:r\n";
  EXPECT_NE(world.problem().find("needs source_profile or credential_source"), std::string::npos);
  world.config() = "[default]\nrole_arn = arn:r\ncredential_source = Ec2InstanceMetadata\n";
  EXPECT_TRUE(std::holds_alternative<MetadataSource>(world.found<RoleSource>().base->how));
  world.config() = "[default]\nrole_arn = arn:r\nmfa_serial = arn:m\nsource_profile = default\n";
  EXPECT_NE(world.problem().find("mfa_serial"), std::string::npos);
}

TEST(Credentials, WebIdentity) {
  World world;
  world.variable("AWS_WEB_IDENTITY_TOKEN_FILE") = "/var/token";
  EXPECT_NE(world.problem().find("AWS_ROLE_ARN is not"), std::string::npos);
  world.variable("AWS_ROLE_ARN") = "arn:r";
  EXPECT_EQ(world.found<WebIdentitySource>().token_file, "/var/token");
  world.config() = "[default]\nrole_arn = arn:p\nweb_identity_token_file = /p\n";
  EXPECT_EQ(world.found<WebIdentitySource>().role_arn, "arn:p");
}

// L19
TEST(Credentials, Sso) {
  World world;
  world.config() =
      "[default]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
      "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = "
      "eu-west-1\n";
  EXPECT_NE(world.problem().find("not logged in"), std::string::npos);
  std::string& cache =  // sha1("corp")
      world.files["/h/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"];
  cache = R"({"accessToken": "t", "expiresAt": "2026-01-31T09:29:59Z"})";
  EXPECT_NE(world.problem().find("has expired; run: aws sso login --profile default"),
            std::string::npos);
  cache = R"({"accessToken": "t", "expiresAt": "2026-01-31T10:30:00Z"})";
  const SsoSource source = world.found<SsoSource>();
  EXPECT_EQ(source.access_token.reveal(), "t");
  EXPECT_EQ(source.account_id, "111122223333");
  EXPECT_EQ(source.region, "eu-west-1");
  world.config() =
      "[default]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-2\n"
      "sso_account_id = 111122223333\nsso_role_name = Admin\n";
  world.files["/h/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json"] = cache;
  EXPECT_EQ(world.found<SsoSource>().region, "eu-west-2");
}

TEST(Credentials, Containers) {
  World world;
  world.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") = "/v2/keys?id=1";
  EXPECT_EQ(world.found<ContainerSource>().url, "http://169.254.170.2/v2/keys?id=1");
  world.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") = "";
  world.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") = "http://169.254.170.23/v1/credentials";
  world.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") = "/var/token";
  EXPECT_NE(world.problem().find("cannot read the token file"), std::string::npos);
  world.files["/var/token"] = "secret\n";
  EXPECT_EQ(world.found<ContainerSource>().authorization.reveal(), "secret");
  world.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") = "http://evil.example.com/keys";
  EXPECT_NE(world.problem().find("not asked for at"), std::string::npos);
  world.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") = "https://keys.example.com/";
  world.files["/var/token"] = "a\r\nX: y";
  EXPECT_NE(world.problem().find("line break"), std::string::npos);
}

TEST(Credentials, AnswersAreChecked) {
  EXPECT_TRUE(read_credentials(Json::parse(R"({"AccessKeyId": "a", "SecretAccessKey": "b",
      "Token": "c", "Expiration": "2026-01-31T10:30:00Z"})"),
                               "x")
                  .ok());
  for (const char* text :
       {"[]", "null", R"({"AccessKeyId": "a"})", R"({"AccessKeyId": 1, "SecretAccessKey": "b"})",
        R"({"AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": "soon"})"}) {
    EXPECT_FALSE(read_credentials(Json::parse(text), "x").ok()) << text;
  }
  EXPECT_FALSE(read_credentials(Json::parse("nonsense", nullptr, false), "x").ok());
}

TEST(Profile, IniFiles) {
  const auto sections =
      parse_ini(
          "# note\n[ default ]\nKey = value ; note\nempty =\n  nested = 1\nplain=a#b\n"
          "  goes on\n[profile dev] # mine\r\n  region=eu\r\n  output=json\n",
          "config")
          .value();
  EXPECT_EQ(sections.at("default").at("key"), "value");
  EXPECT_EQ(sections.at("default").at("empty.nested"), "1");
  EXPECT_EQ(sections.at("default").at("plain"), "a#b\ngoes on");
  EXPECT_EQ(sections.at("profile dev").at("region"), "eu");
  EXPECT_EQ(sections.at("profile dev").at("output"), "json");
}

// F36
TEST(Profile, ADamagedFileIsAnErrorAndNeverAnotherIdentity) {
  const std::string keys = "aws_access_key_id = A\naws_secret_access_key = S\n";
  const std::pair<std::string, std::string> damages[] = {
      {"[default]\n" + keys + "[profile prod\n" + keys, "config:4: the section has no closing"},
      {keys + "[default]\n", "config:1: a setting before the first [section]"},
      {"[default]\naws_access_key_id A\n", "config:2: neither a [section] nor a setting"},
      {"[default]\n = A\n", "config:2: a value without the name"},
      {"[]\n" + keys, "config:1: the section has no name"},
      {"[default] x\n" + keys, "config:1: there is text after"},
      {"[default]\ns3 =\n  nonsense\n", "config:3: a nested setting without"}};
  for (const auto& [text, why] : damages) {
    World world;
    world.config() = text;
    world.credentials() = "[default]\n" + keys;
    EXPECT_EQ(world.problem().find("/h/.aws/" + why), 0U) << world.problem();
    world.config() = "";
    world.credentials() = text;
    EXPECT_EQ(world.problem().find("/h/.aws/credentials"), 0U) << world.problem();
    EXPECT_EQ(endpoint_settings(world.environment).status().code, Code::denied);
  }
  World world;
  world.environment.file_exists = [](const std::string& path) { return path == "/h/.aws/config"; };
  EXPECT_NE(world.problem().find("/h/.aws/config is there and cannot be read"), std::string::npos);
}

// F36
TEST(Credentials, HalfAProfileIsNoReasonToTakeAnotherIdentity) {
  for (const char* half :
       {"aws_access_key_id = A", "aws_secret_access_key = S", "aws_session_token = T",
        "source_profile = x", "credential_source = Environment", "external_id = x",
        "web_identity_token_file = /t", "sso_session = corp", "sso_role_name = Admin",
        "sso_account_id = 1", "role_arn = arn:r", "role_arn = arn:r\nsource_profile = none"}) {
    World world;
    world.config() = std::string("[default]\n") + half + "\n";
    EXPECT_EQ(world.problem().find("found"), std::string::npos) << half;
  }
  World world;
  world.credentials() = "[default]\naws_access_key_id = A\n";
  world.config() = "[default]\naws_access_key_id = B\naws_secret_access_key = of-B\n";
  EXPECT_NE(world.problem().find("no aws_secret_access_key"), std::string::npos)
      << "keys of two files are never put together";
  world.config() = "[default]\nregion = eu-west-1\n";
  world.credentials() = "";
  EXPECT_EQ(world.problem(), "found instance metadata") << "it says nothing about credentials";
}

// F36
TEST(Credentials, ProfilesAsTheSdksReadThem) {
  World world;
  world.variable("AWS_PROFILE") = "top";
  world.variable("AWS_REGION") = "eu-west-3";
  world.config() =
      "[profile top]\nrole_arn = arn:top\nsource_profile = base\nregion = us-west-1\n"
      "[profile base]\nrole_arn = arn:base\nsource_profile = other\n"
      "[profile other]\nregion = x\n";
  world.credentials() = "[base]\naws_access_key_id = A\naws_secret_access_key = S\n";
  const RoleSource top = world.found<RoleSource>();
  EXPECT_EQ(std::get<StaticSource>(top.base->how).credentials.access_key_id, "A")
      << "a source profile's own keys come before its role";
  EXPECT_EQ(top.region, "eu-west-3") << "the environment comes before the profile";
  world.variable("AWS_PROFILE") = "plain";
  world.credentials() =
      "[plain]\naws_access_key_id = P\naws_secret_access_key = S\nmfa_serial = arn:m\n";
  EXPECT_EQ(world.found<StaticSource>().credentials.access_key_id, "P")
      << "mfa_serial is about roles";
}

}  // namespace
}  // namespace byoc
