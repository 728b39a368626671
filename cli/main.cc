// byocctl: the command line.
#include "cli/options.h"
#include "cli/verbs.h"

int main(int argc, char** argv) {
  byoc::Options options;
  if (!byoc::parse_options(argc, argv, options)) return byoc::kExitError;
  return byoc::run_verb(options);
}
