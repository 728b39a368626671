// Kubernetes: pkg/endpoints/handlers/delete.go of k8s.io/apiserver, and
// pkg/apis/meta/v1/validation/validation.go of k8s.io/apimachinery (ValidateDeleteOptions,
// ValidateDryRun). Other than there, members and parameters that nobody knows are refused, and the
// parameters count beside a body, too: "dryrun" in either place must not delete.
#include "controller/api_options.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "manifests/spelling.h"

namespace byoc {
namespace {

constexpr std::string_view kDryRunAll = "All";
constexpr std::string_view kPolicies[] = {"Foreground", "Background", "Orphan"};
constexpr const char* kBreaking = "ignoreStoreReadErrorWithClusterBreakingPotential";

ApiReply refuse_request(const std::string& message) {
  return reply_with(refusal_of(400, "BadRequest", message));
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

ApiReply unsupported_value(const std::string& type, const std::string& field,
                           const std::string& value, const std::string& supported) {
  const std::string what = "Unsupported value: " + value + ": supported values: " + supported;
  Refusal refusal =
      refusal_of(422, "Invalid", type + ".meta.k8s.io \"\" is invalid: " + field + ": " + what);
  Json cause = {{"reason", "FieldValueNotSupported"}, {"message", what}, {"field", field}};
  refusal.body["details"] = {
      {"group", "meta.k8s.io"}, {"kind", type}, {"causes", Json::array({std::move(cause)})}};
  return reply_with(refusal);
}

std::optional<ApiReply> check_dry_run(const std::string& type, const Json& values) {
  for (const Json& value : values) {
    if (value == kDryRunAll) continue;
    return unsupported_value(type, "dryRun", value.dump(), quoted(std::string(kDryRunAll)));
  }
  return std::nullopt;
}

std::string options_type(const std::string& method) {
  if (method == "DELETE") return "DeleteOptions";
  if (method == "POST") return "CreateOptions";
  return method == "PUT" ? "UpdateOptions" : "PatchOptions";
}

// Parameters that clients send with every request, and those of the method.
std::vector<std::string> known_parameters(const std::string& method) {
  std::vector<std::string> known = {"dryRun", "pretty", "timeout", "fieldManager",
                                    "fieldValidation"};
  if (method == "PATCH") known.emplace_back("force");
  if (method == "DELETE") {
    known.insert(known.end(),
                 {"gracePeriodSeconds", "orphanDependents", "propagationPolicy", kBreaking});
  }
  return known;
}

// The parameters of a deletion, in the form that a body has.
std::optional<ApiReply> body_of_parameters(const ApiRequest& request, Json& out) {
  for (const auto& [name, value] : request.query) {
    if (name == "dryRun") {
      out[name] = Json::array({value});
    } else if (name == "propagationPolicy") {
      out[name] = value;
    } else if (name == "gracePeriodSeconds") {
      std::int64_t seconds = 0;
      const char* const end = value.data() + value.size();
      const auto [stopped, failed] = std::from_chars(value.data(), end, seconds);
      if (failed != std::errc{} || stopped != end)
        return refuse_request(name + ": no whole number");
      out[name] = seconds;
    } else if (name == "orphanDependents" || name == kBreaking) {
      if (value != "true" && value != "1" && value != "false" && value != "0") {
        return refuse_request(name + ": neither true nor false");
      }
      out[name] = value == "true" || value == "1";
    }
  }
  return std::nullopt;
}

// The type of each member; null is as good as absent. The text says what is wrong.
std::string wrong_member(const std::string& name, const Json& value) {
  if (value.is_null() || name == "apiVersion") return "";
  if (name == "kind") {
    return value == "DeleteOptions" || value == "" ? "" : "kind: a DeleteOptions is wanted";
  }
  if (name == "dryRun") {
    const bool texts =
        value.is_array() &&
        std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_string(); });
    return texts ? "" : "dryRun: not a list of texts";
  }
  if (name == "propagationPolicy") return value.is_string() ? "" : name + ": no text";
  if (name == "gracePeriodSeconds") return value.is_number_integer() ? "" : name + ": no number";
  if (name == "orphanDependents" || name == kBreaking) {
    return value.is_boolean() ? "" : name + ": neither true nor false";
  }
  if (name != "preconditions") {
    const std::string near = did_you_mean(
        name,
        {"dryRun", "gracePeriodSeconds", "propagationPolicy", "preconditions", "orphanDependents"});
    return "DeleteOptions have no member " + quoted(name) + (near.empty() ? "" : "; " + near);
  }
  if (!value.is_object()) return "preconditions: no object";
  for (const auto& [part, text] : value.items()) {
    if (part != "uid" && part != "resourceVersion") {
      return "preconditions have no member " + quoted(part);
    }
    if (!text.is_string() && !text.is_null()) return "preconditions." + part + ": no text";
  }
  return "";
}

std::optional<std::string> text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return found->get<std::string>();
}

