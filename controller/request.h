// What people ask of an object beside its spec, as annotations: to leave it alone, to look at it
// now. byocctl, the API and `kubectl annotate` write the same ones, and no manifest that does not
// name them takes them away.
#pragma once

#include "controller/store_parts.h"

namespace byoc {

// Paused: differences are reported, not mended. Any value but "false" counts.
inline constexpr std::string_view kPausedAnnotation = "byoc.dev/paused";
// A look is asked for by a value that the status does not name as handled.
inline constexpr std::string_view kReconcileAnnotation = "byoc.dev/reconcile-requested";
// The member of the status that names the last request that a pass has answered.
inline constexpr const char* kHandledRequest = "lastHandledReconcileRequest";

// Answers with the object as stored.
[[nodiscard]] Result<Object> request_pause(ObjectStore& store, const ObjectKey& key, bool paused,
                                           Time now);
// By its annotation or by its spec: both count.
[[nodiscard]] bool is_paused(const Object& object);

// A look is asked for, and answered by the first pass that began after that.
[[nodiscard]] Result<Object> request_look(ObjectStore& store, const ObjectKey& key, Time now);
[[nodiscard]] bool look_requested(const Object& object);
// At the end of a pass that saw `seen`: in the status of `object`, what that pass has handled.
void answer_look(Object& object, const Object& seen);

}  // namespace byoc
