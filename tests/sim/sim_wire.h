// SimWire: the second seat of the simulation. The same AWS in memory, reached over HTTP: below the
// client, so that its requests, answers, repeats, pages, credentials and pace are in the story.
//
// One exchange is one attempt of the client. Sessions come from AssumeRole and end when they say;
// lists come in pages; a proxy may answer in the place of AWS.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cloud/aws/aws_cloud.h"
#include "tests/sim/http_decode.h"
#include "tests/sim/sim_cloud.h"

namespace byoc::sim {

// What a wrong client would do, done here: planted faults.
struct WireBugs {
  bool first_page_only = false;     // it does not ask for more
  bool first_session_only = false;  // it never renews a session
};

class SimWire final : public Wire {
 public:
  SimWire(SimCloud& cloud, std::uint64_t seed, WireBugs bugs = {})
      : cloud_(cloud), random_(seed), bugs_(bugs) {}

  [[nodiscard]] std::uint64_t start(HttpRequest request, const SendOptions& options) override;
  [[nodiscard]] std::vector<Exchange> wait(Duration patience,
                                           const std::vector<int>& wake_fds) override;

  // The client is gone: nobody waits for its answers.
  void hang_up() {
    flights_.clear();
    others_.clear();
  }

  // Instead of chance: whether a page of a proxy comes in the place of the answer to a call.
  enum class Page { none, before, after };
  std::function<Page(const std::string& call, HttpResponse& page)> page_for;
  // Changes what a good answer says.
  std::function<void(const std::string& call, const Json& params, HttpResponse& answer)> change;

 private:
  struct Flight {
    std::uint64_t id = 0;
    Decoded request;
    std::size_t begin = 0;  // of the page
    std::size_t size = 0;
    bool page = false;  // a proxy answers for it
    HttpResponse response;
  };
  struct Keys {
    Principal principal;
    Time expires{};
  };

  [[nodiscard]] const Keys* keys_of(const Decoded& request) const;
  void answer_later(Flight flight);
  [[nodiscard]] Exchange exchange_of(Flight& flight, Completion& completion);
  void learn_session(const Decoded& request, const Json& body);

  SimCloud& cloud_;
  Random random_;
  WireBugs bugs_;
  std::uint64_t last_ = 0;
  std::map<Ticket, Flight> flights_;           // in the simulated AWS
  std::multimap<Time, Flight> others_;         // answered by somebody else, by when
  std::map<std::string, Keys> keys_;           // by access key: sessions
  std::map<std::string, std::string> firsts_;  // the first access key of each session's role
};

// The real client on a simulated wire, in virtual time. A new one is a new process.
[[nodiscard]] std::unique_ptr<Cloud> make_client(SimCloud& cloud, SimWire& wire, std::uint64_t seed,
                                                 std::function<void(const Attempt&)> on_attempt);

}  // namespace byoc::sim
