// What clients ask before they ask for objects; found by switching each part off and running
// kubectl: the aggregated form (v2) and the older lists, versions, and the smallest OpenAPI.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "controller/api.h"
#include "manifests/kinds.h"
#include "manifests/schema.h"

#ifndef BYOC_VERSION
#define BYOC_VERSION "0.0.0"
#endif

namespace byoc {
namespace {

constexpr const char* kGroup = "byoc.dev";
constexpr const char* kOwnVersion = "v1alpha1";
constexpr const char* kSchemaPath = "/openapi/v3/apis/byoc.dev/v1alpha1";

// One resource of a group, as both forms of discovery tell it.
struct ResourceType {
  std::string name;
  std::string kind;
  bool namespaced = true;
  std::vector<std::string> verbs;
  std::vector<std::string> short_names = {};
  bool has_status = false;  // as a part that is written apart
};

Json status_verbs() {
  return {"get", "patch", "update"};
}

std::vector<ResourceType> own_types() {
  std::vector<ResourceType> types;
  for (const ManifestKind& kind : manifest_kinds()) {
    types.push_back({std::string(*kind.plural),
                     std::string(*kind.name),
                     true,
                     {"create", "delete", "get", "list", "patch", "update", "watch"},
                     {kind.short_names.begin(), kind.short_names.end()},
                     true});
  }
  std::sort(types.begin(), types.end(),
            [](const ResourceType& a, const ResourceType& b) { return a.kind < b.kind; });
  return types;
}

std::vector<ResourceType> core_types() {
  return {{"events", "Event", true, {"get", "list", "watch"}, {"ev"}},
          {"namespaces", "Namespace", false, {"get", "list"}, {"ns"}}};
}

std::string singular(const ResourceType& type) {
  return type.name.substr(0, type.name.size() - 1);
}

Json group_version_kind(const std::string& kind) {
  return {{"group", kGroup}, {"version", kOwnVersion}, {"kind", kind}};
}

// APIGroupDiscovery of the aggregated form.
Json aggregated(const std::string& group, const std::string& version,
                const std::vector<ResourceType>& types) {
  Json resources = Json::array();
  for (const ResourceType& type : types) {
    Json response = {{"group", group}, {"version", version}, {"kind", type.kind}};
    resources.push_back({{"resource", type.name},
                         {"responseKind", response},
                         {"scope", type.namespaced ? "Namespaced" : "Cluster"},
                         {"singularResource", singular(type)},
                         {"verbs", type.verbs}});
    if (!type.short_names.empty()) resources.back()["shortNames"] = type.short_names;
    if (!type.has_status) continue;
    resources.back()["subresources"] = Json::array({{{"subresource", "status"},
                                                     {"responseKind", std::move(response)},
                                                     {"verbs", status_verbs()}}});
  }
  Json versions = Json::array();
  versions.push_back(
      {{"version", version}, {"resources", std::move(resources)}, {"freshness", "Current"}});
  Json item = {{"metadata", Json::object()}, {"versions", std::move(versions)}};
  if (!group.empty()) item["metadata"]["name"] = group;
  return {{"kind", "APIGroupDiscoveryList"},
          {"apiVersion", "apidiscovery.k8s.io/v2"},
          {"metadata", Json::object()},
          {"items", Json::array({std::move(item)})}};
}

Json resource_list(const std::string& group_version, const std::vector<ResourceType>& types) {
  Json resources = Json::array();
  for (const ResourceType& type : types) {
    resources.push_back({{"name", type.name},
                         {"singularName", singular(type)},
                         {"namespaced", type.namespaced},
                         {"kind", type.kind},
                         {"verbs", type.verbs}});
    if (!type.short_names.empty()) resources.back()["shortNames"] = type.short_names;
    if (!type.has_status) continue;
    resources.push_back({{"name", type.name + "/status"},
                         {"singularName", ""},
                         {"namespaced", type.namespaced},
                         {"kind", type.kind},
                         {"verbs", status_verbs()}});
  }
  return {{"kind", "APIResourceList"},
          {"apiVersion", "v1"},
          {"groupVersion", group_version},
          {"resources", std::move(resources)}};
}

Json group_list() {
  const Json version = {{"groupVersion", kApiVersion}, {"version", kOwnVersion}};
  return {{"kind", "APIGroupList"},
          {"apiVersion", "v1"},
          {"groups", Json::array({{{"name", kGroup},
                                   {"versions", Json::array({version})},
                                   {"preferredVersion", version}}})}};
}

// A minor version that kubectl finds near enough to its own.
Json version_json() {
  return {{"major", "1"},
          {"minor", "32"},
          {"gitVersion", std::string("v1.32.0-byoc-") + BYOC_VERSION},
          {"platform", "linux"}};
}

// The schema of a kind in OpenAPI's words: its own words are left out.
Json open_schema(const Json& schema) {
  Json out = Json::object();
  for (const char* word : {"type", "description", "format", "enum", "default"}) {
    if (schema.contains(word)) out[word] = schema.at(word);
  }
  if (out.contains("type") && out.at("type").is_array()) out["type"] = out.at("type").front();
  if (schema.contains("properties")) {
    for (const auto& [name, field] : schema.at("properties").items()) {
      out["properties"][name] = open_schema(field);
    }
  }
  if (schema.contains("items") && schema.at("items").is_object()) {
    out["items"] = open_schema(schema.at("items"));
  }
  return out;
}

// kubectl validates and explains by this; the server itself checks strictly in any case.
const Json& open_api() {
  static const Json document = [] {
    Json paths = Json::object();
    Json schemas = Json::object();
    const Json parameters = Json::array(
        {{{"name", "fieldValidation"}, {"in", "query"}}, {{"name", "dryRun"}, {"in", "query"}}});
    for (const std::string& kind : schema_kinds()) {
      const std::string path =
          "/apis/byoc.dev/v1alpha1/namespaces/{namespace}/" + plural_of(kind) + "/{name}";
      paths[path]["patch"] = {{"x-kubernetes-group-version-kind", group_version_kind(kind)},
                              {"parameters", parameters}};
      Json schema = open_schema(*find_schema(kind));
      schema["x-kubernetes-group-version-kind"] = Json::array({group_version_kind(kind)});
      schemas["dev.byoc.v1alpha1." + kind] = std::move(schema);
    }
    return Json{{"openapi", "3.0.0"},
                {"info", {{"title", "byoc"}, {"version", BYOC_VERSION}}},
                {"paths", std::move(paths)},
                {"components", {{"schemas", std::move(schemas)}}}};
  }();
  return document;
}

Json open_api_index() {
  const std::string hash = sha256_hex(open_api().dump()).substr(0, 16);
  return {{"paths",
           {{"apis/byoc.dev/v1alpha1",
             {{"serverRelativeURL", std::string(kSchemaPath) + "?hash=" + hash}}}}}};
}

// The aggregated form when it is asked for: clients decode by the answer's content type.
ApiReply groups(const ApiRequest& request, const Json& plain, const Json& whole) {
  constexpr const char* kAggregated =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const bool asked = request.accept.find("g=apidiscovery.k8s.io;v=v2;") != std::string::npos;
  ApiReply reply = reply_with(200, asked ? whole : plain);
  if (asked) reply.type = kAggregated;
  return reply;
}

}  // namespace

std::optional<ApiReply> answer_discovery(const ApiRequest& request) {
  if (request.method != "GET") return std::nullopt;
  const std::string& path = request.path;
  if (path == "/apis") {
    return groups(request, group_list(), aggregated(kGroup, kOwnVersion, own_types()));
  }
  if (path == "/api") {
    const Json plain = {{"kind", "APIVersions"}, {"versions", Json::array({"v1"})}};
    return groups(request, plain, aggregated("", "v1", core_types()));
  }
  if (path == "/apis/byoc.dev/v1alpha1") {
    return reply_with(200, resource_list(std::string(kApiVersion), own_types()));
  }
  if (path == "/apis/byoc.dev") return reply_with(200, group_list().at("groups").front());
  if (path == "/api/v1") return reply_with(200, resource_list("v1", core_types()));
  if (path == "/version") return reply_with(200, version_json());
  if (path == "/openapi/v3") return reply_with(200, open_api_index());
  if (path == kSchemaPath) return reply_with(200, open_api());
  return std::nullopt;
}

}  // namespace byoc
