#include "manifests/instances.h"

#include <algorithm>

#include "manifests/schema.h"

namespace byoc {

std::string family_of(const std::string& type) {
  return type.substr(0, type.find('.'));
}

std::optional<Accelerator> accelerator_of(const std::string& type) {
  const std::string family = family_of(type);
  const auto is_of = [&](const char* list) {
    const Json& families = schema_data("instances.json").at(list);
    return std::find(families.begin(), families.end(), family) != families.end();
  };
  if (is_of("gpuFamilies")) return Accelerator::nvidia;
  if (is_of("neuronFamilies")) return Accelerator::neuron;
  if (is_of("otherAcceleratorFamilies")) return Accelerator::other;
  if (is_of("families")) return Accelerator::none;
  return std::nullopt;
}

std::string default_ami_type(const std::string& type) {
  const std::optional<Accelerator> accelerator = accelerator_of(type);
  if (accelerator == Accelerator::nvidia) return "AL2023_x86_64_NVIDIA";
  if (accelerator == Accelerator::neuron) return "AL2023_x86_64_NEURON";
  return "AL2023_x86_64_STANDARD";
}

}  // namespace byoc
