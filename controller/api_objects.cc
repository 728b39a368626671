// The objects of the door: get, list, watch, create, update, merge patch, delete.
#include <algorithm>
#include <chrono>
#include <span>
#include <sstream>
#include <utility>

#include "controller/api.h"
#include "controller/api_options.h"
#include "controller/candidate.h"
#include "controller/deletion.h"
#include "manifests/validate.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr Duration kWatchLasts = std::chrono::hours(1);

// Fields that a selector may name: of custom resources Kubernetes knows the first two, and those
// that their definition adds; of events those of pkg/apis/core/v1/conversion.go.
constexpr std::string_view kObjectFields[] = {"metadata.name", "metadata.namespace",
                                              "status.phase"};
constexpr std::string_view kEventFields[] = {"involvedObject.kind",
                                             "involvedObject.namespace",
                                             "involvedObject.name",
                                             "involvedObject.uid",
                                             "involvedObject.apiVersion",
                                             "involvedObject.resourceVersion",
                                             "involvedObject.fieldPath",
                                             "reason",
                                             "reportingComponent",
                                             "source",
                                             "type",
                                             "metadata.name",
                                             "metadata.namespace"};

// The selectors of a list or a watch.
Status read_filter(const ApiRequest& request, ApiFilter& filter) {
  Result<Selector> labels = Selector::parse(request.parameter("labelSelector"));
  if (!labels.ok()) return labels.status();
  using Names = std::span<const std::string_view>;
  Result<FieldSelector> fields =
      FieldSelector::parse(request.parameter("fieldSelector"),
                           filter.kind == "Event" ? Names(kEventFields) : Names(kObjectFields));
  if (!fields.ok()) return fields.status();
  filter.labels = std::move(labels).value();
  filter.fields = std::move(fields).value();
  return {};
}

bool wants_watch(const ApiRequest& request) {
  const std::string word = request.parameter("watch");
  return word == "true" || word == "1";
}

ApiReply reply_with_watch(const ApiRequest& request, ApiFilter filter, ObjectStore& store) {
  if (request.parameter("sendInitialEvents") == "true") {
    // Clients then list and watch, as they always did.
    return reply_with(refusal_of(422, "Invalid", "sendInitialEvents is forbidden for watch"));
  }
  Watch watch;
  watch.filter = std::move(filter);
  watch.bookmarks = request.parameter("allowWatchBookmarks") == "true";
  watch.lasts = kWatchLasts;
  std::int64_t seconds = 0;
  if (std::istringstream(request.parameter("timeoutSeconds")) >> seconds && seconds > 0) {
    watch.lasts = std::min<Duration>(kWatchLasts,
                                     std::chrono::seconds(std::min<std::int64_t>(seconds, 3600)));
  }
  watch.since = request.parameter("resourceVersion");
  if (watch.since == "0") watch.since.clear();  // Kubernetes' word for everything there is
  const Status begun = begin_watch(watch, store);
  if (begun.code == Code::invalid) return bad_request("resourceVersion: " + begun.message);
  if (!begun.ok()) return reply_with(refusal_of(begun));
  ApiReply reply;
  reply.watch = std::move(watch);
  return reply;
}

Json list_of(const std::string& api_version, const std::string& kind, const std::string& cursor,
             Json items) {
  return {{"apiVersion", api_version},
          {"kind", kind + "List"},
          {"metadata", {{"resourceVersion", cursor}}},
          {"items", std::move(items)}};
}

// The one object that a body holds; otherwise what is wrong with the body.
std::optional<ApiReply> read_body(const std::string& body, Manifest& manifest) {
  Loaded loaded = load_text(body, "");
  for (const Diagnostic& finding : loaded.diagnostics) {
    if (finding.severity == Severity::error) return bad_request(format_diagnostic(finding));
  }
  if (loaded.manifests.size() != 1) return bad_request("the body must hold one object");
  manifest = std::move(loaded.manifests.front());
  return std::nullopt;
}

