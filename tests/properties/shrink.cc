// Makes a failing case smaller: whatever can be left out is left out.
#include <string>
#include <utility>

#include "manifests/pointer.h"
#include "tests/properties/properties.h"
#include "tests/sim/workers.h"

namespace byoc::properties {
namespace {

constexpr int kAttemptsMax = 400;

// In a process of its own.
bool still_fails(const Case& one) {
  bool fails = false;
  sim::Work work;
  work.count = 1;
  work.jobs = 2;
  work.task = [&](std::uint64_t) {
    Reach reach;
    const Verdict verdict = check_case(one, reach);
    return verdict.valid ? verdict.complaint : std::string();
  };
  work.ended = [&](std::uint64_t, const std::string& text) { fails = !text.empty(); };
  sim::share_out(work);
  return fails;
}

// Every place below `value`, the outer ones first.
void add_places(const Json& value, const std::string& pointer, std::vector<std::string>& out) {
  if (!value.is_structured()) return;
  std::size_t index = 0;
  for (const auto& [name, inner] : value.items()) {
    const std::string place =
        value.is_array() ? pointer_to(pointer, index++) : pointer_to(pointer, name);
    out.push_back(place);
    add_places(inner, place, out);
  }
}

bool try_case(Case& best, Case candidate, int& attempts) {
  if (++attempts > kAttemptsMax || !still_fails(candidate)) return false;
  best = std::move(candidate);
  return true;
}

bool drop_documents(Case& best, int& attempts) {
  for (std::size_t i = best.documents.size(); i-- > 0 && best.documents.size() > 1;) {
    Case candidate = best;
    candidate.documents.erase(candidate.documents.begin() + static_cast<std::ptrdiff_t>(i));
    std::erase_if(candidate.edits, [i](const Edit& edit) { return edit.document == i; });
    for (Edit& edit : candidate.edits) edit.document -= edit.document > i ? 1 : 0;
    if (try_case(best, std::move(candidate), attempts)) return true;
  }
  return false;
}

bool drop_edits(Case& best, int& attempts) {
  for (std::size_t i = best.edits.size(); i-- > 0;) {
    Case candidate = best;
    candidate.edits.erase(candidate.edits.begin() + static_cast<std::ptrdiff_t>(i));
    if (try_case(best, std::move(candidate), attempts)) return true;
  }
  return false;
}

bool drop_members(Case& best, int& attempts) {
  for (std::size_t i = 0; i < best.documents.size(); ++i) {
    std::vector<std::string> places;
    add_places(best.documents[i], "", places);
    for (const std::string& place : places) {
      Case candidate = best;
      const Edit removal{i, place, nullptr};
      if (!apply_edit(removal, candidate.documents[i])) continue;
      if (try_case(best, std::move(candidate), attempts)) return true;
    }
  }
  return false;
}

}  // namespace

Case shrunk(Case failing) {
  int attempts = 0;
  while (drop_documents(failing, attempts) || drop_edits(failing, attempts) ||
         drop_members(failing, attempts)) {
  }
  return failing;
}

}  // namespace byoc::properties
