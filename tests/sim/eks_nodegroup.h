// What the operations on nodegroups share.
#pragma once

#include <optional>
#include <string>

#include "tests/sim/ec2.h"
#include "tests/sim/op.h"

namespace byoc::sim {

// The nodegroup that `clusterName` and `nodegroupName` name, as the call sees it.
struct NodegroupAnswer {
  EksCluster* cluster = nullptr;
  EksNodegroup* nodegroup = nullptr;  // null: see `error`
  Answer error{};
};
[[nodiscard]] NodegroupAnswer find_nodegroup(OpContext& context, const Json& params);
[[nodiscard]] Json show_nodegroup(const EksNodegroup& nodegroup);

// {"minSize", "maxSize", "desiredSize"}: what is missing gets AWS's default.
[[nodiscard]] Json whole_sizes(const Json& sizes);
[[nodiscard]] std::optional<Answer> refuse_sizes(const Json& sizes);
[[nodiscard]] std::optional<Answer> refuse_labels(const Json& labels);
[[nodiscard]] std::optional<Answer> refuse_taints(const Json& taints);
[[nodiscard]] std::optional<Answer> refuse_update_config(const Json& config);

// The launch template that {id|name, version} names, as the call sees it.
struct NodeTemplate {
  TemplateChoice choice;
  std::optional<Answer> refused;
};
[[nodiscard]] NodeTemplate node_template(OpContext& context, const Json& wanted);
[[nodiscard]] Json show_template_choice(const TemplateChoice& choice);
// "1.34.2-20251112": the image of a Kubernetes version.
[[nodiscard]] std::string release_version(const std::string& version);

}  // namespace byoc::sim
