#include "controller/source.h"

#include <algorithm>
#include <map>
#include <utility>

#include "controller/source_hold.h"
#include "manifests/protection.h"
#include "manifests/schema.h"
#include "manifests/validate.h"

namespace byoc {
namespace {

// The files as far as they can be followed.
struct Files {
  std::vector<Manifest> manifests;
  Diagnostics diagnostics;
  std::map<std::string, std::string> bad;  // path -> what is wrong first
  std::string opaque;                      // a bad file that may name anything; "" when none does
  std::set<ObjectKey> named;               // by any file, a bad one too
  std::map<ObjectKey, std::string> named_by_bad;  // -> the file
};

using ByKey = std::map<ObjectKey, const Object*>;

ByKey by_key(const std::vector<Object>& objects) {
  ByKey out;
  for (const Object& object : objects) out.emplace(object.key(), &object);
  return out;
}

const Object* find(const ByKey& objects, const ObjectKey& key) {
  const auto found = objects.find(key);
  return found == objects.end() ? nullptr : found->second;
}

Diagnostic at_name(const Manifest& manifest, const std::string& text) {
  const auto mark = manifest.values.find("/metadata/name");
  const Mark place = mark == manifest.values.end() ? Mark{} : mark->second;
  return {Severity::error,
          manifest.file,
          place.line,
          place.column,
          to_string(manifest.object.key()),
          text,
          ""};
}

// What loading and validating say, and names that are taken for ever.
void judge(const Scan& scan, const Stored& stored, const ByKey& existing, Files& files) {
  std::set<std::string> filled;  // files that objects came from
  for (const Object& object : stored.objects) filled.insert(source_file(object));
  for (const auto& file : scan.files) {
    for (Manifest& one : file->manifests.unpack()) files.manifests.push_back(std::move(one));
    files.diagnostics.insert(files.diagnostics.end(), file->diagnostics.begin(),
                             file->diagnostics.end());
    const bool emptied = file->empty && filled.contains(file->path);
    if (emptied) {
      files.diagnostics.push_back({Severity::error, file->path, 0, 0, "",
                                   "is empty, and its objects exist: it is half written, it seems",
                                   "remove the file to delete them"});
    }
    if (emptied || has_errors(file->diagnostics)) files.opaque = file->path;
  }
  Diagnostics found = validate(files.manifests, stored.objects);
  files.diagnostics.insert(files.diagnostics.end(), found.begin(), found.end());
  for (const Manifest& manifest : files.manifests) {
    if (existing.contains(manifest.object.key())) continue;
    const Status name = check_name(candidate_for(manifest, nullptr, {}), stored.tombstones);
    if (!name.ok()) files.diagnostics.push_back(at_name(manifest, name.message));
  }
}

Files read_files(const Scan& scan, const Stored& stored, const ByKey& existing) {
  Files files;
  judge(scan, stored, existing, files);
  for (const Diagnostic& one : files.diagnostics) {
    if (one.severity == Severity::error) files.bad.emplace(one.file, format_diagnostic(one));
  }
  for (const Manifest& manifest : files.manifests) {
    const ObjectKey key = manifest.object.key();
    files.named.insert(key);
    if (!files.bad.contains(manifest.file)) continue;
    files.named_by_bad.emplace(key, manifest.file);
    // A kind or a name that cannot be read could be any.
    if (key.name.empty() || find_schema(key.kind) == nullptr) files.opaque = manifest.file;
  }
  return files;
}

class Comparison {
 public:
  Comparison(const Scan& scan, const Stored& stored, const SourceOptions& options)
      : scan_(scan),
        stored_(stored),
        options_(options),
        existing_(by_key(stored.objects)),
        files_(read_files(scan, stored, existing_)) {}

  SourceChanges take() {
    changes_.root = scan_.root;
    if (!scan_.whole) wake(scan_.taken + options_.again);
    for (const Manifest& manifest : files_.manifests) take_manifest(manifest);
    for (const Object& object : stored_.objects) take_object(object);
    weigh_deletions();
    std::stable_sort(changes_.list.begin(), changes_.list.end(),
                     [](const SourceChange& a, const SourceChange& b) {
                       return a.object.key() < b.object.key();
                     });
    changes_.diagnostics = scan_.diagnostics;
    changes_.diagnostics.insert(changes_.diagnostics.end(), files_.diagnostics.begin(),
                                files_.diagnostics.end());
    return std::move(changes_);
  }

 private:
  void add(SourceChange::Kind kind, const Object& object, std::string reason, std::string message) {
    changes_.list.push_back({kind, object, std::move(reason), std::move(message)});
  }
  void wake(Time at) { changes_.again = std::min(changes_.again.value_or(at), at); }

  // Creations and changes of good files.
  void take_manifest(const Manifest& manifest) {
    const ObjectKey key = manifest.object.key();
    const Object* old = find(existing_, key);
    if (old != nullptr && old->deleting() && !lifts_protection(*old, manifest.object)) {
      return add(SourceChange::Kind::later, *old, "Deleting",
                 "it is being deleted, and will be made again when it is gone");
    }
    if (files_.named_by_bad.contains(key) || (old != nullptr && from_bad_file(*old))) return;
    const Candidate candidate = candidate_for(manifest, old, {manifest.file, scan_.commit});
    if (!candidate.changed && !candidate.moved) return;
    add(candidate.changed ? SourceChange::Kind::put : SourceChange::Kind::move, candidate.object,
        candidate.fresh     ? "Created"
        : candidate.changed ? "Changed"
                            : "Moved",
        "as " + manifest.file + " says");
  }

