// What the tests of the door share: a store, and a request in one line.
#pragma once

#include <string>
#include <vector>

#include "controller/api.h"
#include "tests/controller/store_fixture.h"

namespace byoc {

inline Json role_manifest(const std::string& name) {
  return {{"apiVersion", kApiVersion},
          {"kind", "Role"},
          {"metadata", {{"name", name}}},
          {"spec", {{"trust", {{"services", Json::array({"ec2.amazonaws.com"})}}}}}};
}

inline const std::string kRoles = "/apis/byoc.dev/v1alpha1/namespaces/default/roles";

// "/path?name=value&name=value"
inline ApiRequest request_for(const std::string& method, const std::string& target,
                              const Json& body = nullptr) {
  ApiRequest request;
  request.method = method;
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  request.content_type = method == "PATCH" ? "application/merge-patch+json" : "application/json";
  if (!body.is_null()) request.body = body.dump();
  std::string rest = mark == std::string::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string pair = rest.substr(0, rest.find('&'));
    rest.erase(0, pair.size() + 1);
    const std::size_t equals = pair.find('=');
    request.query[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return request;
}

class ApiTest : public StoreTest {
 protected:
  ApiTest() : store_(open(path(), counting_uids())), secrets_((dir_ / "state").string()) {
    ApiHooks hooks;
    hooks.look = [this](const ObjectKey& key) { looked_.push_back(to_string(key)); };
    hooks.now = [] { return kNow; };
    hooks.metrics = [] { return "byoc_up 1\n"; };
    hooks.trouble = [this] { return trouble_; };
    hooks.of_process = [this] { return ProcessDefaults{{"region", region_}}; };
    api_.emplace(*store_, secrets_, hooks);
  }

  ApiReply ask(const std::string& method, const std::string& target, const Json& body = nullptr) {
    return api_->answer(request_for(method, target, body));
  }
  // The body of an answer with this code.
  Json expect(int code, const std::string& method, const std::string& target,
              const Json& body = nullptr) {
    const ApiReply reply = ask(method, target, body);
    EXPECT_EQ(reply.code, code) << method << " " << target << "\n" << reply.body;
    return Json::parse(reply.body, nullptr, false);
  }
  // What a watch has to say now, one JSON per line.
  std::vector<Json> read(Watch& watch) {
    std::vector<Json> lines;
    std::istringstream text(read_watch(watch, *store_).text);
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  }

  std::unique_ptr<Store> store_;
  Secrets secrets_;
  std::vector<std::string> looked_;
  std::string trouble_;
  std::string region_ = "us-east-1";
  std::optional<Api> api_;
};

}  // namespace byoc
