#include "tests/sim/op.h"

#include <unordered_map>

#include "base/check.h"
#include "cloud/aws/model.h"
#include "cloud/aws/params.h"

namespace byoc::sim {
namespace {

using Registry = std::unordered_map<std::string, Operation>;

std::string registry_key(std::string_view service, std::string_view operation) {
  std::string key(service);
  key += ':';
  key += operation;
  return key;
}

OpParam read_param(std::string_view word) {
  OpParam param;
  if (const auto colon = word.find(':'); colon != std::string_view::npos) {
    param.type = word[colon + 1];
    word = word.substr(0, colon);
  }
  if (word.ends_with('!')) {
    param.required = true;
    word.remove_suffix(1);
  }
  param.name = word;
  return param;
}

std::vector<OpParam> read_params(const OpRule& rule) {
  std::vector<OpParam> params;
  std::string_view rest = rule.params;
  while (!rest.empty()) {
    const auto space = rest.find(' ');
    const std::string_view word = rest.substr(0, space);
    if (word == "@paged") {
      params.insert(params.end(), {{"Filters", false, 'l'}, {"MaxResults", false, 'i'}});
    } else if (!word.empty()) {
      params.push_back(read_param(word));
    }
    rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
  }
  if (!rule.token.empty()) params.push_back({rule.token, false, 's'});
  if (rule.service == "ec2") params.push_back({"DryRun", false, 'b'});
  return params;
}

Registry make_registry() {
  Registry registry;
  for (const auto& table : all_tables()) {
    for (const OpRule& rule : table) {
      const bool fresh = registry
                             .emplace(registry_key(rule.service, rule.operation),
                                      Operation{rule, read_params(rule)})
                             .second;
      check(fresh, "an operation is declared once");
    }
  }
  return registry;
}

bool has_type(const Json& value, char type) {
  switch (type) {
    case 'i': return value.is_number_integer();
    case 'n': return value.is_number();
    case 'b': return value.is_boolean();
    case 'l': return value.is_array();
    case 'o': return value.is_object();
    default: return value.is_string();
  }
}

// The words of each service for a request that it cannot read.
Answer bad_request(std::string_view service, std::string_view ec2_code, std::string message) {
  if (service == "ec2") return fail(std::string(ec2_code), std::move(message));
  if (service == "eks" || service == "ecr" || service == "logs") {
    return fail("InvalidParameterException", std::move(message));
  }
  if (service == "s3") return fail("InvalidRequest", std::move(message));
  return fail("ValidationError", std::move(message));
}

// What the real client refuses by the service's model, at any depth, before it sends anything.
std::optional<Answer> refuse_nested(const OpRule& rule, const Json& params) {
  const Service* service = find_service(rule.service);
  const byoc::Operation* model = service == nullptr ? nullptr : service->find(rule.operation);
  if (model == nullptr) return std::nullopt;
  const Status status = check_params(*service, *model, params);
  if (status.ok()) return std::nullopt;
  const bool unknown = status.message.find("unknown parameter") != std::string::npos;
  if (unknown) return fail("UnknownParameter", status.message);
  return bad_request(rule.service, "InvalidParameterValue", status.message);
}

// Nothing when the parameters have the operation's form.
std::optional<Answer> refuse_params(const Operation& operation, const Json& params) {
  const std::string_view service = operation.rule.service;
  const std::string prefix = std::string(operation.rule.operation) + ": ";
  if (!params.is_object()) return bad_request(service, "MalformedQueryString", "not an object");
  for (const auto& item : params.items()) {
    const OpParam* known = nullptr;
    for (const OpParam& param : operation.params) {
      if (param.name == item.key()) known = &param;
    }
    if (known == nullptr) {
      return fail("UnknownParameter",
                  prefix + "The parameter " + item.key() + " is not recognized");
    }
    if (!has_type(item.value(), known->type)) {
      return bad_request(service, "InvalidParameterValue",
                         prefix + "wrong type of parameter " + item.key());
    }
  }
  for (const OpParam& param : operation.params) {
    if (param.required && !params.contains(param.name)) {
      return bad_request(
          service, "MissingParameter",
          prefix + "The request must contain the parameter " + std::string(param.name));
    }
  }
  return refuse_nested(operation.rule, params);
}

std::string without_token(const Json& params, std::string_view token) {
  Json rest = params;
  rest.erase(std::string(token));
  return rest.dump();
}

Answer run_with_token(const Operation& operation, OpContext& context, const Json& params) {
  const OpRule& rule = operation.rule;
  const std::string& token = text(params, rule.token);
  if (token.size() > 64) {
    return bad_request(rule.service, "InvalidParameterValue", "the token is over 64 characters");
  }
  const std::string key = registry_key(rule.service, rule.operation) + ':' + token;
  const std::string rest = without_token(params, rule.token);
  const auto record = context.region.tokens.find(key);
  if (record != context.region.tokens.end() && context.now < record->second.made + kTokenKept) {
    if (record->second.params == rest) return done(record->second.body);
    return fail(std::string(rule.token_error),
                "Arguments on this idempotent request are inconsistent with arguments used in "
                "previous request(s).");
  }
  Answer answer = rule.run(context, params);
  if (answer.ok()) context.region.tokens[key] = {rest, answer.body, context.now};
  return answer;
}

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kCodeDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

}  // namespace

const Operation* find_operation(std::string_view service, std::string_view operation) {
  static const Registry kRegistry = make_registry();
  const auto at = kRegistry.find(registry_key(service, operation));
  return at == kRegistry.end() ? nullptr : &at->second;
}

Answer run_operation(const Operation& operation, OpContext& context, const Json& params) {
  if (auto refused = refuse_params(operation, params)) return *std::move(refused);
  if (flag(params, "DryRun")) {
    return fail("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  }
  try {
    const std::string_view token = operation.rule.token;
    if (!token.empty() && params.contains(token)) {
      return run_with_token(operation, context, params);
    }
    return operation.rule.run(context, params);
  } catch (const Json::exception& bad) {  // a nested member of the wrong type
    return bad_request(operation.rule.service, "InvalidParameterValue",
                       std::string(operation.rule.operation) + ": " + bad.what());
  }
}

std::string OpContext::new_id(std::string_view prefix) {
  std::uint64_t bits = Random::mix(++world.serial * 0x9e3779b97f4a7c15ULL);
  std::string id(prefix);
  id += "-0";
  for (int i = 0; i < 16; ++i, bits >>= 4) id += kHexDigits[bits & 15];
  return id;
}

std::string OpContext::new_code(std::size_t length) {
  std::string code;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < length; ++i, bits /= kCodeDigits.size()) {
    if (i % 10 == 0) bits = Random::mix(++world.serial * 0x9e3779b97f4a7c15ULL);
    code += kCodeDigits[bits % kCodeDigits.size()];
  }
  return code;
}

std::string OpContext::new_uuid() {
  const std::string high = new_id("u").substr(3);
  const std::string low = new_id("u").substr(3);
  return high.substr(0, 8) + '-' + high.substr(8, 4) + "-4" + high.substr(13) + "-8" +
         low.substr(1, 3) + '-' + low.substr(4);
}

Lag OpContext::lag() {
  const Time known = now + random.between(Duration(0), faults.id_window_max);
  return {known, known + random.between(Duration(0), faults.list_window_max),
          now + random.between(Duration(0), faults.propagation_window_max)};
}

Time OpContext::hide_time() {
  return now + random.between(Duration(0), faults.list_window_max);
}

Time OpContext::edit_time() {
  return now + random.between(Duration(0), faults.edit_window_max);
}

bool OpContext::misses(Time changed, std::string_view id, Duration max) const {
  if (!sight.stale || max <= Duration(0) || now >= changed + max) return false;
  const std::uint64_t salt = static_cast<std::uint64_t>(changed.time_since_epoch().count());
  std::uint64_t hash = salt;
  for (const char c : id) hash = Random::mix(hash ^ static_cast<unsigned char>(c));
  return now < changed + Duration(hash % static_cast<std::uint64_t>(max.count()));
}

Duration OpContext::about(Duration typical) {
  if (settle_spread > 0) {
    const auto factor = static_cast<std::int64_t>(1 + settle_spread);
    return random.between(typical / factor, typical * factor);
  }
  return nearly(typical);
}

void OpContext::later(Duration after, std::function<void(OpContext&)> run) {
  world.due.emplace(now + after, Due{account.id, region.name, std::move(run)});
}

std::string OpContext::arn(std::string_view service, std::string_view rest) const {
  std::string arn = "arn:aws:";
  arn += service;
  arn += ':';
  if (service != "iam") arn += region.name;
  arn += ':' + account.id + ':';
  arn += rest;
  return arn;
}

const std::string& text(const Json& params, std::string_view name) {
  static const std::string kEmpty;
  const auto at = params.find(name);
  return at == params.end() ? kEmpty : at->get_ref<const std::string&>();
}

bool flag(const Json& params, std::string_view name, bool absent) {
  const auto at = params.find(name);
  return at == params.end() ? absent : at->get<bool>();
}

int number(const Json& params, std::string_view name, int absent) {
  const auto at = params.find(name);
  return at == params.end() ? absent : at->get<int>();
}

const Json* member(const Json& params, std::string_view name) {
  const auto at = params.find(name);
  return at == params.end() ? nullptr : &*at;
}

const Json& list(const Json& params, std::string_view name) {
  static const Json kNone = Json::array();
  const auto at = params.find(name);
  return at == params.end() ? kNone : *at;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto space = words.find(' ');
    if (words.substr(0, space) == word) return true;
    words = space == std::string_view::npos ? std::string_view{} : words.substr(space + 1);
  }
  return false;
}

bool wild_match(std::string_view pattern, std::string_view value) {
  std::size_t p = 0, v = 0, star = std::string_view::npos, mark = 0;
  while (v < value.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = v;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == value[v])) {
      ++p;
      ++v;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      v = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace byoc::sim
