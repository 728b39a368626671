#include "bench/replay.h"

#include <functional>
#include <utility>

#include "base/check.h"

namespace byoc::bench {
namespace {

constexpr Duration kLatency{100};

std::size_t name_of(const Call& call) {
  return std::hash<std::string>{}(call.principal->region + '|' + call.principal->role_arn + '|' +
                                  call.service + ':' + call.operation + call.params.dump());
}

}  // namespace

Recorder::Recorder(Cloud& inner, const std::string& dir)
    : inner_(inner), answers_(dir + "/answers"), index_(dir + "/index") {
  index_ << inner.now().time_since_epoch().count() << '\n';
}

Ticket Recorder::start(Call call) {
  const std::size_t name = name_of(call);
  const Ticket ticket = inner_.start(std::move(call));
  names_[ticket] = name;
  return ticket;
}

std::optional<Completion> Recorder::wait(Time until) {
  std::optional<Completion> completion = inner_.wait(until);
  if (!completion) return completion;
  const Status& status = completion->status;
  const Json answer = {{"code", static_cast<int>(status.code)},
                       {"message", status.message},
                       {"aws_code", status.aws_code},
                       {"body", completion->body}};
  const std::string text = answer.dump();
  answers_ << text << std::flush;
  index_ << names_.at(completion->ticket) << ' ' << written_ << ' ' << text.size() << '\n'
         << std::flush;
  check(answers_.good() && index_.good(), "the answers are written");
  written_ += text.size();
  return completion;
}

Replay::Replay(const std::string& dir) : answers_(dir + "/answers") {
  std::ifstream index(dir + "/index");
  Duration::rep now = 0;
  index >> now;
  now_ = Time(Duration(now));
  std::size_t name = 0;
  for (Place place; index >> name >> place.offset >> place.size;) index_[name] = place;
  check(!index_.empty(), "there are recorded answers");
}

Ticket Replay::start(Call call) {
  const auto found = index_.find(name_of(call));
  check(found != index_.end(),
        "no recorded answer to " + call.service + ":" + call.operation + call.params.dump());
  flights_.push_back({++last_, found->second, now_ + kLatency});
  return last_;
}

std::optional<Completion> Replay::wait(Time until) {
  if (flights_.empty() || flights_.front().at > until) {
    now_ = std::max(now_, until);
    return std::nullopt;
  }
  const Flight flight = flights_.front();
  flights_.pop_front();
  now_ = std::max(now_, flight.at);
  std::string text(flight.place.size, '\0');
  answers_.seekg(static_cast<std::streamoff>(flight.place.offset));
  answers_.read(text.data(), static_cast<std::streamsize>(text.size()));
  check(answers_.good(), "a recorded answer can be read");
  Json answer = Json::parse(text);
  Completion completion;
  completion.ticket = flight.ticket;
  completion.status.code = static_cast<Code>(answer.at("code").get<int>());
  completion.status.message = answer.at("message").get<std::string>();
  completion.status.aws_code = answer.at("aws_code").get<std::string>();
  completion.body = std::move(answer.at("body"));
  return completion;
}

}  // namespace byoc::bench
