// The verbs that compare manifests with the world: plan and apply.
#include <algorithm>
#include <cstdio>

#include "cli/follow.h"
#include "cli/planning.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "cli/work.h"
#include "controller/candidate.h"
#include "controller/deletion.h"
#include "manifests/selector.h"

namespace byoc {
namespace {

// Plans name resources by the uid, so that a fresh object needs one before it is stored.
std::vector<Candidate> candidates_for(const Manifests& manifests,
                                      const std::vector<Object>& existing) {
  std::vector<Candidate> candidates;
  for (const Manifest& manifest : manifests.list) {
    const Object* stored = find_object(existing, manifest.object.key());
    candidates.push_back(candidate_for(manifest, stored, {}));
    if (stored == nullptr) candidates.back().object.metadata.uid = random_uid();
    const ObjectKey* from = former_name(manifests.handovers, manifest.object.key());
    if (from != nullptr && stored != nullptr) candidates.back().from = *from;
  }
  return candidates;
}

Status check_names(Records& records, const std::vector<Candidate>& candidates) {
  const auto tombstones = records.tombstones();
  if (!tombstones.ok()) return tombstones.status();
  for (const Candidate& candidate : candidates) {
    Status name = check_name(candidate, tombstones.value());
    if (!name.ok()) return name;
  }
  return {};
}

// Objects of the selector that no manifest names any more, in the namespaces of the manifests.
std::vector<Object> to_prune(const Selector& selector, const std::vector<Candidate>& candidates,
                             const std::vector<Object>& existing) {
  std::vector<Object> gone;
  if (selector.empty()) return gone;
  for (const Object& object : existing) {
    const bool here =
        std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
          return candidate.object.metadata.ns == object.metadata.ns;
        });
    if (!here || !selector.fits(object.metadata.labels) || object.deleting()) continue;
    const bool named = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& one) {
      return one.object.key() == object.key();
    });
    if (!named) gone.push_back(object);
  }
  return gone;
}

struct Prepared {
  std::unique_ptr<Session> session;
  std::vector<Manifest> manifests;
  std::vector<Candidate> candidates;  // one of each manifest
  std::vector<Object> pruned;
  std::vector<Object> all;  // candidates in the place of what is stored
  std::vector<ObjectKey> keys;
};

// Reads everything that both verbs need; false when it failed and was said.
bool prepare(const Options& options, Session::Access access, Prepared& out) {
  if (options.prune && options.selector.empty()) {
    fail("--prune needs a selector: -l key=value");
    return false;
  }
  const auto selector = Selector::parse(options.selector);
  if (!selector.ok()) return fail(selector.status()), false;
  // Manifests are checked before anything is opened for writing.
  auto look = Session::open(options, Session::Access::look);
  if (!look.ok()) return fail(look.status()), false;
  auto existing = look.value()->objects();
  if (!existing.ok()) return fail(existing.status()), false;
  // byocd gives names in the directory that it watches alone.
  const bool renames = options.prune && look.value()->daemon() == nullptr;
  const auto may_leave = [&](const Object& object) {
    return renames && !object.deleting() && selector.value().fits(object.metadata.labels);
  };
  const Manifests manifests = read_manifests(*look.value(), options, existing.value(), may_leave);
  if (!manifests.ok) return false;
  if (access == Session::Access::change) {
    look.value().reset();
    look = Session::open(options, access);
    if (!look.ok()) return fail(look.status()), false;
    existing = look.value()->objects();
    if (!existing.ok()) return fail(existing.status()), false;
  }
  out.session = std::move(look).value();
  existing = under_new_names(std::move(existing).value(), manifests.handovers);
  out.candidates = candidates_for(manifests, existing.value());
  out.manifests = manifests.list;
  for (const Candidate& candidate : out.candidates) out.keys.push_back(candidate.object.key());
  const Status names = check_names(out.session->records(), out.candidates);
  if (!names.ok()) return fail(names), false;
  out.all = existing.value();
  for (const Candidate& candidate : out.candidates) {
    std::erase_if(out.all,
                  [&](const Object& object) { return object.key() == candidate.object.key(); });
    out.all.push_back(candidate.object);
  }
  if (!options.prune) return true;
  out.pruned = to_prune(selector.value(), out.candidates, existing.value());
  const Status open = check_protection(out.pruned, out.all);
  if (!open.ok()) return fail(open), false;
  return true;
}

// What is applied, what goes, and what stands beside it.
PlanInput plan_input(const Prepared& prepared) {
  PlanInput input;
  for (const Candidate& candidate : prepared.candidates) input.objects.push_back(candidate.object);
  for (const Object& object : prepared.pruned) input.deletions.push_back(object.key());
  input.all = prepared.all;
  return input;
}

