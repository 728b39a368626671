// Which of the objects that no file names any more can go, given what else is stored.
#pragma once

#include <string>
#include <vector>

#include "manifests/object.h"

namespace byoc {

struct HeldObject {
  Object object;
  std::string reason;   // CamelCase word
  std::string message;  // for people
};

struct Departure {
  std::vector<Object> going;  // with what cascades from them, by key
  std::vector<HeldObject> held;
};

// Pure. A deletion that could not be carried out is not begun: a protected object holds everything
// that vanished with it and hangs together with it, and an object that stays holds what it uses.
[[nodiscard]] Departure weigh_departure(const std::vector<Object>& unnamed,
                                        const std::vector<Object>& all);

}  // namespace byoc
