// What byoc knows of EC2 instance types (schemas/instances.json).
#pragma once

#include <optional>
#include <string>

namespace byoc {

// "g5" of "g5.xlarge".
[[nodiscard]] std::string family_of(const std::string& type);

// What decides about the machine image of a node.
enum class Accelerator {
  none,
  nvidia,
  neuron,  // Inferentia and Trainium
  other,   // no image of EKS drives it
};

// Nothing for a family that byoc does not know: AWS makes new ones.
[[nodiscard]] std::optional<Accelerator> accelerator_of(const std::string& type);

// The EKS AMI type with the drivers that an x86-64 instance type needs; the plain one for families
// that byoc does not know.
[[nodiscard]] std::string default_ami_type(const std::string& type);

}  // namespace byoc