Status store_all(Prepared& prepared) {
  note_interrupts();
  Session& session = *prepared.session;
  const Status stopped = error(Code::cancelled,
                               "interrupted; a part of the manifests is stored, and the same "
                               "command goes on from here");
  for (std::size_t i = 0; i < prepared.candidates.size(); ++i) {
    const Candidate& candidate = prepared.candidates[i];
    if (interrupted()) return stopped;
    const auto stored =
        candidate.from
            ? store_renamed(*candidate.from, candidate.object, *session.own_store(),
                            session.secrets(), wall_clock())
            : session.store_applied(prepared.manifests[i], candidate.object, wall_clock());
    if (!stored.ok()) return stored.status();
  }
  for (const Object& object : prepared.pruned) {
    if (interrupted()) return stopped;
    Status marked = mark_deleted(object, session.store(), wall_clock());
    if (!marked.ok()) return marked;
  }
  return {};
}

std::vector<ObjectKey> changed_of(const Prepared& prepared) {
  std::vector<ObjectKey> keys;
  for (const Candidate& candidate : prepared.candidates) {
    if (candidate.changed || candidate.fresh || candidate.from)
      keys.push_back(candidate.object.key());
  }
  return keys;
}

std::vector<ObjectKey> keys_of(const std::vector<Object>& objects) {
  std::vector<ObjectKey> keys;
  for (const Object& object : objects) keys.push_back(object.key());
  return keys;
}

void print_done(const Prepared& prepared, bool calm) {
  for (const Candidate& candidate : prepared.candidates) {
    std::printf("%s %s\n", to_string(candidate.object.key()).c_str(),
                candidate.object.deleting()  ? "deleted"
                : candidate.from             ? "renamed"
                : candidate.fresh            ? "created"
                : candidate.changed || !calm ? "configured"
                                             : "unchanged");
  }
}

// byocd does the work, and looks at every object anew, changed or not.
int apply_with_daemon(const Options& options, Prepared& prepared, bool calm) {
  Follow follow(prepared.session->store(), prepared.session->records());
  Status status = follow.begin();
  if (status.ok()) status = store_all(prepared);
  for (const ObjectKey& key : prepared.keys) {
    if (!status.ok()) break;
    const auto asked = prepared.session->daemon()->request_look(key);
    if (!asked.ok()) status = asked.status();
  }
  if (!status.ok()) return fail(status);
  int code = kExitDone;
  if (options.wait) {
    code = follow.run(prepared.keys, Work::Goal::converge, timeout_of(options));
    const std::vector<ObjectKey> gone = keys_of(prepared.pruned);
    if (code == kExitDone && !gone.empty()) {
      code = follow.run(gone, Work::Goal::vanish, timeout_of(options));
    }
  }
  if (code == kExitDone) print_done(prepared, calm);
  return code;
}

}  // namespace

int run_plan(const Options& options) {
  if (!options.output.empty() && options.output != "json") {
    return fail("plan prints text, or JSON with -o json");
  }
  Prepared prepared;
  if (!prepare(options, Session::Access::look, prepared)) return kExitError;
  Planner planner(options, *prepared.session);
  const Result<Json> document = planner.plan(plan_input(prepared));
  if (!document.ok()) return fail(document.status());
  const PlanVerdict verdict = show_plan(options, document.value(), options.output == "json");
  if (!verdict.ok) return kExitError;
  const Status open = check_blocked(document.value(), changed_of(prepared));
  if (!open.ok()) return fail(open);
  return options.detailed_exitcode && !verdict.calm ? kExitChanges : kExitDone;
}

int run_apply(const Options& options) {
  if (options.dry_run) return run_plan(options);
  Prepared prepared;
  if (!prepare(options, Session::Access::change, prepared)) return kExitError;
  Planner planner(options, *prepared.session);
  const Result<Json> document = planner.plan(plan_input(prepared));
  if (!document.ok()) return fail(document.status());
  const PlanVerdict verdict = show_plan(options, document.value(), /*json=*/false);
  if (!verdict.ok) return kExitError;
  const Status open = check_blocked(document.value(), changed_of(prepared));
  if (!open.ok()) return fail(open);
  if (!verdict.calm && !confirmed(options, "Go on?")) return kExitError;
  if (planner.work() == nullptr) return apply_with_daemon(options, prepared, verdict.calm);
  Work& work = *planner.work();
  const Status stored = store_all(prepared);
  if (!stored.ok()) return fail(stored);
  if (!options.yes) work.begin_anew();  // whoever was asked took some time to answer
  int code = work.run(prepared.keys, Work::Goal::converge);
  if (code == kExitDone && !prepared.pruned.empty()) {
    code = work.run(keys_of(prepared.pruned), Work::Goal::vanish);
  }
  if (code == kExitChanges && !options.wait) return kExitDone;
  if (code == kExitDone) print_done(prepared, verdict.calm && work.changes() == 0);
  return code;
}

}  // namespace byoc