// What the path says must not be contradicted; what it alone says counts.
std::optional<ApiReply> place(const ObjectKey& path, Manifest& manifest) {
  Object& object = manifest.object;
  const Json metadata = manifest.document.value("metadata", Json::object());
  const bool silent = !metadata.is_object() || !metadata.contains("namespace");
  if (silent && !path.ns.empty()) object.metadata.ns = path.ns;
  const auto differs = [](const std::string& said, const std::string& wanted) {
    return !wanted.empty() && said != wanted;
  };
  if (object.kind != path.kind || differs(object.metadata.ns, path.ns) ||
      differs(object.metadata.name, path.name)) {
    return bad_request("the body is " + to_string(object.key()) +
                       ", and the path means another one");
  }
  return std::nullopt;
}

std::string patched(const Object& stored, const Json& patch) {
  Json document = to_json(stored);
  document.erase("status");
  if (patch.contains("spec")) document["spec"] = without_defaults(stored);
  document.merge_patch(patch);
  return document.dump();
}

// Whether a document differs from what is stored in annotations alone. Those may change at any
// time: whatever has become of the object's spec, it can be paused.
bool annotates_only(const Json& document, const Object& stored) {
  Json before = to_json(stored);
  Json after = document;
  for (Json* one : {&before, &after}) {
    one->erase("status");
    if (!one->contains("metadata") || !one->at("metadata").is_object()) return false;
    for (const char* name : {"annotations", "creationTimestamp", "deletionTimestamp", "finalizers",
                             "generation", "managedFields", "resourceVersion", "uid"}) {
      one->at("metadata").erase(name);
    }
  }
  return before == after && object_from_json(document).ok();
}

std::vector<std::string> warnings_of(const Diagnostics& findings) {
  std::vector<std::string> out;
  for (const Diagnostic& finding : findings) {
    if (finding.severity == Severity::warning) out.push_back(finding.path + ": " + finding.text);
  }
  return out;
}

Json success(const Object& object) {
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", Json::object()},
          {"status", "Success"},
          {"details",
           {{"name", object.metadata.name},
            {"group", "byoc.dev"},
            {"kind", plural_of(object.kind)},
            {"uid", object.metadata.uid}}}};
}

bool holds(const DeleteOptions& options, const Object& object) {
  return options.uid.value_or(object.metadata.uid) == object.metadata.uid &&
         options.resource_version.value_or(object.metadata.resource_version) ==
             object.metadata.resource_version;
}

}  // namespace

ApiReply Api::answer_resource(const ApiRequest& request, const Target& target) {
  if (auto wrong = check_write_parameters(request)) return *std::move(wrong);
  if (!target.part.empty()) return subresource(request, target);
  if (target.key.name.empty()) {
    if (request.method == "GET") return list(request, target);
    return request.method == "POST" ? write(request, target, &Api::write_once)
                                    : not_allowed(request);
  }
  if (request.method == "PUT" || request.method == "PATCH")
    return write(request, target, &Api::write_once);
  if (request.method == "DELETE") return remove(request, target);
  if (request.method != "GET") return not_allowed(request);
  const Result<Object> object = store_.get(target.key);
  return object.ok() ? reply_with(200, to_json(object.value()))
                     : reply_with(refusal_of(object.status(), target.key));
}

ApiReply Api::list(const ApiRequest& request, const Target& target) {
  ApiFilter filter;
  filter.kind = target.key.kind;
  filter.ns = target.key.ns;
  const Status read = read_filter(request, filter);
  if (!read.ok()) return bad_request(read.message);
  if (wants_watch(request)) return reply_with_watch(request, std::move(filter), store_);
  const Result<News> all = store_.news({.events = false});
  if (!all.ok()) return reply_with(refusal_of(all.status()));
  std::map<ObjectKey, Json> items;
  for (const ObjectNews& one : all.value().objects) {
    if (filter.fits(one.object)) items[one.object.key()] = to_json(one.object);
  }
  Json sorted = Json::array();
  for (auto& [key, item] : items) sorted.push_back(std::move(item));
  return reply_with(
      200, list_of(std::string(kApiVersion), filter.kind, all.value().cursor, std::move(sorted)));
}

