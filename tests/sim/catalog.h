// The instance types that the simulated EC2 offers: a few real ones of each sort byoc meets.
#pragma once

#include <span>
#include <string_view>

namespace byoc::sim {

struct InstanceType {
  std::string_view name;
  int vcpus = 0;
  int memory_mib = 0;
  std::string_view architecture = "x86_64";
  std::string_view gpu = {};  // "A100"; empty: none
  int gpus = 0;
  int gpu_memory_mib = 0;  // of one
  int interfaces = 4;
  int addresses_per_interface = 15;
  bool efa = false;
  int zones = 99;  // offered in the first so many zones of a region
};

[[nodiscard]] std::span<const InstanceType> instance_types();

}  // namespace byoc::sim
