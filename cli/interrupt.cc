#include "cli/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "cli/options.h"

namespace byoc {
namespace {

constexpr std::string_view kSaid = "byocctl: interrupted\n";

volatile sig_atomic_t g_noted = 0;       // whether an interrupt is only noted
volatile sig_atomic_t g_interrupts = 0;  // whether there was one
std::array<int, 2> g_wake{-1, -1};

// What is in the buffer of stdout stays there: it may say more than is proved.
[[noreturn]] void end_at_once() {
  static_cast<void>(!write(STDERR_FILENO, kSaid.data(), kSaid.size()));
  _exit(kExitInterrupted);
}

void on_interrupt(int) {
  if (g_noted == 0 || g_interrupts != 0) end_at_once();
  g_interrupts = 1;
  const char byte = 0;
  static_cast<void>(!write(g_wake[1], &byte, 1));  // a full pipe wakes as well
}

}  // namespace

void catch_interrupts() {
  g_noted = 0;
  // Without a pipe an interrupt is seen a little later: when the next answer comes.
  if (g_wake[0] < 0 && pipe2(g_wake.data(), O_CLOEXEC | O_NONBLOCK) != 0) g_wake = {-1, -1};
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void note_interrupts() {
  g_noted = 1;
}

bool interrupted() {
  return g_interrupts != 0;
}

int interrupt_fd() {
  return g_wake[0];
}

}  // namespace byoc