ApiReply Api::list_events(const ApiRequest& request, const std::string& ns) {
  ApiFilter filter;
  filter.kind = "Event";
  filter.ns = ns;
  const Status read = read_filter(request, filter);
  if (!read.ok()) return bad_request(read.message);
  if (wants_watch(request)) return reply_with_watch(request, std::move(filter), store_);
  const Result<News> all = store_.news({.objects = false});
  if (!all.ok()) return reply_with(refusal_of(all.status()));
  Json items = Json::array();
  for (const Event& event : all.value().events) {
    if (filter.fits(event)) items.push_back(to_json(event));
  }
  return reply_with(200, list_of("v1", "Event", all.value().cursor, std::move(items)));
}

ApiReply Api::write(const ApiRequest& request, const Target& target, Attempt attempt) {
  bool again = true;
  ApiReply reply;
  for (int i = 0; again && i < kWriteAttemptsMax; ++i) {
    again = false;
    reply = (this->*attempt)(request, target, again);
  }
  return reply;
}

ApiReply Api::write_once(const ApiRequest& request, const Target& target, bool& again) {
  if (auto wrong = check_patch_type(request)) return *std::move(wrong);
  const Result<std::vector<Object>> all = store_.list("");
  if (!all.ok()) return reply_with(refusal_of(all.status()));
  const Object* stored = find_object(all.value(), target.key);
  const bool create = request.method == "POST";
  if (!create && stored == nullptr) {
    const Status missing = error(Code::not_found, to_string(target.key) + " does not exist");
    return reply_with(refusal_of(missing, target.key));
  }
  std::string body = request.body;
  bool version_named = false;
  if (request.method == "PATCH") {
    if (has_too_many_members(body)) return bad_request("the patch has too many members");
    const Json patch = Json::parse(body, nullptr, false);
    if (!patch.is_object()) return bad_request("the patch is no JSON object");
    version_named = names_version(patch);
    body = patched(*stored, patch);
  }
  std::vector<Manifest> manifests(1);
  Manifest& manifest = manifests.front();
  if (auto wrong = read_body(body, manifest)) return *std::move(wrong);
  if (auto wrong = place(target.key, manifest)) return *std::move(wrong);
  if (request.method == "PUT") version_named = names_version(manifest.document);
  return store_manifest(request, all.value(), manifests, version_named, again);
}

ApiReply Api::store_manifest(const ApiRequest& request, const std::vector<Object>& all,
                             std::vector<Manifest>& manifests, bool version_named, bool& again) {
  Manifest& manifest = manifests.front();
  const ObjectKey key = manifest.object.key();
  const Object* stored = find_object(all, key);
  if (request.method == "POST" && stored != nullptr) {
    return reply_with(
        refusal_of(error(Code::already_exists, to_string(key) + " exists already"), key));
  }
  const std::string version = manifest.object.metadata.resource_version;
  const std::string uid = text_member(manifest.document, "metadata/uid");
  if (stored != nullptr && !uid.empty() && uid != stored->metadata.uid) {
    return reply_with(
        refusal_of(error(Code::conflict, to_string(key) + " was deleted and created again"), key));
  }
  if (version_named && stored->metadata.resource_version != version) {
    return reply_with(refusal_of(
        error(Code::conflict, to_string(key) + " has changed meanwhile; read it again"), key));
  }
  if (stored != nullptr && annotates_only(manifest.document, *stored)) {
    return store_annotations(request, *stored, manifest.object.metadata.annotations, version_named,
                             again);
  }
  const Diagnostics findings = validate(manifests, all, process_defaults());
  if (has_errors(findings)) return reply_with(refusal_of(findings, key));
  const Result<std::vector<Tombstone>> tombstones = store_.tombstones();
  if (!tombstones.ok()) return reply_with(refusal_of(tombstones.status()));
  manifest.object.metadata.resource_version.clear();  // the store's, not the client's
  Candidate candidate = candidate_for(manifest, stored, {});
  // Whoever writes here has said all of them: kubectl and byocctl know what an apply keeps.
  candidate.object.metadata.annotations = manifest.object.metadata.annotations;
  candidate.object.metadata.annotations.erase(std::string(kSourceAnnotation));
  const Status name = check_name(candidate, tombstones.value());
  if (!name.ok()) return reply_with(refusal_of(name, key));
  Result<Object> result = candidate.object;
  if (request.dry_run()) {
    without_literals(result.value());
  } else {
    result = store_candidate(candidate.object, store_, secrets_, hooks_.now());
    again = !result.ok() && result.status().code == Code::conflict && !version_named;
    if (!result.ok()) return reply_with(refusal_of(result.status(), key));
    hooks_.look(key);
  }
  ApiReply reply = reply_with(stored == nullptr ? 201 : 200, to_json(result.value()));
  reply.warnings = warnings_of(findings);
  return reply;
}

