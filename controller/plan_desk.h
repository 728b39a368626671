// PlanDesk: the plans that clients asked byocd for and fetch when they are made. The loop makes
// them, the API server's threads hand them out.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/json.h"

namespace byoc {

inline constexpr std::size_t kPlansMax = 32;  // kept; the oldest goes

class PlanDesk {
 public:
  // The name of a plan that is to be made.
  [[nodiscard]] std::string begin();
  void finish(const std::string& name, Json document);

  [[nodiscard]] bool knows(const std::string& name);
  // Nothing while it is being made. It is handed out once.
  [[nodiscard]] std::optional<Json> take(const std::string& name);

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::optional<Json>> plans_;
};

}  // namespace byoc
