// byocctl: the command line.
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/verbs.h"

int main(int argc, char** argv) {
  byoc::catch_interrupts();
  const auto options = byoc::parse_options({argv + (argc > 0 ? 1 : 0), argv + argc});
  if (!options.ok()) return byoc::fail(options.status());
  const int code = byoc::run_verb(options.value());
  return byoc::interrupted() ? byoc::kExitInterrupted : code;
}
