// Work: runs the controller for some objects and shows how it goes, live or in plain lines.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/session.h"
#include "cli/tree_view.h"

namespace byoc {

class Work {
 public:
  enum class Goal { converge, vanish };

  Work(Session& session, Cloud& cloud, const Options& options);

  // Runs until every object has reached the goal, a person must act, or the time is over; without
  // --wait, until all is begun.
  // Answers the exit code: done, error (said on stderr), 2 when it is not reached yet, 130 when
  // interrupted.
  int run(const std::vector<ObjectKey>& keys, Goal goal);

  [[nodiscard]] Controller& controller() { return controller_; }
  // What was read before is not believed any more.
  void begin_anew() { controller_.begin_run(); }
  // Calls that changed something.
  [[nodiscard]] int changes() const { return controller_.write_calls(); }
  // Resources that deletion left on purpose: "bucket NAME", by object.
  [[nodiscard]] const std::map<std::string, std::string>& kept() const { return kept_; }

 private:
  void take(const Progress& progress);
  void take_pass(const Object& object, const Pass& pass);
  [[nodiscard]] bool reached(const ObjectKey& key, Goal goal) const;
  [[nodiscard]] bool begun(const std::vector<ObjectKey>& keys) const;
  [[nodiscard]] bool stuck(const std::vector<ObjectKey>& keys, Goal goal) const;
  int verdict(const std::vector<ObjectKey>& keys, Goal goal, bool late);

  Store& store_;
  Cloud& cloud_;
  Status unwritable_;  // why the store cannot be written: then nothing goes on
  Options options_;
  Controller controller_;
  TreeView view_;
  std::map<std::string, std::string> waits_;  // by object: what its last pass waited for
  std::map<std::string, std::string> kept_;   // "Cluster/demo bucket" -> id
};

}  // namespace byoc
