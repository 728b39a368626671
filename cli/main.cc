// byocctl: the command line.
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/verbs.h"

int main(int argc, char** argv) {
  byoc::catch_interrupts();
  byoc::Options options;
  if (!byoc::parse_options(argc, argv, options)) return byoc::kExitError;
  const int code = byoc::run_verb(options);
  return byoc::interrupted() ? byoc::kExitInterrupted : code;
}
