#include "cli/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "cli/options.h"

namespace byoc {
namespace {

using testing::ExitedWithCode;

// F58: what a verb has not proved yet is not said, whatever it has printed into its buffer.
TEST(Interrupt, EndsAtOnceWith130UntilSomethingIsBegun) {
  // In a process of its own: tests of verbs that ran before have noted interrupts in this one.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const int number : {SIGINT, SIGTERM}) {
    EXPECT_EXIT(
        {
          catch_interrupts();
          static_cast<void>(dup2(STDERR_FILENO, STDOUT_FILENO));
          std::printf("No changes.");
          raise(number);
          _exit(kExitDone);
        },
        ExitedWithCode(kExitInterrupted), "^byocctl: interrupted\n$");
  }
}

// F58
TEST(Interrupt, IsNotedOnceSomethingIsBegunAndTheSecondEndsIt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        catch_interrupts();
        note_interrupts();
        raise(SIGTERM);
        char byte = 1;
        const bool woken = read(interrupt_fd(), &byte, 1) == 1;
        if (!interrupted() || !woken) _exit(kExitError);
        raise(SIGINT);
        _exit(kExitDone);
      },
      ExitedWithCode(kExitInterrupted), "interrupted");
}

}  // namespace
}  // namespace byoc
