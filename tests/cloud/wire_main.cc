// wire: the serializer, the parsers and the endpoints as a filter, for comparison with botocore.
//
// One JSON object a line in, one a line out:
//   {"service", "operation", "params"}                    -> {"method", "path", "query", "headers",
//   "body"}
//   {"service", "operation", "status", "headers", "body"} -> {"code", "aws_code", "body",
//   "request_id"}
// Bodies are base64 in both directions. A call that does not fit answers {"error": "..."}.
#include <iostream>
#include <string>

#include "cloud/aws/encoding.h"
#include "cloud/aws/endpoint.h"
#include "cloud/aws/parse.h"
#include "cloud/aws/serialize.h"

namespace byoc {
namespace {

Json pairs(const Fields& fields) {
  Json out = Json::array();
  for (const auto& [name, value] : fields) out.push_back({name, value});
  return out;
}

Status sign_for(const Service& service, const Json& how, HttpRequest& request) {
  const auto endpoint = resolve_endpoint(service, how.at("region").get<std::string>(), {});
  if (!endpoint.ok()) return endpoint.status();
  apply_endpoint(endpoint.value(), service, request);
  Credentials credentials;
  credentials.access_key_id = how.at("id").get<std::string>();
  credentials.secret_key = Secret(how.at("key").get<std::string>());
  credentials.session_token = Secret(how.at("token").get<std::string>());
  sign(request, credentials, endpoint.value().scope, parse_time(how.at("time").get<std::string>()));
  return {};
}

Json request_of(const Service& service, const Operation& operation, const Json& line) {
  auto request = serialize(service, operation, line.at("params"));
  if (!request.ok()) return {{"error", request.status().message}};
  HttpRequest& made = request.value();
  if (line.contains("sign")) {
    if (Status status = sign_for(service, line.at("sign"), made); !status.ok()) {
      return {{"error", status.message}};
    }
  }
  return {{"url", request_url(made)},
          {"method", made.method},
          {"path", made.path},
          {"query", pairs(made.query)},
          {"headers", pairs(made.headers)},
          {"body", base64_encode(made.body)}};
}

Json answer_of(const Service& service, const Operation& operation, const Json& line) {
  HttpResponse response;
  response.status = line.at("status").get<int>();
  for (const auto& [name, value] : line.at("headers").items()) {
    response.headers.emplace_back(name, value.get<std::string>());
  }
  response.body = base64_decode(line.at("body").get<std::string>()).value_or("");
  const Answer answer = parse(service, operation, response);
  return {{"code", code_name(answer.status.code)},
          {"message", answer.status.message},
          {"aws_code", answer.status.aws_code},
          {"body", answer.body},
          {"request_id", answer.request_id}};
}

Json endpoint_of(const Service& service, const Json& line) {
  EndpointSettings settings;
  settings.fips = line.at("fips").get<bool>();
  settings.dual_stack = line.at("dual_stack").get<bool>();
  const auto endpoint = resolve_endpoint(service, line.at("region").get<std::string>(), settings);
  if (!endpoint.ok()) return {{"error", endpoint.status().message}};
  return {{"host", endpoint.value().host}, {"signing_region", endpoint.value().scope.region}};
}

Json answer_line(const Json& line) {
  const Service* service = find_service(line.at("service").get<std::string>());
  if (service == nullptr) return {{"error", "no such service"}};
  if (!line.contains("operation")) return endpoint_of(*service, line);
  const Operation* operation = service->find(line.at("operation").get<std::string>());
  if (operation == nullptr) return {{"error", "no such operation"}};
  if (line.contains("status")) return answer_of(*service, *operation, line);
  return request_of(*service, *operation, line);
}

}  // namespace
}  // namespace byoc

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::cout << byoc::answer_line(byoc::Json::parse(line)).dump() << "\n" << std::flush;
  }
  return 0;
}