// An object from a file stays that file's: its spec is still what the file says.
ApiReply Api::store_annotations(const ApiRequest& request, const Object& stored,
                                std::map<std::string, std::string> annotations, bool version_named,
                                bool& again) {
  Object object = stored;
  const std::string source(kSourceAnnotation);
  annotations.erase(source);
  if (const auto from = object.metadata.annotations.extract(source)) {
    annotations[source] = from.mapped();
  }
  object.metadata.annotations = std::move(annotations);
  without_literals(object);
  const ObjectKey key = object.key();
  if (request.dry_run()) return reply_with(200, to_json(object));
  const Result<Object> result = store_.put(std::move(object), hooks_.now());
  again = !result.ok() && result.status().code == Code::conflict && !version_named;
  if (!result.ok()) return reply_with(refusal_of(result.status(), key));
  hooks_.look(key);
  return reply_with(200, to_json(result.value()));
}

// Marks what goes with the first of the targets; the last of them first, for it depends on the
// others.
Status Api::mark_cascaded(const std::vector<Object>& targets) {
  for (std::size_t i = targets.size(); i-- > 1;) {
    if (targets[i].deleting()) continue;
    Status marked = mark_deleted(targets[i], store_, hooks_.now());
    if (!marked.ok()) return marked;
    hooks_.look(targets[i].key());
  }
  return {};
}

// Marks for deletion: the loop takes everything away and then drops the record. With
// propagationPolicy Orphan the record goes at once, and what it stands for stays behind.
ApiReply Api::remove(const ApiRequest& request, const Target& target) {
  if (has_too_many_members(request.body)) return bad_request("the body has too many members");
  DeleteOptions options;
  if (auto wrong = read_delete_options(request, options)) return *std::move(wrong);
  for (int attempt = 1;; ++attempt) {
    const Result<std::vector<Object>> all = store_.list("");
    if (!all.ok()) return reply_with(refusal_of(all.status()));
    const Object* found = find_object(all.value(), target.key);
    if (found == nullptr) {
      const Status missing = error(Code::not_found, to_string(target.key) + " does not exist");
      return reply_with(refusal_of(missing, target.key));
    }
    Object object = *found;
    if (!holds(options, object)) {
      return reply_with(refusal_of(
          error(Code::conflict, to_string(target.key) + " is not what was to be deleted"),
          target.key));
    }
    std::vector<Object> targets = {object};
    const Status open = check_protection(targets, options.orphan ? targets : all.value());
    if (!open.ok()) return reply_with(refusal_of(open, target.key));
    if (!options.orphan) add_cascaded(all.value(), targets);
    if (options.orphan) object.metadata.finalizers.clear();
    if (!object.deleting()) object.metadata.deleted = hooks_.now();
    const bool drop = object.metadata.finalizers.empty();
    if (options.dry_run) return reply_with(200, drop ? success(object) : to_json(object));
    const Status cascaded = mark_cascaded(targets);
    const Result<Object> marked =
        cascaded.ok() ? store_.put(object, hooks_.now()) : Result<Object>(cascaded);
    const bool lost = !marked.ok() && marked.status().code == Code::conflict;
    if (lost && attempt < kWriteAttemptsMax) continue;
    if (!marked.ok()) return reply_with(refusal_of(marked.status(), target.key));
    if (!drop) {
      hooks_.look(target.key);
      return reply_with(200, to_json(marked.value()));
    }
    Status removed = store_.remove(target.key, hooks_.now());
    if (removed.ok()) removed = secrets_.drop(target.key);
    hooks_.look(target.key);
    return removed.ok() ? reply_with(200, success(object)) : reply_with(refusal_of(removed));
  }
}

}  // namespace byoc
