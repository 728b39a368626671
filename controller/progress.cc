#include "controller/progress.h"

#include "cloud/aws/errors.h"

namespace byoc {

std::string result_word(const Status& status) {
  const bool has_none = status.ok() || status.aws_code.empty();
  return has_none ? std::string(code_name(status.code)) : status.aws_code;
}

std::string denial_reason(const Status& status) {
  return is_about_credentials(status.aws_code) ? "InvalidCredentials" : "AccessDenied";
}

std::string event_text(const Progress& progress) {
  const Action& action = *progress.action;
  std::string text = std::string(verb_name(action.verb)) + " " + action.key;
  if (!progress.outcome->id.empty()) text += " (" + progress.outcome->id + ")";
  if (progress.outcome->status.ok()) return text;
  text += ": " + action.operation + ": ";
  if (!progress.outcome->status.aws_code.empty()) {
    text += progress.outcome->status.aws_code + ": ";
  }
  return text + progress.outcome->status.message;
}

std::string event_reason(const Progress& progress) {
  if (!progress.outcome->status.ok()) {
    switch (progress.outcome->status.code) {
      case Code::conflict: return "Blocked";
      case Code::denied:
        // A role that may make and not take away: what it made stays, and is remembered.
        return progress.action->verb == Verb::remove ? "CleanupNotPermitted"
                                                     : denial_reason(progress.outcome->status);
      case Code::quota: return "QuotaExceeded";
      case Code::capacity: return "InsufficientCapacity";
      case Code::throttled: return "Throttled";
      case Code::already_exists: return "AlreadyExists";
      case Code::unknown_outcome: return "AnswerLost";
      default: return "CallFailed";
    }
  }
  switch (progress.action->verb) {
    case Verb::create: return "Created";
    case Verb::remove: return "Deleted";
    case Verb::tag: return "Tagged";
    default: return "Updated";
  }
}

JournalEntry journal_entry(const Progress& progress) {
  const Action& action = *progress.action;
  const Status& status = progress.outcome->status;
  JournalEntry entry;
  entry.object = progress.object;
  entry.at = progress.at;
  entry.service = action.service;
  entry.operation = action.operation;
  entry.key = action.key;
  entry.resource = progress.outcome->id;
  entry.why = action.why;
  entry.result = result_word(status);
  entry.message = status.message;
  entry.request_id = progress.request_id;
  return entry;
}

}  // namespace byoc
