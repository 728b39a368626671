#include "cloud/aws/model.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "base/embed.h"
#include "base/json.h"

namespace byoc {
namespace {

template <class T, std::size_t N>
T by_name(const std::array<std::pair<std::string_view, T>, N>& table, std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == name; });
  check(found != table.end(), name);
  return found->second;
}

constexpr std::array<std::pair<std::string_view, Protocol>, 5> kProtocols = {{
    {"ec2", Protocol::ec2},
    {"query", Protocol::query},
    {"json", Protocol::json},
    {"rest-json", Protocol::rest_json},
    {"rest-xml", Protocol::rest_xml},
}};

constexpr std::array<std::pair<std::string_view, Kind>, 11> kKinds = {{
    {"structure", Kind::structure},
    {"list", Kind::list},
    {"map", Kind::map},
    {"string", Kind::string},
    {"blob", Kind::blob},
    {"boolean", Kind::boolean},
    {"integer", Kind::integer},
    {"long", Kind::integer},
    {"float", Kind::floating},
    {"double", Kind::floating},
    {"timestamp", Kind::timestamp},
}};

constexpr std::array<std::pair<std::string_view, Location>, 6> kLocations = {{
    {"", Location::body},
    {"uri", Location::uri},
    {"querystring", Location::query},
    {"header", Location::header},
    {"headers", Location::headers},
    {"statusCode", Location::status},
}};

constexpr std::array<std::pair<std::string_view, TimeFormat>, 4> kTimeFormats = {{
    {"", TimeFormat::unset},
    {"iso8601", TimeFormat::iso8601},
    {"unixTimestamp", TimeFormat::unix_seconds},
    {"rfc822", TimeFormat::rfc822},
}};

XmlNamespace read_namespace(const Json& json) {
  const auto found = json.find("xmlNamespace");
  if (found == json.end()) return {};
  return {found->value("prefix", ""), found->value("uri", "")};
}

// Builds one Service out of its JSON. Shapes are entered before they are filled, so that
// references hold from the start: the elements of an unordered_map do not move.
class Builder {
 public:
  Builder(Service& service, const Json& json) : service_(service), json_(json) {}

  void build() {
    read_metadata();
    for (const auto& [name, kind] : kKinds) {
      if (kind > Kind::map) add_shape(name, kind);
    }
    const Json& shapes = json_.at("shapes");
    for (const auto& [name, shape] : shapes.items()) {
      add_shape(name, by_name(kKinds, shape.at("type").get<std::string>()));
    }
    for (const auto& [name, shape] : shapes.items()) fill_shape(service_.shapes.at(name), shape);
    for (auto& [name, shape] : service_.shapes) index_wire_names(shape);
    for (const auto& [name, operation] : json_.at("operations").items()) {
      read_operation(service_.operations[name], name, operation);
    }
  }

 private:
  void read_metadata() {
    const Json& from = json_.at("metadata");
    service_.protocol = by_name(kProtocols, from.at("protocol").get<std::string>());
    service_.api_version = from.at("apiVersion").get<std::string>();
    service_.endpoint_prefix = from.at("endpointPrefix").get<std::string>();
    service_.signing_name = from.value("signingName", service_.endpoint_prefix);
    service_.target_prefix = from.value("targetPrefix", "");
    service_.json_version = from.value("jsonVersion", "1.0");
    service_.service_id = from.at("serviceId").get<std::string>();
    service_.xml_namespace = from.value("xmlNamespace", "");
  }

  void add_shape(std::string_view name, Kind kind) {
    Shape& shape = service_.shapes[std::string(name)];
    shape.name = name;
    shape.kind = kind;
  }

  // Traits of the shape hold for each of its uses that does not say otherwise.
  Json traits_of(const Json& from) const {
    const auto shape = json_.at("shapes").find(from.at("shape").get<std::string>());
    if (shape == json_.at("shapes").end()) return from;
    Json traits = from;
    for (const char* key : {"locationName", "flattened", "timestampFormat", "xmlNamespace"}) {
      if (!traits.contains(key) && shape->contains(key)) traits[key] = shape->at(key);
    }
    return traits;
  }

  ShapeRef read_ref(std::string name, const Json& plain) const {
    const Json from = traits_of(plain);
    ShapeRef ref;
    ref.name = std::move(name);
    ref.shape = &service_.shapes.at(from.at("shape").get<std::string>());
    ref.wire_name = from.value("locationName", "");
    ref.query_name = from.value("queryName", "");
    ref.location = by_name(kLocations, from.value("location", ""));
    ref.time_format = by_name(kTimeFormats, from.value("timestampFormat", ""));
    ref.xml_namespace = read_namespace(from);
    ref.flattened = from.value("flattened", false);
    ref.xml_attribute = from.value("xmlAttribute", false);
    ref.streaming = from.value("streaming", false);
    ref.idempotency_token = from.value("idempotencyToken", false);
    return ref;
  }

