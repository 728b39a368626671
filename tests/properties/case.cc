#include "tests/properties/case.h"

#include <algorithm>
#include <optional>

#include "manifests/pointer.h"
#include "manifests/schema.h"
#include "manifests/to_yaml.h"
#include "manifests/topics.h"
#include "manifests/validate.h"

namespace byoc::properties {
namespace {

constexpr int kHealingsMax = 12;
constexpr std::size_t kEditedFields = 5;

void add_fields(const Json& schema, const std::string& pointer, std::vector<std::string>& out) {
  if (schema.contains("items")) return add_fields(schema.at("items"), pointer + "/0", out);
  if (!schema.contains("properties")) return;
  for (const auto& [name, field] : schema.at("properties").items()) {
    if (field.value("x-read-only", false)) continue;
    out.push_back(pointer_to(pointer, name));
    add_fields(field, pointer_to(pointer, name), out);
  }
}

void mend_role(Json& spec, Draw& draw) {
  const bool observe = spec.value("managementPolicy", "") == "Observe";
  if (!observe) spec.erase("arn");
  if (observe && !spec.contains("arn")) spec["managementPolicy"] = "Managed";
  if (spec.contains("name")) spec.erase("namePrefix");
  Json& trust = spec["trust"];
  if (!trust.is_object()) trust = Json::object();
  if (trust.contains("externalId")) trust.erase("externalIdFrom");
  const bool nobody = list_at(trust, "/accounts").empty() && list_at(trust, "/principals").empty();
  if (nobody && list_at(trust, "/services").empty()) {
    trust["services"] = Json::array({"ec2.amazonaws.com"});
  }
  if (!nobody && !trust.contains("externalId") && !trust.contains("externalIdFrom")) {
    if (draw.random().chance(0.5)) {
      trust["externalIdFrom"] = {{"generate", Json::object()}};
    } else {
      trust["unsafeNoExternalId"] = true;
    }
  }
}

void mend_cluster(Json& spec, Draw& draw) {
  if (spec.contains("roleRef")) spec.erase("roleArn");
  if (!spec.contains("roleArn")) {
    spec.erase("externalId");
    spec.erase("externalIdFrom");
  }
  if (spec.contains("externalId")) spec.erase("externalIdFrom");
  if (!spec.contains("network") || !spec["network"].is_object()) return;
  Json& network = spec["network"];
  if (network.contains("zones")) {
    network["zones"] =
        draw.random().chance(0.5) ? Json::array({"a", "b"}) : Json::array({"b", "c", "a"});
  }
}

void mend_nodegroup(Json& spec, Draw& draw) {
  if (spec.contains("instanceTypes")) spec.erase("instanceType");
  if (!spec.contains("instanceTypes") && !spec.contains("instanceType")) {
    spec["instanceTypes"] = Json::array({"m5.xlarge"});
  }
  spec.erase("amiType");  // the one that byoc chooses fits; another is an edit's business
  if (spec.contains("zones")) spec["zones"] = Json::array({draw.random().chance(0.5) ? "a" : "b"});
  const auto number = [&](const char* name, int fallback) { return spec.value(name, fallback); };
  if (number("min", 0) > number("max", 10)) spec["max"] = number("min", 0);
  const int least = number("min", 0);
  const int most = number("max", 10);
  if (spec.contains("desired")) spec["desired"] = std::clamp(number("desired", 0), least, most);
  if (number("maxUnavailable", 1) > most) spec["maxUnavailable"] = most;
  if (spec.value("scalingOwner", "") == "Spec" && !spec.contains("desired"))
    spec["desired"] = least;
}

// Where a finding stands: the deepest place of a document with its line and column.
std::optional<std::pair<std::size_t, std::string>> place_of(
    const Diagnostic& finding, const std::vector<Manifest>& manifests) {
  std::optional<std::pair<std::size_t, std::string>> best;
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    for (const Marks* marks : {&manifests[i].marks, &manifests[i].values}) {
      for (const auto& [pointer, mark] : *marks) {
        const bool here = mark.line == finding.line && mark.column == finding.column;
        if (here && (!best || pointer.size() > best->second.size())) best = {i, pointer};
      }
    }
  }
  return best;
}

bool erase_at(Json& document, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  if (pointer.empty() || !document.contains(place)) return false;
  Json& parent = document.at(place.parent_pointer());
  if (parent.is_array()) {
    parent.erase(std::stoul(place.back()));
  } else {
    parent.erase(place.back());
  }
  return true;
}

void mend(Json& document, Draw& draw) {
  const std::string kind = document.at("kind");
  Json& spec = document.at("spec");
  if (kind == "Role") mend_role(spec, draw);
  if (kind == "Cluster") mend_cluster(spec, draw);
  if (kind == "NodeGroup") mend_nodegroup(spec, draw);
}

// The value of a map stands where its first member does: that one is not what is meant.
bool is_needed(const std::string& pointer) {
  return pointer_tokens(pointer).size() < 2 || pointer.starts_with("/spec/clusterRef") ||
         pointer.starts_with("/metadata/name");
}

}  // namespace

