// The verbs that compare manifests with the world: plan and apply.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "cli/follow.h"
#include "cli/plan_print.h"
#include "cli/session.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "cli/work.h"
#include "controller/candidate.h"
#include "controller/deletion.h"
#include "manifests/selector.h"

namespace byoc {
namespace {

// Plans name resources by the uid, so that a fresh object needs one before it is stored.
std::vector<Candidate> candidates_for(const std::vector<Manifest>& manifests,
                                      const std::vector<Object>& existing) {
  std::vector<Candidate> candidates;
  for (const Manifest& manifest : manifests) {
    const Object* stored = find_object(existing, manifest.object.key());
    candidates.push_back(candidate_for(manifest, stored, {}));
    if (stored == nullptr) candidates.back().object.metadata.uid = random_uid();
  }
  return candidates;
}

Status check_names(Store& store, const std::vector<Candidate>& candidates) {
  const auto tombstones = store.tombstones();
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

struct Comparison {
  bool ok = true;
  PlanCounts counts;
  bool calls = false;
  std::set<std::string> unread;  // "eks:DescribeAddon": what the endpoint does not have
};

// Plans every object as if all of them were stored already, and prints the plans.
Comparison compare(Controller& controller, const std::vector<Object>& objects,
                   const std::vector<ObjectKey>& keys) {
  Comparison result;
  const bool color = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  for (const ObjectKey& key : keys) {
    const Object* object = find_object(objects, key);
    const auto pass = controller.dry_run(*object, objects);
    if (!pass->failure().ok() && !pass->waiting()) {
      fail(to_string(key) + ": " + pass->failure().message);
      result.ok = false;
      continue;
    }
    if (!pass->failure().ok()) {
      std::printf("%s\n  = %s\n\n", to_string(key).c_str(),
                  printable(pass->failure().message).c_str());
      ++result.counts.wait;
      continue;
    }
    for (const auto& [type, operation] : pass->snapshot().unsupported) {
      result.unread.insert(std::string(find_row(type).service) + ":" + operation);
    }
    result.counts += count_plan(pass->plan());
    result.calls = result.calls || has_calls(pass->plan());
    if (!pass->plan().actions.empty()) {
      std::printf("%s\n", print_plan(to_string(key), pass->plan(), color).c_str());
    }
  }
  return result;
}

struct Prepared {
  std::unique_ptr<Session> session;
  Cloud* cloud = nullptr;
  std::vector<Candidate> candidates;
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
  const Manifests manifests = read_manifests(options, existing.value());
  if (!manifests.ok) return false;
  if (access == Session::Access::change) {
    look.value().reset();
    look = Session::open(options, access);
    if (!look.ok()) return fail(look.status()), false;
    existing = look.value()->objects();
    if (!existing.ok()) return fail(existing.status()), false;
  }
  out.session = std::move(look).value();
  out.candidates = candidates_for(manifests.list, existing.value());
  for (const Candidate& candidate : out.candidates) out.keys.push_back(candidate.object.key());
  const Status names = check_names(out.session->store(), out.candidates);
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

bool connect(Prepared& prepared) {
  auto cloud = prepared.session->cloud();
  if (!cloud.ok()) return fail(cloud.status()), false;
  prepared.cloud = cloud.value();
  return true;
}

bool nothing_to_do(const Comparison& comparison, const Prepared& prepared) {
  return !comparison.calls && comparison.counts.wait == 0 && comparison.counts.blocked == 0 &&
         prepared.pruned.empty();
}

void print_pruned(const Prepared& prepared) {
  for (const Object& object : prepared.pruned) {
    std::printf("%s is not in the files any more and will be deleted\n",
                to_string(object.key()).c_str());
  }
}

void print_summary(const Comparison& comparison, const Prepared& prepared) {
  print_pruned(prepared);
  if (nothing_to_do(comparison, prepared)) {
    std::printf("No changes. AWS holds what the manifests say%s\n",
                comparison.unread.empty() ? "." : ", as far as it could be read.");
  } else {
    std::printf("%s\n", plan_summary(comparison.counts).c_str());
  }
  if (comparison.unread.empty()) return;
  std::string names;
  for (const std::string& name : comparison.unread) names += (names.empty() ? "" : ", ") + name;
  std::printf("Neither made nor checked, for this endpoint does not have it: %s\n", names.c_str());
}

Status store_all(Prepared& prepared) {
  note_interrupts();
  Session& session = *prepared.session;
  const Status stopped = error(Code::cancelled,
                               "interrupted; a part of the manifests is stored, and the same "
                               "command goes on from here");
  for (const Candidate& candidate : prepared.candidates) {
    if (interrupted()) return stopped;
    const auto stored = session.store_object(candidate.object, wall_clock());
    if (!stored.ok()) return stored.status();
  }
  for (const Object& object : prepared.pruned) {
    if (interrupted()) return stopped;
    Status marked = mark_deleted(object, session.store(), wall_clock());
    if (!marked.ok()) return marked;
  }
  return {};
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
                : candidate.fresh            ? "created"
                : candidate.changed || !calm ? "configured"
                                             : "unchanged");
  }
}

// What will be stored, before byocd is asked; answers whether that changes anything.
bool print_wishes(const Prepared& prepared) {
  bool any = !prepared.pruned.empty();
  for (const Candidate& candidate : prepared.candidates) {
    any = any || candidate.changed;
    if (!candidate.changed) continue;
    std::printf("%s will be %s\n", to_string(candidate.object.key()).c_str(),
                candidate.fresh ? "created" : "changed");
  }
  print_pruned(prepared);
  if (!any) std::printf("No changes. byocd holds what the manifests say.\n");
  return any;
}

// byocd does the work, and looks at every object anew, changed or not.
int apply_with_daemon(const Options& options, Prepared& prepared) {
  const bool any = print_wishes(prepared);
  if (any && !confirmed(options, "Go on?")) return kExitError;
  Follow follow(prepared.session->store());
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
  if (code == kExitDone) print_done(prepared, true);
  return code;
}

}  // namespace

int run_plan(const Options& options) {
  Prepared prepared;
  if (!prepare(options, Session::Access::look, prepared) || !connect(prepared)) return kExitError;
  Work work(*prepared.session, *prepared.cloud, options);
  const Comparison comparison = compare(work.controller(), prepared.all, prepared.keys);
  if (!comparison.ok) return kExitError;
  print_summary(comparison, prepared);
  return options.detailed_exitcode && !nothing_to_do(comparison, prepared) ? kExitChanges
                                                                           : kExitDone;
}

int run_apply(const Options& options) {
  if (options.dry_run) return run_plan(options);
  Prepared prepared;
  if (!prepare(options, Session::Access::change, prepared)) return kExitError;
  if (prepared.session->daemon() != nullptr) return apply_with_daemon(options, prepared);
  if (!connect(prepared)) return kExitError;
  Work work(*prepared.session, *prepared.cloud, options);
  const Comparison comparison = compare(work.controller(), prepared.all, prepared.keys);
  if (!comparison.ok) return kExitError;
  print_summary(comparison, prepared);
  const bool calm = nothing_to_do(comparison, prepared);
  if (!calm && !confirmed(options, "Go on?")) return kExitError;
  const Status stored = store_all(prepared);
  if (!stored.ok()) return fail(stored);
  int code = work.run(prepared.keys, Work::Goal::converge);
  if (code == kExitDone && !prepared.pruned.empty()) {
    code = work.run(keys_of(prepared.pruned), Work::Goal::vanish);
  }
  if (code == kExitChanges && !options.wait) return kExitDone;
  if (code == kExitDone) print_done(prepared, calm);
  return code;
}

}  // namespace byoc