  [[nodiscard]] bool from_bad_file(const Object& object) const {
    return files_.bad.contains(source_file(object));
  }

  // Stored objects that bad files keep as they are, and those that no file names any more.
  void take_object(const Object& object) {
    const std::string source = source_file(object);
    // Its name, or what it holds in AWS, may be what a file waits for.
    if (object.deleting()) return wake(scan_.taken + options_.again);
    if (!source.empty()) ++from_files_;
    if (const auto bad = files_.bad.find(source); bad != files_.bad.end()) {
      return add(SourceChange::Kind::frozen, object, "FileInvalid", bad->second);
    }
    if (const auto bad = files_.named_by_bad.find(object.key()); bad != files_.named_by_bad.end()) {
      return add(SourceChange::Kind::frozen, object, "FileInvalid", files_.bad.at(bad->second));
    }
    if (source.empty() || files_.named.contains(object.key())) return;
    if (const auto why = unsafe(object)) {
      return add(SourceChange::Kind::frozen, object, why->first, missing(source) + why->second);
    }
    unnamed_.push_back(object);
  }

  static std::string missing(const std::string& source) {
    return "no file names it any more (it came from " + source + "), and it is kept: ";
  }

  // Why no absence in this scan says anything.
  using Why = std::pair<std::string, std::string>;  // reason, message
  [[nodiscard]] std::optional<Why> doubt() const {
    if (!scan_.whole) {
      const auto first =
          std::find_if(scan_.diagnostics.begin(), scan_.diagnostics.end(),
                       [](const Diagnostic& one) { return one.severity == Severity::error; });
      return Why("ScanIncomplete", first == scan_.diagnostics.end() ? "not everything could be read"
                                                                    : format_diagnostic(*first));
    }
    if (files_.manifests.empty()) return Why("ScanEmpty", "no file names any object");
    if (!files_.opaque.empty()) {
      return Why("FileInvalid",
                 "it may stand in a file that is wrong: " + files_.bad.at(files_.opaque));
    }
    return std::nullopt;
  }

  // Why the absence of an object must not be followed.
  [[nodiscard]] std::optional<Why> unsafe(const Object& object) const {
    if (const auto why = doubt()) return why;
    const auto prune = object.metadata.annotations.find(std::string(kPruneAnnotation));
    if (prune != object.metadata.annotations.end() && prune->second == "false") {
      return Why("PruneDisabled", std::string(kPruneAnnotation) + " is \"false\"");
    }
    return std::nullopt;
  }

  void weigh_deletions() {
    const Time settled = scan_.since + options_.settle;
    if (!unnamed_.empty() && scan_.taken < settled) {
      wake(settled);
      for (const Object& object : unnamed_) {
        add(SourceChange::Kind::later, object, "Settling",
            missing(source_file(object)) + "another scan must say so, too");
      }
      return;
    }
    changes_.weighed = !doubt();
    Departure departure = weigh_departure(unnamed_, stored_.objects);
    for (const HeldObject& held : departure.held) {
      add(SourceChange::Kind::frozen, held.object, held.reason,
          missing(source_file(held.object)) + held.message);
    }
    unnamed_ = std::move(departure.going);
    const std::size_t count = unnamed_.size();
    // One file less is everyday work, however few there are.
    const bool few = count <= options_.deletions_max &&
                     (count == 1 || count * 100 <= options_.deletions_share_max * from_files_);
    const Approval question = approval_for(unnamed_, scan_.taken);
    const bool granted =
        stored_.approval && stored_.approval->id == question.id && stored_.approval->granted;
    for (const Object& object : unnamed_) {
      if (few || granted) {
        add(SourceChange::Kind::remove, object, "FileGone",
            "no file names it any more (it came from " + source_file(object) + ")");
      } else {
        add(SourceChange::Kind::waiting, object, "NeedsApproval",
            missing(source_file(object)) + many());
      }
    }
    if (!few && !granted) changes_.question = question;
  }

  [[nodiscard]] std::string many() const {
    return std::to_string(unnamed_.size()) + " of " + std::to_string(from_files_) +
           " objects would go at once; `byocctl approve` lists them and lets them go";
  }

  const Scan& scan_;
  const Stored& stored_;
  const SourceOptions& options_;
  ByKey existing_;
  Files files_;
  SourceChanges changes_;
  std::size_t from_files_ = 0;
  std::vector<Object> unnamed_;  // by any file, and safe to weigh
};

}  // namespace

Result<Stored> read_stored(Store& store) {
  auto objects = store.list("");
  if (!objects.ok()) return objects.status();
  auto tombstones = store.tombstones();
  if (!tombstones.ok()) return tombstones.status();
  auto approval = store.approval();
  if (!approval.ok()) return approval.status();
  return Stored{std::move(objects).value(), std::move(tombstones).value(),
                std::move(approval).value()};
}

SourceChanges compare(const Scan& scan, const Stored& stored, const SourceOptions& options) {
  return Comparison(scan, stored, options).take();
}

}  // namespace byoc
