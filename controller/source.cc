#include "controller/source.h"

#include <algorithm>
#include <map>
#include <utility>

#include "controller/source_hold.h"
#include "controller/source_weight.h"
#include "manifests/handover.h"
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
  std::vector<Handover> handovers;                // of stored objects, to names that are new
  std::vector<Object> objects;                    // what is stored, under the names that it gets
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

// Files that objects came from, and which.
using Filled = std::map<std::string, std::set<std::pair<std::string, std::string>>>;

Filled filled_files(const Stored& stored) {
  Filled filled;
  for (const Object& object : stored.objects) {
    if (!object.deleting()) filled[source_file(object)].emplace(object.kind, object.metadata.name);
  }
  return filled;
}

// Another program's documents in a file that objects came from: a slip of the pen turns one into
// another.
std::optional<Diagnostic> misread(const ScannedFile& file, std::size_t own, const Filled& filled) {
  const auto held = filled.find(file.path);
  if (held == filled.end()) return std::nullopt;
  for (const ForeignDocument& one : file.foreign) {
    const bool same = held->second.contains({one.kind, one.name});
    if (!same && own > 0) continue;
    return Diagnostic{Severity::error,
                      file.path,
                      one.line,
                      1,
                      "",
                      "an object of byoc stood in this file, and here is what byoc does not know",
                      "write apiVersion: " + std::string(kApiVersion) +
                          " and the kind, or remove the file to delete what it held"};
  }
  return std::nullopt;
}

void judge_file(const ScannedFile& file, const Filled& filled, Files& files) {
  std::vector<Manifest> own = file.manifests.unpack();
  const bool held = filled.contains(file.path);
  // What was never ours and says nothing of us is no matter of ours, whatever is wrong with it.
  if (!held && own.empty() && !file.mentions_us) {
    return files.diagnostics.push_back(foreign_notice(file.path, file.foreign));
  }
  if (const auto wrong = misread(file, own.size(), filled)) {
    files.diagnostics.push_back(*wrong);
  } else if (!file.foreign.empty()) {
    files.diagnostics.push_back(foreign_notice(file.path, file.foreign));
  }
  std::move(own.begin(), own.end(), std::back_inserter(files.manifests));
  files.diagnostics.insert(files.diagnostics.end(), file.diagnostics.begin(),
                           file.diagnostics.end());
  const bool emptied = file.empty && held;
  if (emptied) {
    files.diagnostics.push_back({Severity::error, file.path, 0, 0, "",
                                 "is empty, and its objects exist: it is half written, it seems",
                                 "remove the file to delete them"});
  }
  if (emptied || has_errors(file.diagnostics)) files.opaque = file.path;
}

// Why a file, or a directory that it lies in, is not read; "" when it is.
std::string why_left_out(const Scan& scan, const std::string& file) {
  for (const auto& [path, why] : scan.left_out) {
    if (file == path || file.starts_with(path + "/")) return path + ": " + why;
  }
  return {};
}

bool is_kept(const Object& object) {
  const auto prune = object.metadata.annotations.find(std::string(kPruneAnnotation));
  return prune != object.metadata.annotations.end() && prune->second == "false";
}

// Objects from files that no file names any more, where absence says something.
std::set<ObjectKey> leaving_in(const Scan& scan, const Stored& stored, const Files& files) {
  std::set<ObjectKey> leaving;
  const bool other = stored.memory.root && !stored.memory.root->same_as(scan.identity);
  if (!scan.whole || !files.opaque.empty() || other) return leaving;
  for (const Object& object : stored.objects) {
    const std::string source = source_file(object);
    const bool stays = object.deleting() || source.empty() || is_kept(object) ||
                       !why_left_out(scan, source).empty();
    if (!stays) leaving.insert(object.key());
  }
  for (const Manifest& manifest : files.manifests) leaving.erase(manifest.object.key());
  return leaving;
}

// What loading and validating say, and names that are taken for ever.
void judge(const Scan& scan, const Stored& stored, bool hand_over, Files& files) {
  const Filled filled = filled_files(stored);
  for (const auto& file : scan.files) judge_file(*file, filled, files);
  if (hand_over) {
    files.handovers =
        find_handovers(files.manifests, stored.objects, leaving_in(scan, stored, files));
  }
  files.objects = under_new_names(stored.objects, files.handovers);
  const ByKey existing = by_key(files.objects);
  Diagnostics found = validate(files.manifests, files.objects, stored.of_process);
  files.diagnostics.insert(files.diagnostics.end(), found.begin(), found.end());
  for (const Manifest& manifest : files.manifests) {
    if (existing.contains(manifest.object.key())) continue;
    const Status name = check_name(candidate_for(manifest, nullptr, {}), stored.tombstones);
    if (!name.ok()) files.diagnostics.push_back(at_name(manifest, name.message));
  }
}

