// Session: what a verb works with: the store, the cloud, secrets and a controller in process; or
// the store of a running byocd, which then does the work.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/interrupt.h"
#include "cli/options.h"
#include "controller/controller.h"
#include "controller/remote_store.h"
#include "controller/store.h"
#include "manifests/handover.h"
#include "manifests/load.h"

namespace byoc {

inline constexpr Duration kNewsPatience{500};  // an interrupt is heard so soon

class Session {
 public:
  enum class Access {
    look,    // reads; a missing store reads as an empty one, and nothing is written
    change,  // takes the lock that keeps other controllers out; with a byocd there is no need
  };
  // Asks the socket first. Nobody there: the work is done here, unless a socket was named.
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(const Options& options, Access access);

  // The parts that are there wherever the work is done.
  [[nodiscard]] ObjectStore& store();
  [[nodiscard]] Records& records();
  [[nodiscard]] Questions& questions();
  // The whole store, for whoever does the work here; nullptr when a byocd does it.
  [[nodiscard]] Store* own_store() { return store_.get(); }
  // The byocd that answers, nullptr when the work is done here.
  [[nodiscard]] RemoteStore* daemon() { return daemon_.get(); }
  [[nodiscard]] const Secrets& secrets() const { return secrets_; }
  // The AWS client, made on first use. Its wait() wakes up on an interrupt.
  [[nodiscard]] Result<Cloud*> cloud();
  [[nodiscard]] Result<std::vector<Object>> objects() { return store().list(""); }
  // Stores what was applied, as the candidate of its manifest; a literal secret is taken out by
  // whoever keeps the store. What others write into the object meanwhile (a status, an annotation)
  // stays.
  [[nodiscard]] Result<Object> store_applied(const Manifest& manifest, Object object, Time now);

 private:
  explicit Session(std::string state_dir) : secrets_(state_dir), state_dir_(std::move(state_dir)) {}

  Secrets secrets_;
  std::string state_dir_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Store> store_;         // or
  std::unique_ptr<RemoteStore> daemon_;  // one of the two
  std::unique_ptr<Cloud> cloud_;
};

[[nodiscard]] Time wall_clock();

// Prints "byocctl: " and the message to stderr; answers kExitError.
int fail(const Status& status);
int fail(const std::string& message);

// What names no namespace is in the one of -n; what names another one than -n is an error.
[[nodiscard]] Status place_in_namespace(const Options& options, std::vector<Manifest>& manifests);

// Loads and validates manifests and prints every diagnostic to stderr. Empty with `ok` false when
// there is an error.
struct Manifests {
  bool ok = false;
  std::vector<Manifest> list;
  std::vector<Handover> handovers;  // of what may leave
};
// `may_leave`: whether an existing object goes when no manifest names it; then it may get another
// name. Nothing: none does.
[[nodiscard]] Manifests read_manifests(Session& session, const Options& options,
                                       const std::vector<Object>& existing,
                                       const std::function<bool(const Object&)>& may_leave = {});

// The region of --region, the environment or the profile may be a wrong word.
[[nodiscard]] Status check_region_of(const Options& options);

// Asks on the terminal; only "yes" is yes. Without a terminal: no, with a word about --yes.
[[nodiscard]] bool confirmed(const Options& options, const std::string& question);

}  // namespace byoc
