#include "tests/properties/properties.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "cli/print.h"
#include "controller/candidate.h"
#include "manifests/to_yaml.h"
#include "manifests/validate.h"
#include "reconcilers/diff.h"
#include "reconcilers/kinds.h"
#include "reconcilers/order.h"
#include "reconcilers/versions.h"
#include "tests/properties/stack.h"
#include "tests/reconcilers/seen.h"

namespace byoc::properties {
namespace {

constexpr std::size_t kShownMax = 600;

std::string cut(const std::string& text) {
  return text.size() <= kShownMax ? text : text.substr(0, kShownMax) + "...";
}

// Secrets that were written literally lie here while the process runs.
const Secrets& secrets() {
  struct Directory {
    std::string path = "/tmp/byoc-properties." + std::to_string(::getpid());
    Directory() { std::filesystem::create_directories(path); }
    ~Directory() { std::filesystem::remove_all(path); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
  };
  static const Directory directory;
  static const Secrets kSecrets(directory.path);
  return kSecrets;
}

std::string errors_in(const Diagnostics& findings) {
  std::string text;
  for (const Diagnostic& finding : findings) {
    if (finding.severity == Severity::error) text += format_diagnostic(finding) + "\n";
  }
  return text;
}

std::string as_yaml(const std::vector<Object>& objects) {
  OutputFormat format;
  format.kind = OutputFormat::Kind::yaml;
  return print_objects(objects, format, kNow, false).value();
}

// What is stored for a manifest: as apply does it.
Result<Object> stored_of(const Manifest& manifest, const Object* before, std::size_t number) {
  Object object = candidate_for(manifest, before, {}).object;
  Status taken = secrets().take_literals(object);
  if (!taken.ok()) return taken;
  if (before != nullptr) {
    if (object.spec != before->spec) ++object.metadata.generation;
    return object;
  }
  const std::string last = std::to_string(number);
  object.metadata.uid = "0a1b2c3d-0000-4000-8000-00000000000" + last;
  object.metadata.generation = 1;
  object.metadata.resource_version = "7";
  object.metadata.created = kNow;
  return object;
}

class CaseCheck {
 public:
  CaseCheck(const Case& one, Reach& reach) : case_(one), reach_(reach) {}

  Verdict run() {
    if (!read()) return std::move(verdict_);
    std::vector<Part> parts;
    const bool holds = defaults_are_valid() && applied_again_changes_nothing() &&
                       settles(parts = settle()) && edits(std::move(parts));
    static_cast<void>(holds);
    return std::move(verdict_);
  }

 private:
  bool complain(std::string text) {
    if (verdict_.complaint.empty()) verdict_.complaint = std::move(text);
    return false;
  }

  // Text of the documents is read back to what they are, and validates.
  bool read() {
    std::string text;
    for (const Json& document : case_.documents) text += "---\n" + to_yaml(document);
    Loaded loaded = load_text(text, "case.yaml");
    if (has_errors(loaded.diagnostics)) {
      return complain("does not load:\n" + errors_in(loaded.diagnostics));
    }
    if (loaded.manifests.size() != case_.documents.size()) return complain("documents are lost");
    for (std::size_t i = 0; i < case_.documents.size(); ++i) {
      if (loaded.manifests[i].document == case_.documents[i]) continue;
      return complain("to_yaml and load_text differ:\n" + loaded.manifests[i].document.dump());
    }
    verdict_.valid = !has_errors(validate(loaded.manifests, {}));
    if (!verdict_.valid) return false;
    for (const Manifest& manifest : loaded.manifests) {
      Result<Object> object = stored_of(manifest, nullptr, stored_.size() + 1);
      if (!object.ok()) return complain("is not stored: " + object.status().message);
      stored_.push_back(std::move(object).value());
      written_.push_back(manifest.object);
    }
    return true;
  }

  // The world as the stored objects say, and what their status tells of it.
  std::vector<Part> settle() {
    std::vector<Part> parts = properties::settle(stored_);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Json& status = stored_[i].status = parts[i].object.status;
      // Whatever follows a version has followed by then.
      if (status.contains("decided")) status["decided"].erase("addons");
      status.erase("kubernetesVersion");
    }
    return parts;
  }

  // F44: what defaults make of a manifest is a manifest too, and has all defaults.
  bool defaults_are_valid() {
    for (const Object& object : written_) {
      Loaded loaded = load_text(to_yaml(to_json(object)), "defaulted.yaml");
      const std::string errors = errors_in(validate(loaded.manifests, {}));
      if (!errors.empty()) return complain("with its defaults it does not validate:\n" + errors);
      const Json& again = loaded.manifests.front().object.spec;
      if (again != object.spec) {
        return complain("defaults of defaults differ: " +
                        cut(Json::diff(object.spec, again).dump()));
      }
    }
    return true;
  }

  // get -o yaml | apply -f - changes nothing.
  bool applied_again_changes_nothing() {
    Loaded loaded = load_text(as_yaml(stored_), "printed.yaml");
    std::string errors =
        errors_in(loaded.diagnostics) + errors_in(validate(loaded.manifests, stored_));
    if (!errors.empty()) return complain("what is stored does not validate:\n" + errors);
    if (loaded.manifests.size() != stored_.size()) return complain("printed objects are lost");
    for (std::size_t i = 0; i < stored_.size(); ++i) {
      const Candidate again = candidate_for(loaded.manifests[i], &stored_[i], {});
      if (!again.changed) continue;
      return complain("applied again it changes: " +
                      cut(Json::diff(to_json(stored_[i]), to_json(again.object)).dump()));
    }
    return true;
  }

  // Graphs have unique keys and an order, references lead somewhere, and once everything is made
  // nothing is to be done.
  bool settles(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      // What a cluster and a region have is known once they have been looked at.
      static const std::set<std::string> kKnownLater = {"ClusterOnlyObserved", "ZoneNotInCluster",
                                                        "UnknownZone"};
      const bool later = kKnownLater.contains(part.built.reason);
      if (part.built.wrong && !later) {
        return complain("valid, but not built: " + part.built.reason + ": " + part.built.message);
      }
      if (!part.built.reason.empty()) continue;  // it waits for another object
      if (!is_whole(part.object, part.built.graph)) return false;
      if (observes(part.object)) continue;  // makes no call whatever there is
      const Plan plan = diff(part.owner, part.built.graph, snapshot_of_world(part.world), {});
      if (is_empty(plan)) continue;
      return complain(to_string(part.object.key()) + " is settled, and yet:\n" + shown(plan));
    }
    return true;
  }

