#include "controller/reader.h"

#include <utility>

namespace byoc {
namespace {

// Whoever works as the same role in the same region sees the same, whatever its session is called.
std::string name_of(const Principal& principal, const Query& query) {
  return principal.region + "|" + principal.role_arn + "|" + principal.external_id.fingerprint() +
         "|" + query.name;
}

}  // namespace

bool Reader::gather(const std::shared_ptr<const Principal>& principal, const Query& query,
                    Time since, Answers& answers) {
  const std::string name = name_of(*principal, query);
  Entry& entry = entries_[name];
  if (entry.answered && entry.asked >= since) {
    answers[query.name] = entry.answer;
    return false;
  }
  // A call that is under way but was asked too early is asked again when it is over.
  if (entry.flying) return true;
  entry.flying = true;
  entry.answered = false;
  entry.answer = {};
  entry.detail = query.detail;
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
  entry.answer = LookAnswer(completion.status, std::exchange(completion.body, Json()));
  entry.answer.asked = entry.asked;
  return true;
}

void Reader::forget(Time before, Time detail_before) {
  std::erase_if(entries_, [&](const auto& item) {
    const Entry& entry = item.second;
    return !entry.flying && entry.asked < (entry.detail ? detail_before : before);
  });
}

}  // namespace byoc
