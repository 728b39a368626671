// The benchmarks, one function and one source each.
#pragma once

#include <string>

namespace byoc::bench {

void bench_calls();                             // read calls of a converged world
void bench_diff();                              // the pure difference, and how it grows
void bench_client();                            // CPU of one call of the AWS client
void bench_create();                            // what byoc adds to the making of a stack
void bench_directory();                         // 500 watched files
void bench_start(const std::string& byocctl);   // `byocctl version`
void bench_memory(const std::string& program);  // of a process that keeps 50 stacks; see replay.h

// The measured process of bench_memory: keeps what lies in `dir` converged, without a world.
// Prints what it used, and answers with the exit code.
[[nodiscard]] int keep_replayed(const std::string& dir);

}  // namespace byoc::bench
