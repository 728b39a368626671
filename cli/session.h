// Session: what a verb works with: the store, the cloud, secrets and a controller in process.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/options.h"
#include "controller/controller.h"
#include "controller/store.h"
#include "manifests/load.h"

namespace byoc {

class Session {
 public:
  enum class Access {
    look,    // reads; a missing store reads as an empty one, and nothing is written
    change,  // takes the lock that keeps other controllers out
  };
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(const Options& options, Access access);

  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] const Secrets& secrets() const { return secrets_; }
  // The AWS client, made on first use. Its wait() wakes up on an interrupt.
  [[nodiscard]] Result<Cloud*> cloud();
  [[nodiscard]] Result<std::vector<Object>> objects() { return store_->list(""); }

 private:
  explicit Session(std::string state_dir) : secrets_(state_dir), state_dir_(std::move(state_dir)) {}

  Secrets secrets_;
  std::string state_dir_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Cloud> cloud_;
};

// SIGINT and SIGTERM set a flag and wake the cloud's wait(). A second one ends the program.
void catch_interrupts();
[[nodiscard]] bool interrupted();

// Prints "byocctl: " and the message to stderr; answers kExitError.
int fail(const Status& status);
int fail(const std::string& message);

// Loads and validates manifests and prints every diagnostic to stderr. Empty with `ok` false when
// there is an error.
struct Manifests {
  bool ok = false;
  std::vector<Manifest> list;
};
[[nodiscard]] Manifests read_manifests(const Options& options, const std::vector<Object>& existing);

// The objects that words like "cluster/demo", "cluster demo" or "role,cluster" name; an error when
// a kind is unknown or a named object does not exist.
[[nodiscard]] Result<std::vector<Object>> select_objects(const Options& options,
                                                         const std::vector<Object>& all);

// Whether labels fit "key=value,key=value"; an empty selector fits all.
[[nodiscard]] bool fits(const std::string& selector, const Object& object);

// Asks on the terminal; only "yes" is yes. Without a terminal: no, with a word about --yes.
[[nodiscard]] bool confirmed(const Options& options, const std::string& question);

}  // namespace byoc
