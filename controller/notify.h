// Notify: tells the service manager how the daemon is (sd_notify(3)'s protocol: a datagram to the
// socket that NOTIFY_SOCKET names). Without a service manager everything here does nothing.
#pragma once

#include <string>

#include "base/time.h"

namespace byoc {

// "READY=1", "STOPPING=1", "RELOADING=1", "WATCHDOG=1", "STATUS=text"; several joined by newlines.
// False when there is nobody to tell or the telling failed.
bool notify(const std::string& state);

// How often the watchdog wants to hear from us: half of WATCHDOG_USEC; zero: there is none.
[[nodiscard]] Duration watchdog_interval();

}  // namespace byoc
