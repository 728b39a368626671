// What the progress of an action is called in events and in the journal.
#pragma once

#include <string>

#include "controller/executor.h"
#include "controller/store.h"

namespace byoc {

// AWS's code for what went wrong, or ours when it has none; "ok".
[[nodiscard]] std::string result_word(const Status& status);

// "Created" or "AccessDenied"
[[nodiscard]] std::string event_reason(const Progress& progress);

// Of a refusal: "InvalidCredentials" when it is about who signs, else "AccessDenied".
[[nodiscard]] std::string denial_reason(const Status& status);

// "create vpc (vpc-1)", and AWS's words when it was refused
[[nodiscard]] std::string event_text(const Progress& progress);

[[nodiscard]] JournalEntry journal_entry(const Progress& progress);

}  // namespace byoc