  // Unique keys, an order, references that lead somewhere, secrets where they may stand; and no
  // type that its kind does not declare, for nobody would look for it.
  bool is_whole(const Object& object, const Graph& graph) {
    const auto& declared = *find_kind(object.kind)->types;
    for (const Desired& node : graph.nodes) {
      if (std::find(declared.begin(), declared.end(), node.type) != declared.end()) continue;
      return complain(object.kind + " does not declare the type " + node.type);
    }
    const Status status = check_graph(graph);
    return status.ok() || complain("its graph cannot be: " + status.message);
  }

  static std::string shown(const Plan& plan) {
    std::string text;
    for (const Action& action : plan.actions) {
      text += std::string(verb_name(action.verb)) + " " + action.key + " " + action.operation +
              ": " + action.why;
      for (const Change& change : action.changes) {
        text +=
            "\n  " + change.field + ": " + cut(change.from.dump()) + " -> " + cut(change.to.dump());
      }
      text += "\n";
    }
    return text;
  }

  // F20: a field that is set, changed or taken away is refused, or seen in the plan wherever the
  // world would be another: as a change, or as one that waits for another.
  bool edits(std::vector<Part> before) {
    std::vector<Json> documents = case_.documents;
    for (const Edit& edit : case_.edits) {
      if (edit.document >= documents.size()) continue;
      std::vector<Json> edited = documents;
      if (!apply_edit(edit, edited[edit.document])) continue;
      std::string text;
      for (const Json& document : edited) text += "---\n" + to_yaml(document);
      Loaded loaded = load_text(text, "edited.yaml");
      if (has_errors(loaded.diagnostics) || has_errors(validate(loaded.manifests, stored_))) {
        note(edit, "refused");
        continue;
      }
      for (std::size_t i = 0; i < stored_.size(); ++i) {
        Result<Object> object = stored_of(loaded.manifests[i], &stored_[i], i + 1);
        if (!object.ok()) return complain("is not stored: " + object.status().message);
        stored_[i] = std::move(object).value();
      }
      documents = std::move(edited);
      std::vector<Part> after = settle();
      if (!applied_again_changes_nothing() || !settles(after)) return in_edit(edit);
      if (!is_seen(edit, before, after)) return in_edit(edit);
      before = std::move(after);
    }
    return true;
  }

  bool in_edit(const Edit& edit) {
    verdict_.complaint =
        "after " + edit.pointer + " = " + cut(edit.value.dump()) + ": " + verdict_.complaint;
    return false;
  }

  void note(const Edit& edit, const char* what) {
    const std::string kind = case_.documents[edit.document].at("kind");
    reach_[kind + edit.pointer].insert(what);
  }

  bool is_seen(const Edit& edit, const std::vector<Part>& before, const std::vector<Part>& after) {
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (!before[i].built.reason.empty() || !after[i].built.reason.empty()) continue;
      if (observes(before[i].object) || observes(after[i].object)) continue;
      const Graph& graph = after[i].built.graph;
      const bool same = shown_world(before[i], graph) == shown_world(after[i], graph);
      if (i == edit.document) {
        note(edit, whole_world(before[i]) == whole_world(after[i]) ? "the same" : "changes");
      }
      if (same) continue;
      const Plan plan = diff(after[i].owner, graph, snapshot_of_world(before[i].world), {});
      const bool told =
          std::any_of(plan.actions.begin(), plan.actions.end(), [](const Action& action) {
            return action.reason == kWaitsForChange && !action.changes.empty();
          });
      if (is_empty(plan) && !told) {
        return complain("the plan does not see\n" + world_difference(before[i], after[i]));
      }
    }
    return true;
  }

  static std::string world_difference(const Part& before, const Part& after) {
    const auto left = shown_world(before, after.built.graph);
    const auto right = shown_world(after, after.built.graph);
    std::string text;
    for (const std::string& line : left) {
      if (!std::binary_search(right.begin(), right.end(), line)) text += "- " + line + "\n";
    }
    for (const std::string& line : right) {
      if (!std::binary_search(left.begin(), left.end(), line)) text += "+ " + line + "\n";
    }
    return text;
  }

  const Case& case_;
  Reach& reach_;
  Verdict verdict_;
  std::vector<Object> written_;  // with defaults, before secrets are taken out
  std::vector<Object> stored_;
};

}  // namespace

Verdict check_case(const Case& one, Reach& reach) {
  return CaseCheck(one, reach).run();
}

}  // namespace byoc::properties
