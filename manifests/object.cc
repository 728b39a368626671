#include "manifests/object.h"

namespace byoc {
namespace {

Status must_be(const std::string& field, const std::string& what) {
  return error(Code::invalid, field + " must be " + what);
}

// Each read_* leaves `out` alone when the member is absent or null.
const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Status read_text(const Json& from, const char* name, std::string& out) {
  const Json* value = member(from, name);
  if (value == nullptr) return {};
  if (!value->is_string()) return must_be(std::string("metadata.") + name, "text");
  out = value->get<std::string>();
  return {};
}

Status read_integer(const Json& from, const char* name, std::int64_t& out) {
  const Json* value = member(from, name);
  if (value == nullptr) return {};
  if (!value->is_number_integer()) return must_be(std::string("metadata.") + name, "an integer");
  out = value->get<std::int64_t>();
  return {};
}

// It is opaque text; YAML without quotes makes a number of one.
Status read_resource_version(const Json& from, std::string& out) {
  const Json* value = member(from, "resourceVersion");
  if (value == nullptr) return {};
  if (!value->is_string() && !value->is_number_integer()) {
    return must_be("metadata.resourceVersion", "text");
  }
  out = value->is_string() ? value->get<std::string>() : value->dump();
  if (out.size() <= kVersionBytesMax) return {};
  return must_be("metadata.resourceVersion",
                 "text of at most " + std::to_string(kVersionBytesMax) + " bytes");
}

Status read_time(const Json& from, const char* name, std::optional<Time>& out) {
  std::string text;
  if (Status status = read_text(from, name, text); !status.ok()) return status;
  if (text.empty()) return {};
  const Time time = parse_time(text);
  if (time == Time{} && !text.starts_with("1970-01-01T00:00:00")) {
    return must_be(std::string("metadata.") + name, "a time such as 2026-01-31T09:30:00Z");
  }
  out = time;
  return {};
}

Status read_map(const Json& from, const char* name, std::map<std::string, std::string>& out) {
  const Json* value = member(from, name);
  if (value == nullptr) return {};
  const std::string field = std::string("metadata.") + name;
  if (!value->is_object()) return must_be(field, "a map of texts");
  for (const auto& [key, item] : value->items()) {
    if (!item.is_string()) return must_be(field + "." + key, "text (quote it)");
    out[key] = item.get<std::string>();
  }
  return {};
}

Status read_finalizers(const Json& from, std::vector<std::string>& out) {
  const Json* value = member(from, "finalizers");
  if (value == nullptr) return {};
  if (!value->is_array()) return must_be("metadata.finalizers", "a list of texts");
  for (const Json& item : *value) {
    if (!item.is_string()) return must_be("metadata.finalizers", "a list of texts");
    out.push_back(item.get<std::string>());
  }
  return {};
}

Status read_metadata(const Json& from, Metadata& out) {
  Status status = read_text(from, "name", out.name);
  const auto then = [&status](Status next) {
    if (status.ok()) status = std::move(next);
  };
  then(read_text(from, "namespace", out.ns));
  then(read_text(from, "uid", out.uid));
  then(read_integer(from, "generation", out.generation));
  then(read_resource_version(from, out.resource_version));
  then(read_time(from, "creationTimestamp", out.created));
  then(read_time(from, "deletionTimestamp", out.deleted));
  then(read_map(from, "labels", out.labels));
  then(read_map(from, "annotations", out.annotations));
  then(read_finalizers(from, out.finalizers));
  if (status.ok() && out.name.empty()) return error(Code::invalid, "metadata.name is missing");
  return status;
}

Status read_part(const Json& from, const char* name, Json& out) {
  const Json* value = member(from, name);
  if (value == nullptr) return {};
  if (!value->is_object()) return must_be(name, "a map");
  out = *value;
  return {};
}

Json metadata_json(const Metadata& metadata) {
  Json out = {{"name", metadata.name}, {"namespace", metadata.ns}};
  if (!metadata.uid.empty()) out["uid"] = metadata.uid;
  if (metadata.generation != 0) out["generation"] = metadata.generation;
  if (!metadata.resource_version.empty()) out["resourceVersion"] = metadata.resource_version;
  if (metadata.created) out["creationTimestamp"] = format_time(*metadata.created);
  if (metadata.deleted) out["deletionTimestamp"] = format_time(*metadata.deleted);
  if (!metadata.labels.empty()) out["labels"] = metadata.labels;
  if (!metadata.annotations.empty()) out["annotations"] = metadata.annotations;
  if (!metadata.finalizers.empty()) out["finalizers"] = metadata.finalizers;
  return out;
}

}  // namespace

std::string to_string(const ObjectKey& key) {
  if (key.ns == "default") return key.kind + "/" + key.name;
  return key.kind + "/" + key.ns + "/" + key.name;
}

Json to_json(const Object& object) {
  Json out = {{"apiVersion", kApiVersion},
              {"kind", object.kind},
              {"metadata", metadata_json(object.metadata)},
              {"spec", object.spec}};
  if (!object.status.empty()) out["status"] = object.status;
  return out;
}

Result<Object> object_from_json(const Json& json) {
  if (!json.is_object()) return must_be("an object", "a map");
  const Json* version = member(json, "apiVersion");
  if (version == nullptr || *version != kApiVersion) {
    return must_be("apiVersion", std::string(kApiVersion));
  }
  const Json* kind = member(json, "kind");
  if (kind == nullptr || !kind->is_string() || kind->empty()) return must_be("kind", "text");
  const Json* metadata = member(json, "metadata");
  if (metadata == nullptr || !metadata->is_object()) return must_be("metadata", "a map");
  Object object;
  object.kind = kind->get<std::string>();
  if (Status status = read_metadata(*metadata, object.metadata); !status.ok()) return status;
  if (Status status = read_part(json, "spec", object.spec); !status.ok()) return status;
  if (Status status = read_part(json, "status", object.status); !status.ok()) return status;
  return object;
}

}  // namespace byoc
