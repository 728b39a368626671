// The verb that takes away: delete.
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/follow.h"
#include "cli/planning.h"
#include "cli/session.h"
#include "cli/targets.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "cli/work.h"
#include "controller/candidate.h"
#include "controller/deletion.h"
#include "reconcilers/location.h"

namespace byoc {
namespace {

// The objects to delete: named on the command line, or those of manifests.
Result<std::vector<Object>> targets(const Options& options, const std::vector<Object>& all) {
  if (options.files.empty()) return choose_objects(options, all);
  Loaded loaded = load_paths(options.files);
  std::vector<Object> out;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    std::fprintf(stderr, "%s\n", harmless(format_diagnostic(diagnostic)).c_str());
  }
  if (has_errors(loaded.diagnostics)) {
    return error(Code::invalid, "nothing was deleted: the manifests cannot be read");
  }
  const Status placed = place_in_namespace(options, loaded.manifests);
  if (!placed.ok()) return placed;
  for (const Manifest& manifest : loaded.manifests) {
    for (const Object& object : all) {
      if (object.key() == manifest.object.key()) out.push_back(object);
    }
  }
  return out;
}

bool contains(const std::vector<Object>& objects, const ObjectKey& key) {
  return std::any_of(objects.begin(), objects.end(),
                     [&](const Object& object) { return object.key() == key; });
}

// Adds what depends on the targets, or names it with the command that would take it away.
Status add_dependents(const Options& options, const std::vector<Object>& all,
                      std::vector<Object>& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (const Object& other : all) {
      if (!refers_to(other, targets[i].key()) || contains(targets, other.key())) continue;
      if (options.cascade || cascades(targets[i])) {
        targets.push_back(other);
        continue;
      }
      return error(Code::conflict, to_string(targets[i].key()) + " is still used by " +
                                       to_string(other.key()) + "; first: byocctl delete " +
                                       to_string(other.key()) +
                                       ", or add --cascade to delete both");
    }
  }
  return {};
}

void print_deleted(const std::vector<ObjectKey>& keys) {
  for (const ObjectKey& key : keys) std::printf("%s deleted\n", to_string(key).c_str());
}

// Drops the records and says what stays behind.
int drop_records(Session& session, const std::vector<Object>& objects) {
  ObjectStore& store = session.store();
  for (Object object : objects) {
    if (interrupted()) return fail("interrupted; the records named above are dropped");
    const auto intents = session.records().intents(object.metadata.uid);
    if (!intents.ok()) return fail(intents.status());
    if (session.daemon() == nullptr) {  // byocd sees to it itself
      object.metadata.finalizers.clear();
      object.metadata.deleted = wall_clock();
      auto stored = store.put(object, wall_clock());
      if (!stored.ok()) return fail(stored.status());
    }
    const Status removed = store.remove(object.key(), wall_clock());
    if (!removed.ok()) return fail(removed);
    if (session.daemon() == nullptr) {
      const Status dropped = session.secrets().drop(object.key());
      if (!dropped.ok()) return fail(dropped);
    }
    const std::string account = location_of(object).account;
    std::printf("%s: record dropped. Left behind%s, and yours to delete (they may cost money):\n",
                to_string(object.key()).c_str(),
                account.empty() ? "" : (" in account " + account).c_str());
    std::size_t count = 0;
    if (object.status.contains("inventory")) {
      for (const Json& entry : object.status["inventory"]) {
        std::printf("  %s %s\n", printable(entry.value("type", "")).c_str(),
                    printable(entry.value("id", "")).c_str());
        ++count;
      }
    }
    for (const Intent& intent : intents.value()) {
      const bool listed = intent.state != Intent::State::open && count > 0;
      if (listed) continue;
      std::printf("  %s %s (promised; it may or may not exist)\n", intent.type.c_str(),
                  intent.id.empty() ? intent.key.c_str() : intent.id.c_str());
      ++count;
    }
    if (count == 0) std::printf("  nothing that is known here\n");
    std::printf("  to look for the rest: tag byoc.dev/owner-uid=%s\n", object.metadata.uid.c_str());
  }
  return kExitDone;
}

// `aws s3 rb --force` leaves old versions, and then fails: they go first, a page at a time.
void print_bucket_hint(const char* bucket) {
  std::printf(
      "; to delete it with all that is in it:\n"
      "  aws s3api delete-objects --bucket %s --delete \"$(aws s3api list-object-versions"
      " --bucket %s --max-items 1000 --output json --query"
      " '{Objects: [Versions,DeleteMarkers][].{Key:Key,VersionId:VersionId}}')\""
      "  # again until nothing is left\n"
      "  aws s3 rb s3://%s",
      bucket, bucket, bucket);
}

