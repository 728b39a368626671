// Whether a file descriptor has something to read, now.
#pragma once

#include <poll.h>

namespace byoc {

inline bool is_readable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, 0) == 1;
}

}  // namespace byoc