Files judged(const Scan& scan, const Stored& stored, bool hand_over) {
  Files files;
  judge(scan, stored, hand_over, files);
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

// Nothing changes its name for a file that is wrong, or beside one that may name it.
Files read_files(const Scan& scan, const Stored& stored) {
  Files files = judged(scan, stored, /*hand_over=*/true);
  const bool wrong =
      std::any_of(files.handovers.begin(), files.handovers.end(),
                  [&](const Handover& one) { return files.named_by_bad.contains(one.to); });
  if (files.handovers.empty() || (!wrong && files.opaque.empty())) return files;
  return judged(scan, stored, /*hand_over=*/false);
}

class Comparison {
 public:
  Comparison(const Scan& scan, const Stored& stored, const SourceOptions& options)
      : scan_(scan),
        stored_(stored),
        options_(options),
        files_(read_files(scan, stored)),
        existing_(by_key(files_.objects)) {}

  SourceChanges take() {
    changes_.root = scan_.root;
    if (!scan_.whole) wake(scan_.taken + options_.again);
    for (const Manifest& manifest : files_.manifests) take_manifest(manifest);
    for (const Object& object : files_.objects) take_object(object);
    weigh_deletions();
    remember();
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
    changes_.list.push_back({kind, object, std::move(reason), std::move(message), {}});
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
    if (const ObjectKey* from = former_name(files_.handovers, key)) {
      add(SourceChange::Kind::put, candidate.object, "Renamed",
          "it was " + to_string(*from) + ", which no file names any more; as " + manifest.file +
              " says");
      changes_.list.back().from = *from;
      return;
    }
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
    ++unnamed_count_;
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
    if (files_.manifests.empty()) {
      return Why("ScanEmpty",
                 "no file names any object, which is no order to delete all; put files back, or "
                 "delete one by one: byocctl delete KIND/NAME");
    }
    if (!files_.opaque.empty()) {
      return Why("FileInvalid",
                 "it may stand in a file that is wrong, to be mended, removed or named in "
                 ".byocignore: " +
                     files_.bad.at(files_.opaque));
    }
    return std::nullopt;
  }

  // Why the absence of an object must not be followed.
  [[nodiscard]] std::optional<Why> unsafe(const Object& object) const {
    if (const auto why = doubt()) return why;
    if (const std::string why = why_left_out(scan_, source_file(object)); !why.empty()) {
      return Why("FileLeftOut", why + "; to delete it: byocctl delete " + to_string(object.key()));
    }
    if (is_kept(object)) {
      return Why("PruneDisabled", std::string(kPruneAnnotation) +
                                      " is \"false\"; to delete it: byocctl delete " +
                                      to_string(object.key()));
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
    Departure departure = weigh_departure(unnamed_, files_.objects);
    for (const HeldObject& held : departure.held) {
      add(SourceChange::Kind::frozen, held.object, held.reason,
          missing(source_file(held.object)) + held.message);
    }
    unnamed_ = std::move(departure.going);
    const DeletionWeight weight = weigh(unnamed_, stored_.memory.deletions, scan_.taken, options_);
    const bool free = !is_other_root() && weight.fits(from_files_, options_);
    const Approval question = approval_for(unnamed_, scan_.taken);
    granted_ = stored_.approval && stored_.approval->id == question.id && stored_.approval->granted;
    const std::string reason = is_other_root() ? "OtherDirectory" : "NeedsApproval";
    const std::string why = is_other_root() ? other_root_text() : weight.text(from_files_);
    for (const Object& object : unnamed_) {
      if (free || granted_) {
        add(SourceChange::Kind::remove, object, "FileGone",
            "no file names it any more (it came from " + source_file(object) + ")");
      } else {
        add(SourceChange::Kind::waiting, object, reason, missing(source_file(object)) + why);
      }
    }
    if (unnamed_.empty() || granted_) return;
    if (!free) {
      changes_.question = question;
      return;
    }
    changes_.memory = stored_.memory;
    changes_.memory->deletions = with_deletions(unnamed_, weight.recent, scan_.taken);
  }

  // Another directory, or another repository in its place, is no order to delete what the first one
  // held.
  [[nodiscard]] bool is_other_root() const {
    const auto& known = stored_.memory.root;
    return known && !known->same_as(scan_.identity);
  }

  [[nodiscard]] std::string other_root_text() const {
    return "the watched directory is now " + to_string(scan_.identity) + ", and it came from " +
           to_string(*stored_.memory.root) +
           "; let byocd watch that again to keep it, or let it go: `byocctl approve` lists what "
           "would go";
  }

  // A root is known once a whole scan of it leaves no object unnamed, or a person let those go. The
  // first one is.
  void remember() {
    const auto& known = stored_.memory.root;
    if (known && known->same_as(scan_.identity)) return;
    const bool settled = !doubt() && (unnamed_count_ == 0 || granted_);
    if (!scan_.whole || (known && !settled)) return;
    if (!changes_.memory) changes_.memory = stored_.memory;
    changes_.memory->root = scan_.identity;
  }

  const Scan& scan_;
  const Stored& stored_;
  const SourceOptions& options_;
  Files files_;
  ByKey existing_;  // in the files' objects
  SourceChanges changes_;
  std::size_t from_files_ = 0;
  std::size_t unnamed_count_ = 0;  // whether they may go or not
  bool granted_ = false;           // the deletions of this scan
  std::vector<Object> unnamed_;    // by any file, and safe to weigh
};

}  // namespace

Result<Stored> read_stored(Store& store) {
  auto objects = store.list("");
  if (!objects.ok()) return objects.status();
  auto tombstones = store.tombstones();
  if (!tombstones.ok()) return tombstones.status();
  auto approval = store.approval();
  if (!approval.ok()) return approval.status();
  auto memory = read_source_memory(store);
  if (!memory.ok()) return memory.status();
  return Stored{std::move(objects).value(), std::move(tombstones).value(),
                std::move(approval).value(), std::move(memory).value()};
}

SourceChanges compare(const Scan& scan, const Stored& stored, const SourceOptions& options) {
  return Comparison(scan, stored, options).take();
}

}  // namespace byoc
