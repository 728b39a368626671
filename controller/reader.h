// Reader: shares read calls among objects. One answer serves every object of the same account,
// role and region that asks the same thing at about the same time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "reconcilers/look.h"

namespace byoc {

class Reader {
 public:
  explicit Reader(Cloud& cloud) : cloud_(cloud) {}

  // Answers that were asked for at or after `since` (`detail_since` for detail queries) go into
  // `answers`; the others are asked for unless that is under way already. Returns whether some
  // answer is still to come.
  bool gather(const std::shared_ptr<const Principal>& principal, const std::vector<Query>& queries,
              Time since, Time detail_since, Answers& answers);

  // Takes the answer to one of its calls (and its body); false when the ticket is not one of them.
  [[nodiscard]] bool take(Completion& completion);

  // Drops answers that were asked for before `before`.
  void forget(Time before);

  [[nodiscard]] int calls() const { return calls_; }

 private:
  struct Entry {
    Answer answer;
    Time asked{};
    bool answered = false;
    bool flying = false;
  };

  Cloud& cloud_;
  std::map<std::string, Entry> entries_;  // by principal and query name
  std::map<Ticket, std::string> flying_;
  int calls_ = 0;
};

}  // namespace byoc