void print_kept(const std::map<std::string, std::string>& kept) {
  for (const auto& [what, id] : kept) {
    std::printf("%s %s is kept (deletionPolicy Retain)", printable(what).c_str(),
                printable(id).c_str());
    if (what.ends_with(" bucket")) print_bucket_hint(printable(id).c_str());
    if (what.ends_with(" repository")) {
      std::printf(
          "; to delete it with its images:\n  aws ecr delete-repository --force"
          " --repository-name %s",
          printable(id).c_str());
    }
    std::printf("\n");
  }
}

// byocd takes away what is marked; this shows how.
int delete_with_daemon(const Options& options, Session& session,
                       const std::vector<Object>& objects) {
  Follow follow(session.store(), session.records());
  Status status = follow.begin();
  std::vector<ObjectKey> keys;
  for (const Object& object : objects) {
    if (interrupted()) return fail("interrupted; the same command goes on from here");
    if (status.ok() && !object.deleting())
      status = mark_deleted(object, session.store(), wall_clock());
    keys.push_back(object.key());
  }
  if (!status.ok()) return fail(status);
  if (!options.wait) return kExitDone;
  const int code = follow.run(keys, Work::Goal::vanish, timeout_of(options));
  print_kept(follow.kept());
  if (code == kExitDone) print_deleted(keys);
  return code;
}

// What is refused is refused as a whole, before anything is marked.
Status check_deletions(Controller& controller, const std::vector<Object>& objects,
                       const std::vector<Object>& all) {
  for (const Object& object : objects) {
    if (object.deleting()) continue;
    const Status allowed = controller.check_deletion(object, all);
    if (allowed.ok()) continue;
    return error(allowed.code, to_string(object.key()) + " is not deleted: " + allowed.message);
  }
  return {};
}

}  // namespace

int run_delete(const Options& options) {
  auto opened =
      Session::open(options, options.dry_run ? Session::Access::look : Session::Access::change);
  if (!opened.ok()) return fail(opened.status());
  Session& session = *opened.value();
  const auto all = session.objects();
  if (!all.ok()) return fail(all.status());
  auto chosen = targets(options, all.value());
  if (!chosen.ok()) return fail(chosen.status());
  std::vector<Object> objects = std::move(chosen).value();
  if (objects.empty()) {
    std::printf("There is nothing to delete.\n");
    return kExitDone;
  }
  const Status open = check_protection(objects, options.force ? objects : all.value());
  if (!open.ok()) return fail(open);
  if (!options.force) {
    const Status dependents = add_dependents(options, all.value(), objects);
    if (!dependents.ok()) return fail(dependents);
  }
  PlanInput input;
  input.all = all.value();
  for (const Object& object : objects) input.deletions.push_back(object.key());
  const std::vector<ObjectKey>& keys = input.deletions;
  Planner planner(options, session);
  if (options.force) {
    for (const ObjectKey& key : keys) {
      std::printf("%s will be forgotten; its resources stay\n", to_string(key).c_str());
    }
  } else {
    const Result<Json> document = planner.plan(input);
    if (!document.ok()) return fail(document.status());
    const bool json = options.dry_run && options.output == "json";
    const PlanVerdict verdict = show_plan(options, document.value(), json);
    if (verdict.refused) return fail("nothing was deleted");
    if (options.dry_run) return verdict.ok ? kExitDone : kExitError;
  }
  if (options.dry_run) return kExitDone;
  if (!confirmed(options, "This cannot be taken back. Go on?")) return kExitError;
  note_interrupts();
  if (options.force) return drop_records(session, objects);
  if (session.daemon() != nullptr) return delete_with_daemon(options, session, objects);
  Work& work = *planner.work();
  if (!options.yes) work.begin_anew();  // whoever was asked took some time to answer
  const Status allowed = check_deletions(work.controller(), objects, all.value());
  if (!allowed.ok()) return fail(allowed);
  for (const Object& object : objects) {
    if (interrupted()) return fail("interrupted; the same command goes on from here");
    if (object.deleting()) continue;
    const Status marked = mark_deleted(object, session.store(), wall_clock());
    if (!marked.ok()) return fail(marked);
  }
  const int code = work.run(keys, Work::Goal::vanish);
  print_kept(work.kept());
  if (code == kExitChanges && !options.wait) return kExitDone;
  if (code != kExitDone) return code;
  print_deleted(keys);
  return kExitDone;
}

}  // namespace byoc
