// Watch: one client's view of what changes, as Kubernetes streams it: a line of JSON per event.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "controller/store.h"
#include "manifests/selector.h"

namespace byoc {

// Which objects or events are meant by a list or a watch.
struct ApiFilter {
  std::string kind;  // "Cluster"; "Event" for events
  std::string ns;    // "": all
  Selector labels;
  FieldSelector fields;

  [[nodiscard]] bool fits(const Object& object) const;
  [[nodiscard]] bool fits(const Event& event) const;
};

struct Watch {
  ApiFilter filter;
  std::string since;          // the cursor up to which the client knows all; "": nothing yet
  bool bookmarks = false;     // the client wants to be told of versions without news for it
  Duration lasts{};           // how long it may be
  std::set<ObjectKey> shown;  // objects that the client has
};

// `invalid` when there is no such cursor. Fills `shown`: what a client that has seen all up to
// `since` knows of.
[[nodiscard]] Status begin_watch(Watch& watch, ObjectStore& store);

struct WatchLines {
  std::string text;
  bool ended = false;  // the last line says why; the client begins anew
};
// What is new for the client; moves on.
[[nodiscard]] WatchLines read_watch(Watch& watch, ObjectStore& store);
// Tells the client how far it has come.
[[nodiscard]] std::string bookmark_line(const Watch& watch);

}  // namespace byoc
