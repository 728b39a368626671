#include <cmath>

#include "base/join.h"
#include "cloud/aws/encoding.h"
#include "cloud/aws/errors.h"
#include "cloud/aws/parse.h"

namespace byoc {
namespace {

bool convert(const ShapeRef& ref, Json& from, Json& into, std::string& why);

bool convert_structure(const Shape& shape, Json& from, Json& into, std::string& why) {
  if (!from.is_object()) return why = "the answer's " + shape.name + " is no object", false;
  into = Json::object();
  for (const ShapeRef& member : shape.members) {
    const auto found = from.find(member.wire());
    if (found == from.end() || found->is_null()) continue;
    if (!convert(member, *found, into[member.name], why)) return false;
  }
  return true;
}

bool convert_list(const Shape& shape, Json& from, Json& into, std::string& why) {
  if (!from.is_array()) return why = "the answer's " + shape.name + " is no list", false;
  into = Json::array();
  for (Json& element : from) {
    into.push_back(nullptr);
    if (!element.is_null() && !convert(shape.element, element, into.back(), why)) return false;
  }
  return true;
}

bool convert_map(const Shape& shape, Json& from, Json& into, std::string& why) {
  if (!from.is_object()) return why = "the answer's " + shape.name + " is no map", false;
  into = Json::object();
  for (auto& [key, value] : from.items()) {
    Json& place = into[key];
    if (!value.is_null() && !convert(shape.element, value, place, why)) return false;
  }
  return true;
}

// Scalars become what the model says, so that callers need not ask again.
bool convert_scalar(const ShapeRef& ref, Json& from, Json& into, std::string& why) {
  bool fits = true;
  switch (ref.shape->kind) {
    case Kind::boolean: fits = from.is_boolean(); break;
    case Kind::floating: fits = from.is_number(); break;
    case Kind::timestamp: {
      const auto time = timestamp_param(from);
      if (time) from = format_time(*time);
      fits = from.is_string();
      break;
    }
    case Kind::integer:
      if (from.is_number_float()) {  // some services write whole numbers as 5.0
        const double number = from.get<double>();
        const bool whole = std::trunc(number) == number && std::fabs(number) < 9e15;
        if (whole) from = static_cast<std::int64_t>(number);
      }
      fits = from.is_number_integer();
      break;
    default: fits = from.is_string(); break;
  }
  if (!fits) return why = "the answer's " + ref.name + " has another type", false;
  into = std::move(from);
  return true;
}

bool convert(const ShapeRef& ref, Json& from, Json& into, std::string& why) {
  switch (ref.shape->kind) {
    case Kind::structure: return convert_structure(*ref.shape, from, into, why);
    case Kind::list: return convert_list(*ref.shape, from, into, why);
    case Kind::map: return convert_map(*ref.shape, from, into, why);
    default: return convert_scalar(ref, from, into, why);
  }
}

std::string text_member(const Json& json, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = json.find(name);
    if (found != json.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

}  // namespace

bool parse_json_body(const Operation& operation, const HttpResponse& response, Answer& answer,
                     std::string& why) {
  const Shape* output = operation.output.shape;
  if (response.body.empty() && (output == nullptr || !output->has_body_members())) return true;
  Json json = Json::parse(response.body, nullptr, false);
  if (json.is_discarded()) return why = "the answer is no JSON", false;
  if (output == nullptr) return true;
  return convert_structure(*output, json, answer.body, why);
}

namespace {

// EKS lists the zones that have room in a member of the refusal (UnsupportedAvailabilityZone); its
// text may lack some of them.
std::string zones_beside(const Json& json, const std::string& message) {
  const auto zones = json.find("validZones");
  if (zones == json.end() || !zones->is_array()) return {};
  std::vector<std::string> names;
  bool all_named = true;
  for (const Json& zone : *zones) {
    if (!zone.is_string()) continue;
    names.push_back(zone.get<std::string>());
    all_named = all_named && message.find(names.back()) != std::string::npos;
  }
  return all_named ? std::string() : " Zones that can be used: " + joined(names) + ".";
}

}  // namespace

ErrorFacts read_json_error(const HttpResponse& response) {
  ErrorFacts facts;
  facts.code = find_field(response.headers, "x-amzn-errortype");
  const Json json = Json::parse(response.body, nullptr, false);
  if (json.is_object()) {
    facts.message = text_member(json, {"message", "Message", "errorMessage"});
    facts.message += zones_beside(json, facts.message);
    if (facts.code.empty()) facts.code = text_member(json, {"__type", "code", "Code"});
  }
  facts.code = bare_error_code(facts.code);
  return facts;
}

}  // namespace byoc
