// Reader: shares read calls among objects. One answer serves every object of the same account,
// role and region that asks the same thing at about the same time.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "cloud/cloud.h"
#include "reconcilers/look.h"

namespace byoc {

class Reader {
 public:
  explicit Reader(Cloud& cloud) : cloud_(cloud) {}

  // An answer that was asked for at or after `since` goes into `answers`; otherwise it is asked
  // for, unless that is under way already. Returns whether the answer is still to come.
  bool gather(const std::shared_ptr<const Principal>& principal, const Query& query, Time since,
              Answers& answers);

  // Takes the answer to one of its calls (and its body); false when the ticket is not one of them.
  [[nodiscard]] bool take(Completion& completion);

  // Drops answers that were asked for before these times.
  void forget(Time before, Time detail_before);

  [[nodiscard]] int calls() const { return calls_; }

 private:
  struct Entry {
    LookAnswer answer;
    Time asked{};
    bool detail = false;
    bool answered = false;
    bool flying = false;
  };

  Cloud& cloud_;
  std::map<std::string, Entry, std::less<>> entries_;  // by principal and query name
  std::map<Ticket, std::string> flying_;
  int calls_ = 0;
};

}  // namespace byoc
