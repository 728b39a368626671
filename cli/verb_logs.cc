// logs: the journal of calls that changed something: what was called, when, why, and the result.
#include <time.h>

#include <cstdio>
#include <set>

#include "cli/moment.h"
#include "cli/session.h"
#include "cli/targets.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace byoc {
namespace {

constexpr timespec kFollowPause{1, 0};

// An answer that heals by waiting or asking again is a warning.
std::string level_of(const JournalEntry& entry) {
  if (entry.result == "ok") return "info";
  for (const Code code : {Code::conflict, Code::throttled, Code::unavailable}) {
    if (entry.result == code_name(code)) return "warn";
  }
  return "error";
}

int rank_of(const std::string& level) {
  return level == "error" ? 2 : level == "warn" ? 1 : 0;
}

bool wanted(const Options& options, const JournalEntry& entry) {
  if (options.ns_given && entry.object.ns != options.ns) return false;
  return rank_of(options.level) <= rank_of(level_of(entry));
}

void print_entry(const JournalEntry& entry, bool human) {
  std::string line = human ? format_age(wall_clock() - entry.at) + " ago" : format_time(entry.at);
  line += " " + to_string(entry.object) + " " + entry.service + ":" + entry.operation + " " +
          entry.key + (entry.resource.empty() ? "" : " " + entry.resource) + " " + entry.result;
  if (!entry.why.empty()) line += " (" + entry.why + ")";
  if (!entry.message.empty()) line += ": " + entry.message;
  if (!entry.request_id.empty()) line += " [" + entry.request_id + "]";
  std::printf("%s\n", printable(line).c_str());
}

Json entry_json(const JournalEntry& entry) {
  return {{"time", format_time(entry.at)},
          {"level", level_of(entry)},
          {"object", to_string(entry.object)},
          {"service", entry.service},
          {"operation", entry.operation},
          {"key", entry.key},
          {"resource", entry.resource},
          {"why", entry.why},
          {"result", entry.result},
          {"message", entry.message},
          {"requestId", entry.request_id}};
}

// Of a deleted object, too, while there is a journal of it.
Result<ObjectKey> named_object(const Options& options) {
  const auto targets = parse_targets(options.arguments);
  if (!targets.ok()) return targets.status();
  const Target& target = targets.value().list.front();
  return ObjectKey{target.kind, options.ns, target.name};
}

// An object that exists, or that has a journal; an error names those that do.
Status check_known(Session& session, const ObjectKey& key) {
  if (session.store().get(key).ok()) return {};
  JournalQuery query;
  query.limit = kJournalMax;
  const auto entries = session.records().journal(query);
  if (!entries.ok()) return entries.status();
  std::set<std::string> known;
  for (const JournalEntry& entry : entries.value()) known.insert(to_string(entry.object));
  if (known.contains(to_string(key))) return {};
  std::string text = to_string(key) + " does not exist, and there is no journal of it";
  for (const std::string& name : known) text += (name == *known.begin() ? "; of " : ", ") + name;
  return error(Code::not_found, text);
}

Status read_times(const Options& options, JournalQuery& query) {
  const auto read = [&](const char* flag, const std::string& text, Time& into) -> Status {
    if (text.empty()) return {};
    const auto moment = parse_moment(text, wall_clock());
    if (!moment) {
      return error(Code::invalid, std::string(flag) + " " + text +
                                      " is no time; write \"24 hours ago\", 90m or "
                                      "2026-01-31T09:30:00Z");
    }
    into = *moment;
    return {};
  };
  const Status from = read("--from", options.from, query.from);
  return from.ok() ? read("--to", options.to, query.to) : from;
}

}  // namespace

int run_logs(const Options& options) {
  auto session = Session::open(options, Session::Access::look);
  if (!session.ok()) return fail(session.status());
  JournalQuery query;
  if (!options.arguments.empty()) {
    const auto key = named_object(options);
    if (!key.ok()) return fail(key.status());
    const Status known = check_known(*session.value(), key.value());
    if (!known.ok()) return fail(known);
    query.object = key.value();
  }
  const Status times = read_times(options, query);
  if (!times.ok()) return fail(times);
  const std::size_t limit = options.tail != 0 ? options.tail : options.limit;
  query.limit = limit + 1;  // one more tells whether there are more
  note_interrupts();
  while (!interrupted()) {
    auto entries = session.value()->records().journal(query);
    if (!entries.ok()) return fail(entries.status());
    const bool cut = entries.value().size() > limit;
    if (cut) entries.value().erase(entries.value().begin());
    for (const JournalEntry& entry : entries.value()) {
      query.after = entry.id;
      if (!wanted(options, entry)) continue;
      if (options.output == "json") {
        std::printf("%s\n", entry_json(entry).dump().c_str());
      } else {
        print_entry(entry, options.time_format == "human");
      }
    }
    std::fflush(stdout);
    if (cut && options.tail == 0) {
      std::fprintf(stderr,
                   "byocctl: there are more than %zu entries; see earlier ones with a higher "
                   "--limit, or --to\n",
                   limit);
    }
    if (!options.watch) return kExitDone;
    nanosleep(&kFollowPause, nullptr);  // an interrupt ends it early
  }
  return kExitInterrupted;
}

}  // namespace byoc
