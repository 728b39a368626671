#include "controller/candidate.h"

#include <algorithm>
#include <utility>

#include "controller/request.h"
#include "manifests/kinds.h"
#include "reconcilers/kinds.h"

namespace byoc {
namespace {

constexpr std::string_view kReuseAnnotation = "byoc.dev/allow-name-reuse";

using Annotations = std::map<std::string, std::string>;

std::string annotation(const Annotations& annotations, std::string_view name) {
  const auto found = annotations.find(std::string(name));
  return found == annotations.end() ? "" : found->second;
}

// A commit stands behind the last @, and is all hex: other files may have an @ in their name.
std::string file_of(const std::string& source) {
  const std::size_t at = source.rfind('@');
  if (at == std::string::npos) return source;
  const std::string_view commit = std::string_view(source).substr(at + 1);
  const bool hex = commit.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return hex && (commit.size() == 40 || commit.size() == 64) ? source.substr(0, at) : source;
}

std::string shown(const Origin& origin) {
  return origin.commit.empty() ? origin.file : origin.file + "@" + origin.commit;
}

// The names that the last manifest said; none when that cannot be read.
std::vector<std::string> applied_names(const Metadata& stored) {
  std::vector<std::string> names;
  const Json list = Json::parse(annotation(stored.annotations, kAppliedAnnotation), nullptr, false);
  if (!list.is_array()) return names;
  for (const Json& name : list) {
    if (name.is_string()) names.push_back(name.get<std::string>());
  }
  return names;
}

// What the annotations become when a manifest says `said` of an object that has those of `stored`.
Annotations merged(Annotations said, const Metadata& stored) {
  said.erase(std::string(kReconcileAnnotation));  // of a printed object: nobody asks again with it
  Annotations out = own_annotations(stored);
  for (const std::string& name : applied_names(stored)) out.erase(name);
  Json names = Json::array();
  for (const auto& [name, value] : said) {
    out[name] = value;
    names.push_back(name);
  }
  if (!names.empty()) out[std::string(kAppliedAnnotation)] = names.dump();
  return out;
}

// What would be stored holds no literal secret: that is what is compared.
bool differs(const Object& stored, Object wanted) {
  without_literals(wanted);
  return stored.spec != wanted.spec || stored.metadata.labels != wanted.metadata.labels ||
         own_annotations(stored.metadata) != own_annotations(wanted.metadata);
}

// What was applied is followed: the status says so no later than the next scan.
Result<Object> followed_again(Result<Object> stored, ObjectStore& store, Time now) {
  if (!stored.ok() || !find_condition(stored.value(), kSourceCondition)) return stored;
  Object object = stored.value();
  remove_condition(object, kSourceCondition);
  return store.put_status(std::move(object), now);
}

// "clusters".
std::string plural_name(const std::string& kind) {
  const ManifestKind* known = find_manifest_kind(kind);
  return known == nullptr ? kind : std::string(*known->plural);
}

}  // namespace

std::map<std::string, std::string> own_annotations(const Metadata& metadata) {
  Annotations annotations = metadata.annotations;
  for (const std::string_view name : {kSourceAnnotation, kAppliedAnnotation}) {
    annotations.erase(std::string(name));
  }
  return annotations;
}

std::string source_file(const Object& object) {
  return file_of(annotation(object.metadata.annotations, kSourceAnnotation));
}

const Object* find_object(const std::vector<Object>& objects, const ObjectKey& key) {
  const auto found = std::find_if(objects.begin(), objects.end(),
                                  [&](const Object& object) { return object.key() == key; });
  return found == objects.end() ? nullptr : &*found;
}

Candidate candidate_for(const Manifest& manifest, const Object* stored, const Origin& origin) {
  Candidate candidate;
  candidate.object = manifest.object;
  Metadata& metadata = candidate.object.metadata;
  // Only a directory says what comes from it: a copy of a printed object does not.
  Annotations annotations =
      merged(own_annotations(metadata), stored == nullptr ? Metadata{} : stored->metadata);
  metadata.annotations = annotations;
  candidate.fresh = stored == nullptr;
  candidate.changed = candidate.fresh || differs(*stored, candidate.object);
  candidate.moved = candidate.fresh || source_file(*stored) != origin.file ||
                    applied_names(stored->metadata) != applied_names(metadata) ||
                    find_condition(*stored, kSourceCondition).has_value();
  if (!origin.file.empty()) {
    annotations[std::string(kSourceAnnotation)] =
        candidate.changed || candidate.moved
            ? shown(origin)
            : annotation(stored->metadata.annotations, kSourceAnnotation);
  }
  if (candidate.fresh) {
    metadata.resource_version.clear();  // of the store that the manifest was printed from
    metadata.finalizers = {std::string(kFinalizer)};
  } else {
    Metadata kept = stored->metadata;
    kept.labels = std::move(metadata.labels);
    metadata = std::move(kept);
    candidate.object.status = stored->status;
  }
  metadata.annotations = std::move(annotations);
  return candidate;
}

Status check_name(const Candidate& candidate, const std::vector<Tombstone>& tombstones) {
  const Object& object = candidate.object;
  const ObjectKind* kind = find_kind(object.kind);
  if (!candidate.fresh || kind == nullptr || !kind->name_is_used_once ||
      annotation(object.metadata.annotations, kReuseAnnotation) == "true") {
    return {};
  }
  const auto found =
      std::find_if(tombstones.begin(), tombstones.end(),
                   [&](const Tombstone& tombstone) { return tombstone.object == object.key(); });
  if (found == tombstones.end()) return {};
  return error(Code::invalid, "NameReused: " + to_string(found->object) + " was deleted on " +
                                  format_time(found->deleted) + ", and names of " +
                                  plural_name(object.kind) +
                                  " are not used again; choose another name, or annotate it with " +
                                  std::string(kReuseAnnotation) + ": \"true\"");
}

Result<Object> store_candidate(Object object, ObjectStore& store, const Secrets& secrets,
                               Time now) {
  Status taken = secrets.take_literals(object);
  if (!taken.ok()) return taken;
  return followed_again(store.put(std::move(object), now), store, now);
}

Result<Object> store_renamed(const ObjectKey& from, Object object, Store& store,
                             const Secrets& secrets, Time now) {
  Status kept = secrets.copy(from, object.key());
  if (kept.ok()) kept = secrets.take_literals(object);
  if (!kept.ok()) return kept;
  Result<Object> stored = followed_again(store.rename(from, std::move(object), now), store, now);
  if (!stored.ok()) return stored;
  const Status dropped = secrets.drop(from);
  return dropped.ok() ? std::move(stored) : Result<Object>(dropped);
}

Status mark_deleted(Object object, ObjectStore& store, Time now) {
  for (int attempt = 1;; ++attempt) {
    const Metadata read = object.metadata;
    object.metadata.deleted = now;
    const Result<Object> stored = store.put(object, now);
    if (stored.ok()) return {};
    if (stored.status().code != Code::conflict || attempt == kWriteAttemptsMax) {
      return stored.status();
    }
    Result<Object> current = store.get(object.key());
    if (!current.ok()) return stored.status();
    object = std::move(current).value();
    const bool same =
        object.metadata.uid == read.uid && object.metadata.generation == read.generation;
    if (!same) return stored.status();
    if (object.deleting()) return {};
  }
}

}  // namespace byoc
