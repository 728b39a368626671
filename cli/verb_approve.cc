// approve: lets deletions go that the watched directory asks for and byocd holds back.
#include <cstdio>

#include "cli/session.h"
#include "cli/verbs.h"

namespace byoc {
namespace {

void print_question(const Approval& question) {
  const std::size_t count = question.objects.size();
  std::printf("No file names %s any more (since %s):\n",
              count == 1 ? "this object" : ("these " + std::to_string(count) + " objects").c_str(),
              format_time(question.asked).c_str());
  for (const ObjectKey& key : question.objects) std::printf("  %s\n", to_string(key).c_str());
}

}  // namespace

// No lock is taken: a daemon that runs goes on, and finds the answer in the store. What is granted
// is what was printed; when another set waits by then, the store refuses.
int run_approve(const Options& options) {
  if (!options.arguments.empty()) {
    return fail("approve takes no names: it is about all deletions that wait, or none");
  }
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  Questions& questions = session.value()->questions();
  const auto waiting = questions.approval();
  if (!waiting.ok()) return fail(waiting.status());
  if (!waiting.value()) {
    std::printf("No deletion waits for an approval.\n");
    return kExitDone;
  }
  const Approval& question = *waiting.value();
  print_question(question);
  if (question.granted) {
    std::printf("Approved on %s; byocd deletes them when it next reads the files.\n",
                format_time(*question.granted).c_str());
    return kExitDone;
  }
  if (options.list) return kExitDone;
  if (!confirmed(options, "They and all that they hold will be deleted. Go on?")) {
    return kExitError;
  }
  const Status granted = questions.grant(question.id, wall_clock());
  if (!granted.ok()) return fail(granted);
  std::printf("Approved; byocd deletes them when it next reads the files.\n");
  return kExitDone;
}

}  // namespace byoc