// One source of options, whose members have the right types.
std::optional<ApiReply> take_options(const Json& json, DeleteOptions& options,
                                     std::optional<bool>& orphan) {
  const Json dry_run = json.value("dryRun", Json());
  if (dry_run.is_array()) {
    if (auto wrong = check_dry_run("DeleteOptions", dry_run)) return wrong;
    options.dry_run = options.dry_run || !dry_run.empty();
  }
  const auto policy = text_in(json, "propagationPolicy");
  if (policy &&
      std::find(std::begin(kPolicies), std::end(kPolicies), *policy) == std::end(kPolicies)) {
    return unsupported_value("DeleteOptions", "propagationPolicy", quoted(*policy),
                             R"("Foreground", "Background", "Orphan", "nil")");
  }
  const Json dependents = json.value("orphanDependents", Json());
  std::optional<bool> said;
  if (policy) said = *policy == "Orphan";
  if (dependents.is_boolean()) {
    if (policy) {
      return reply_with(refusal_of(422, "Invalid",
                                   "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: "
                                   "Invalid value: " +
                                       quoted(*policy) +
                                       ": orphanDependents and deletionPropagation cannot be "
                                       "both set"));
    }
    said = dependents.get<bool>();
  }
  if (said && orphan && *said != *orphan) {
    return refuse_request("the body and the parameters contradict each other on what is orphaned");
  }
  if (said) orphan = said;
  const auto preconditions = json.find("preconditions");
  if (preconditions == json.end() || !preconditions->is_object()) return std::nullopt;
  options.uid = text_in(*preconditions, "uid");
  options.resource_version = text_in(*preconditions, "resourceVersion");
  return std::nullopt;
}

}  // namespace

std::optional<ApiReply> check_write_parameters(const ApiRequest& request) {
  if (request.method == "GET") return std::nullopt;
  const std::vector<std::string> known = known_parameters(request.method);
  for (const auto& [name, value] : request.query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string near = did_you_mean(name, known);
      return refuse_request("there is no parameter " + quoted(name) + " of a " + request.method +
                            (near.empty() ? "" : "; " + near));
    }
    if (name != "dryRun") continue;
    if (auto wrong = check_dry_run(options_type(request.method), Json::array({value}))) {
      return wrong;
    }
  }
  return std::nullopt;
}

std::optional<ApiReply> read_delete_options(const ApiRequest& request, DeleteOptions& options) {
  const Json body =
      request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return refuse_request("the body is no JSON object");
  for (const auto& [name, value] : body.items()) {
    const std::string wrong = wrong_member(name, value);
    if (!wrong.empty()) return refuse_request(wrong);
  }
  Json parameters = Json::object();
  if (auto wrong = body_of_parameters(request, parameters)) return wrong;
  std::optional<bool> orphan;
  for (const Json* source : {&std::as_const(parameters), &body}) {
    if (auto wrong = take_options(*source, options, orphan)) return wrong;
  }
  options.orphan = orphan.value_or(false);
  return std::nullopt;
}

}  // namespace byoc
