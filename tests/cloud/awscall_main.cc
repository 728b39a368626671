// awscall SERVICE OPERATION [JSON]: one call through the whole client, for contract tests.
// Region from AWS_REGION; AWSCALL_ROLE_ARN and AWSCALL_EXTERNAL_ID name a role to assume.
// Prints {"code", "aws_code", "message", "body", "request_id", "attempts"}; exits 0 when ok.
#include <iostream>
#include <string>

#include "cloud/aws/aws_cloud.h"
#include "cloud/aws/profile.h"

int main(int argc, char** argv) {
  using byoc::Attempt, byoc::AwsOptions, byoc::Call, byoc::Cloud, byoc::Json;
  using byoc::Principal, byoc::Secret, byoc::Ticket;
  if (argc < 3) {
    std::cerr << "usage: awscall SERVICE OPERATION [JSON]\n";
    return 2;
  }
  AwsOptions options;
  Json attempts = Json::array();
  options.on_attempt = [&](const Attempt& attempt) {
    attempts.push_back(attempt.service + ":" + attempt.operation + " " +
                       std::to_string(attempt.http_status));
  };
  auto principal = std::make_shared<Principal>();
  principal->region = byoc::ambient_region(options.environment);
  principal->role_arn = options.environment.get("AWSCALL_ROLE_ARN");
  principal->external_id = Secret(options.environment.get("AWSCALL_EXTERNAL_ID"));
  auto made = byoc::make_aws_cloud(std::move(options));
  if (!made.ok()) {
    std::cerr << made.status().message << "\n";
    return 2;
  }
  Cloud& cloud = *made.value();
  Call call;
  call.service = argv[1];
  call.operation = argv[2];
  if (argc > 3) call.params = Json::parse(argv[3]);
  call.principal = principal;
  const Ticket ticket = cloud.start(std::move(call));
  const auto done = cloud.wait(cloud.now() + std::chrono::minutes(5));
  if (!done || done->ticket != ticket) return 2;
  const Json line = {{"code", byoc::code_name(done->status.code)},
                     {"aws_code", done->status.aws_code},
                     {"message", done->status.message},
                     {"body", done->body},
                     {"request_id", done->request_id},
                     {"attempts", attempts}};
  std::cout << line.dump() << "\n" << std::flush;
  return done->status.ok() ? 0 : 1;
}
