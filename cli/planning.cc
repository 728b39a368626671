#include "cli/planning.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/join.h"
#include "cli/plan_print.h"
#include "controller/api_socket.h"
#include "controller/plan_report.h"

namespace byoc {
namespace {

std::string absolute(const std::string& path) {
  char* const found = ::realpath(path.c_str(), nullptr);
  if (found == nullptr) return path;
  std::string out(found);
  ::free(found);
  return out;
}

Json plan_here(const Options& options, Work& work, const PlanInput& input) {
  std::vector<Object> all = input.all;
  std::vector<ObjectKey> keys;
  for (const Object& object : input.objects) keys.push_back(object.key());
  for (const ObjectKey& key : input.deletions) {
    keys.push_back(key);
    for (Object& object : all) {
      if (object.key() == key && !object.deleting()) object.metadata.deleted = wall_clock();
    }
  }
  std::vector<Json> planned;
  const std::shared_ptr<DryRun> run = work.controller().dry_run(all, keys);
  for (const auto& pass : run->passes) planned.push_back(planned_object(*pass));
  return plan_document("byocctl", absolute(options.state_dir) + "/byoc.db", std::move(planned));
}

bool says_something(const Json& object) {
  return !object.at("entries").empty() || object.contains("problem") || object.contains("waits") ||
         object.value("delete", false);
}

void print_document(const Json& document, const PlanStyle& style, bool calm) {
  std::printf("Plan by %s, store %s\n\n", document.value("madeBy", "").c_str(),
              document.value("store", "").c_str());
  for (const Json& object : document.at("objects")) {
    if (says_something(object)) std::printf("%s\n", print_planned(object, style).c_str());
  }
  const std::vector<std::string> unread = unread_of(document);
  if (calm) {
    std::printf("No changes. AWS holds what the manifests say%s\n",
                unread.empty() ? "." : ", as far as it could be read.");
  } else if (problems_of(document).empty()) {
    std::printf("%s\n", plan_summary(count_document(document)).c_str());
  } else {
    std::printf("Not everything could be planned.\n");
  }
  if (unread.empty()) return;
  std::printf("Neither made nor checked, for this endpoint does not have it: %s\n",
              joined(unread).c_str());
}

}  // namespace

Result<Json> Planner::plan(const PlanInput& input) {
  if (session_.daemon() == nullptr) {
    auto cloud = session_.cloud();
    if (!cloud.ok()) return cloud.status();
    work_ = std::make_unique<Work>(session_, *cloud.value(), options_);
    return plan_here(options_, *work_, input);
  }
  std::vector<std::string> paths;
  for (const std::string& file : options_.files) paths.push_back(absolute(file));
  auto made = session_.daemon()->plan(input.objects, input.deletions, paths, timeout_of(options_));
  if (!made.ok()) return made;
  Json document = std::move(made).value();
  document["store"] =
      options_.socket.empty() ? default_socket_path(options_.state_dir) : options_.socket;
  return document;
}

Status check_blocked(const Json& document, const std::vector<ObjectKey>& changed) {
  for (const Json& object : document.at("objects")) {
    const auto name = object.at("name").get<std::string>();
    const bool meant = std::any_of(changed.begin(), changed.end(),
                                   [&](const ObjectKey& key) { return to_string(key) == name; });
    for (const Json& entry : object.at("entries")) {
      const std::string reason = entry.value("reason", "");
      const bool blocked = entry.value("verb", "") == "blocked" &&
                           (reason == "ReplacementNeeded" || reason == "NameConflict");
      if (!meant || !blocked || entry.value("cause", "") == "outside") continue;
      return error(Code::conflict, name + ": " + reason + ": " + entry.value("key", "") + ": " +
                                       entry.value("why", "") + "; nothing was stored");
    }
  }
  return {};
}

PlanVerdict show_plan(const Options& options, const Json& document, bool json) {
  PlanVerdict verdict;
  const PlanCounts counts = count_document(document);
  const std::vector<std::string> problems = problems_of(document);
  const Json& objects = document.at("objects");
  verdict.ok = problems.empty();
  verdict.calm = verdict.ok && !has_changes(counts) && counts.wait == 0 && counts.blocked == 0 &&
                 std::none_of(objects.begin(), objects.end(),
                              [](const Json& object) { return object.value("delete", false); });
  verdict.refused = std::any_of(objects.begin(), objects.end(), [](const Json& object) {
    const std::string reason = object.value("reason", "");
    return object.contains("problem") &&
           (reason == "DeletionProtected" || reason == "WrongAccount");
  });
  if (json) {
    std::printf("%s\n", document.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  } else {
    PlanStyle style;
    style.color = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    style.all = options.verbose;
    print_document(document, style, verdict.calm);
  }
  for (const std::string& problem : problems) fail(problem);
  return verdict;
}

}  // namespace byoc