Json draw_document(const std::string& kind, const std::string& name, Draw& draw) {
  Json document = {{"apiVersion", "byoc.dev/v1alpha1"}, {"kind", kind}};
  Json metadata = draw.value(*schema_at(kind, "/metadata"), "/metadata");
  metadata["name"] = name;
  metadata.erase("namespace");
  document["metadata"] = std::move(metadata);
  Json spec = draw.value(*schema_at(kind, "/spec"), "/spec");
  document["spec"] = std::move(spec);
  return document;
}

std::string text_of(const std::vector<Json>& documents) {
  std::string text;
  for (const Json& document : documents) text += "---\n" + to_yaml(document);
  return text;
}

bool heal(std::vector<Json>& documents, Draw& draw) {
  for (int i = 0; i < kHealingsMax; ++i) {
    for (Json& document : documents) mend(document, draw);
    Loaded loaded = load_text(text_of(documents), "case.yaml");
    const Diagnostics findings = validate(loaded.manifests, {});
    if (!has_errors(findings)) return true;
    bool healed = false;
    for (const Diagnostic& finding : findings) {
      if (finding.severity != Severity::error) continue;
      const auto place = place_of(finding, loaded.manifests);
      if (!place || is_needed(place->second)) continue;
      healed = erase_at(documents[place->first], place->second) || healed;
    }
    if (healed) continue;
    // What cannot be mended goes whole.
    const auto place = place_of(findings.front(), loaded.manifests);
    if (!place || documents.size() == 1) return false;
    documents.erase(documents.begin() + static_cast<std::ptrdiff_t>(place->first));
  }
  return false;
}

namespace {

Edit draw_edit(const Case& one, std::size_t document, const std::string& pointer, Draw& draw) {
  Edit edit{document, pointer, nullptr};
  const std::string kind = one.documents[document].at("kind");
  edit.value = draw.value(*schema_at(kind, pointer), pointer);
  return edit;
}

Case draw_case_with(Draw& draw) {
  draw.set_density(draw.one_of(std::vector<double>{0.05, 0.3, 0.6, 0.95}));
  Case one;
  draw.names = {{"Role", {"master", "WORKER", "r.2"}}, {"Cluster", {"c1", "c.2"}}};
  // A preset names a role of this name, which no object can have in this spelling.
  draw.names["Role"][1] = "worker";
  for (const std::string& name : draw.names["Role"]) {
    if (draw.random().chance(0.6)) one.documents.push_back(draw_document("Role", name, draw));
  }
  for (const std::string& name : draw.names["Cluster"]) {
    if (draw.random().chance(0.6)) one.documents.push_back(draw_document("Cluster", name, draw));
  }
  for (const char* name : {"gpu", "cpu.x"}) {
    if (draw.random().chance(0.5)) one.documents.push_back(draw_document("NodeGroup", name, draw));
  }
  if (one.documents.empty() || !heal(one.documents, draw)) return {};
  // Each field is set, changed and taken away again.
  for (std::size_t i = 0; i < kEditedFields; ++i) {
    const std::size_t document = draw.random().below(one.documents.size());
    const std::string pointer = draw.one_of(fields_of(one.documents[document].at("kind")));
    draw.set_density(draw.one_of(std::vector<double>{0.1, 0.5, 0.9}));
    one.edits.push_back(draw_edit(one, document, pointer, draw));
    one.edits.push_back(draw_edit(one, document, pointer, draw));
    one.edits.push_back({document, pointer, nullptr});
  }
  return one;
}

}  // namespace

std::vector<std::string> fields_of(const std::string& kind) {
  std::vector<std::string> out;
  add_fields(*schema_at(kind, "/spec"), "/spec", out);
  return out;
}

Case draw_case(std::uint64_t seed) {
  constexpr int kDrawsMax = 8;
  Draw draw(seed);
  Case one;
  for (int i = 0; i < kDrawsMax && one.documents.empty(); ++i) one = draw_case_with(draw);
  return one;
}

bool apply_edit(const Edit& edit, Json& document) {
  if (edit.value.is_null()) return erase_at(document, edit.pointer);
  std::string above;
  for (const std::string& token : pointer_tokens(edit.pointer)) {
    const Json* parent = above.empty() ? &document : &document.at(Json::json_pointer(above));
    if (!parent->is_structured()) return false;
    above = pointer_to(above, token);
    const bool missing = !document.contains(Json::json_pointer(above));
    if (missing && token == "0") return false;
    if (missing) document[Json::json_pointer(above)] = Json::object();
  }
  document[Json::json_pointer(edit.pointer)] = edit.value;
  return true;
}

std::string to_text(const Case& one) {
  std::string text = text_of(one.documents);
  for (const Edit& edit : one.edits) {
    const Json& document = one.documents[edit.document];
    text += "# then " + document.at("kind").get<std::string>() + "/" +
            document.at("metadata").at("name").get<std::string>() + " " + edit.pointer + ": " +
            (edit.value.is_null() ? "taken away" : edit.value.dump()) + "\n";
  }
  return text;
}

}  // namespace byoc::properties
