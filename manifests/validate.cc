#include "manifests/validate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "manifests/foreign.h"
#include "manifests/format.h"
#include "manifests/kinds.h"
#include "manifests/schema.h"
#include "manifests/schema_check.h"
#include "manifests/spelling.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

constexpr std::size_t kFindingsPerFileMax = 100;

// "kinds are Cluster, NodeGroup and Role".
std::string kinds_there_are() {
  const std::vector<std::string>& kinds = schema_kinds();
  std::string text = "kinds are ";
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    text += (i == 0 ? "" : i + 1 < kinds.size() ? ", " : " and ") + kinds[i];
  }
  return text;
}

// Whether the document says what it is; everything else depends on that.
bool check_kind(const Json& document, Findings& findings) {
  const std::string version = text_at(document, "/apiVersion");
  const std::string kind = text_at(document, "/kind");
  if (!version.empty() && is_foreign(document)) {
    findings.error("/apiVersion",
                   "the document is another program's: its apiVersion is " + quoted_value(version),
                   "leave it out; byoc's own begin with apiVersion: " + std::string(kApiVersion));
    return false;
  }
  if (!document.contains("apiVersion")) {
    findings.error("", "`apiVersion` is missing", "write apiVersion: " + std::string(kApiVersion));
  } else if (version != kApiVersion) {
    findings.error("/apiVersion", "the apiVersion is not known",
                   "write " + std::string(kApiVersion));
  }
  if (!document.contains("kind")) {
    findings.error("", "`kind` is missing", kinds_there_are());
  } else if (find_schema(kind) == nullptr) {
    const std::string near = did_you_mean(kind, schema_kinds());
    findings.error(
        "/kind",
        kind.empty() ? "the kind must be text" : "the kind " + quoted_value(kind) + " is not known",
        near.empty() ? kinds_there_are() : near);
  }
  return findings.errors() == 0;
}

// The schema, then defaults, so that later checks see whole specs of all objects. Answers with
// the places of what is wrong already; with nothing when the object cannot be looked at further.
std::optional<std::set<std::string>> prepare(Manifest& manifest, const Object* stored,
                                             const ProcessDefaults& of_process, Diagnostics& out) {
  Json document = manifest.document.is_object() ? manifest.document : to_json(manifest.object);
  Findings findings(manifest, out);
  if (!check_kind(document, findings)) return std::nullopt;
  drop_empty(*find_schema(manifest.object.kind), document);
  check_schema(manifest.object.kind, document, findings);
  drop_empty(*schema_at(manifest.object.kind, "/spec"), manifest.object.spec);
  apply_defaults(manifest.object, stored, of_process);
  const auto spec = document.find("spec");
  if (spec == document.end() || !spec->is_object()) return std::nullopt;
  return findings.places();
}

void check_topics(const Manifest& manifest, const World& world, std::set<std::string> told,
                  Diagnostics& out) {
  const Object& object = manifest.object;
  Findings findings(manifest, out, std::move(told));
  const ManifestKind* kind = find_manifest_kind(object.kind);
  if (kind != nullptr) kind->check(object, world, findings);
  check_tags(object, findings);
  check_references(object, world, findings);
  const Object* existing = world.find_existing(object.key());
  if (existing != nullptr) check_update(object, *existing, findings);
}

bool same_finding(const Diagnostic& a, const Diagnostic& b) {
  return a.file == b.file && a.line == b.line && a.column == b.column && a.path == b.path &&
         a.text == b.text;
}

// By place, files in the order they were read.
void sort_by_place(Diagnostics& findings, const std::vector<Manifest>& manifests) {
  std::map<std::string, std::size_t> rank;
  for (const Manifest& manifest : manifests) rank.emplace(manifest.file, rank.size());
  const auto key = [&](const Diagnostic& d) {
    return std::tuple(rank[d.file], d.line, d.column, std::string_view(d.path),
                      std::string_view(d.text));
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
}

// Equal findings once, and a bounded number per file.
Diagnostics bounded(Diagnostics findings) {
  struct Count {
    std::size_t shown = 0;
    std::size_t hidden = 0;
    Severity hidden_severity = Severity::warning;
  };
  Diagnostics out;
  std::map<std::string, Count> counts;
  for (Diagnostic& finding : findings) {
    Count& count = counts[finding.file];
    const bool again = !out.empty() && same_finding(out.back(), finding);
    if (again) continue;
    if (++count.shown <= kFindingsPerFileMax) {
      out.push_back(std::move(finding));
      continue;
    }
    ++count.hidden;
    if (finding.severity == Severity::error) count.hidden_severity = Severity::error;
  }
  for (const auto& [file, count] : counts) {
    if (count.hidden == 0) continue;
    out.push_back({count.hidden_severity, file, 0, 0, "",
                   std::to_string(count.hidden) + " more findings in this file are not shown", ""});
  }
  return out;
}

}  // namespace

Diagnostics validate(std::vector<Manifest>& manifests, const std::vector<Object>& existing,
                     const ProcessDefaults& of_process) {
  Diagnostics findings;
  std::map<ObjectKey, const Object*> stored;
  for (const Object& object : existing) stored.emplace(object.key(), &object);
  std::vector<std::optional<std::set<std::string>>> told;
  for (Manifest& manifest : manifests) {
    const auto known = stored.find(manifest.object.key());
    told.push_back(
        prepare(manifest, known == stored.end() ? nullptr : known->second, of_process, findings));
  }
  const World world(manifests, existing);
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    if (told[i]) check_topics(manifests[i], world, std::move(*told[i]), findings);
  }
  check_names(world, findings);
  sort_by_place(findings, manifests);
  return bounded(std::move(findings));
}

}  // namespace byoc