  // What stands in the path is required, whether the model says so or not.
  static void require_label(Shape& shape, const ShapeRef& member) {
    const auto end = shape.required.end();
    if (member.location == Location::uri &&
        std::find(shape.required.begin(), end, member.name) == end) {
      shape.required.push_back(member.name);
    }
  }

  void fill_shape(Shape& shape, const Json& from) {
    shape.sensitive = from.value("sensitive", false);
    shape.payload = from.value("payload", "");
    if (from.contains("required")) from.at("required").get_to(shape.required);
    if (from.contains("members")) {
      for (const auto& [name, ref] : from.at("members").items()) {
        shape.members.push_back(read_ref(name, ref));
        require_label(shape, shape.members.back());
      }
    }
    if (shape.kind == Kind::list) shape.element = read_ref("", from.at("member"));
    if (shape.kind != Kind::map) return;
    shape.key = read_ref("", from.at("key"));
    shape.element = read_ref("", from.at("value"));
  }

  static void index_wire_names(Shape& shape) {
    for (const ShapeRef& member : shape.members) {
      // The elements of a flattened list stand in its place, under their own name.
      const bool own = member.flattened && member.shape->kind == Kind::list &&
                       !member.shape->element.wire_name.empty();
      shape.by_wire.emplace_back(own ? member.shape->element.wire_name : member.wire(), &member);
    }
    std::sort(shape.by_wire.begin(), shape.by_wire.end());
  }

  void read_operation(Operation& operation, const std::string& name, const Json& from) {
    operation.name = name;
    operation.method = from.at("method").get<std::string>();
    const std::string uri = from.at("uri").get<std::string>();
    const auto mark = uri.find('?');
    operation.path = uri.substr(0, mark);
    if (mark != std::string::npos) operation.query = uri.substr(mark + 1);
    if (from.contains("input")) operation.input = read_ref("", from.at("input"));
    if (from.contains("output")) operation.output = read_ref("", from.at("output"));
    operation.result_wrapper = from.value("resultWrapper", "");
    operation.checksum_required = from.value("checksumRequired", false);
    operation.is_unsigned = from.value("unsigned", false);
    if (operation.input.shape != nullptr) {
      for (const ShapeRef& member : operation.input.shape->members) {
        if (member.idempotency_token) operation.token = &member;
      }
    }
    if (from.contains("page")) read_paging(operation.paging, from.at("page"));
  }

  static void read_paging(Paging& paging, const Json& from) {
    from.at("input").get_to(paging.input);
    from.at("output").get_to(paging.output);
    from.at("result").get_to(paging.result);
    paging.more = from.value("more", "");
    paging.limit = from.value("limit", "");
    paging.size = from.value("size", 0);
  }

  Service& service_;
  const Json& json_;
};

std::unique_ptr<Service> load(std::string_view name) {
  for (const Embedded& file : embedded_models()) {
    if (file.name.substr(0, file.name.find('.')) != name) continue;
    auto service = std::make_unique<Service>();
    service->name = name;
    const Json json = Json::parse(file.bytes);
    Builder(*service, json).build();
    return service;
  }
  return nullptr;
}

}  // namespace

const ShapeRef* Shape::find(std::string_view member) const {
  const auto found = std::lower_bound(
      members.begin(), members.end(), member,
      [](const ShapeRef& ref, std::string_view wanted) { return ref.name < wanted; });
  return found != members.end() && found->name == member ? &*found : nullptr;
}

bool Shape::has_body_members() const {
  return std::any_of(members.begin(), members.end(),
                     [](const ShapeRef& member) { return member.location == Location::body; });
}

const ShapeRef* Shape::find_wire(std::string_view wire_name) const {
  const auto found = std::lower_bound(
      by_wire.begin(), by_wire.end(), wire_name,
      [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found != by_wire.end() && found->first == wire_name ? found->second : nullptr;
}

const Operation* Service::find(std::string_view operation) const {
  const auto found = operations.find(std::string(operation));
  return found == operations.end() ? nullptr : &found->second;
}

const Service* find_service(std::string_view name) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::unique_ptr<Service>> loaded;
  const std::lock_guard lock(mutex);
  const auto [place, is_new] = loaded.try_emplace(std::string(name));
  if (is_new) place->second = load(name);
  return place->second.get();
}

std::vector<std::string> service_names() {
  std::vector<std::string> names;
  for (const Embedded& file : embedded_models()) {
    names.emplace_back(file.name.substr(0, file.name.find('.')));
  }
  return names;
}

}  // namespace byoc
