#include "controller/reader.h"

#include <utility>

namespace byoc {
namespace {

std::string scope_of(const Principal& principal) {
  return principal.region + "|" + principal.role_arn + "|" + principal.session_name + "|";
}

}  // namespace

bool Reader::gather(const std::shared_ptr<const Principal>& principal, const Query& query,
                    Time since, Answers& answers) {
  const std::string name = scope_of(*principal) + query.name;
  Entry& entry = entries_[name];
  if (entry.answered && entry.asked >= since) {
    answers[query.name] = entry.answer;
    return false;
  }
  // A call that is under way but was asked too early is asked again when it is over.
  if (entry.flying) return true;
  entry.flying = true;
  entry.answered = false;
  entry.asked = cloud_.now();
  ++calls_;
  flying_.emplace(cloud_.start({query.service, query.operation, query.params, principal}), name);
  return true;
}

bool Reader::take(Completion& completion) {
  const auto found = flying_.find(completion.ticket);
  if (found == flying_.end()) return false;
  Entry& entry = entries_[found->second];
  flying_.erase(found);
  entry.flying = false;
  entry.answered = true;
  entry.answer = look_answer(completion.status, std::move(completion.body));
  return true;
}

void Reader::forget(Time before) {
  std::erase_if(entries_, [&](const auto& item) {
    return item.second.answered && !item.second.flying && item.second.asked < before;
  });
}

}  // namespace byoc
