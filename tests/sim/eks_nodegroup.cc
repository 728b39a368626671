#include "tests/sim/eks_nodegroup.h"

#include <set>

#include "tests/sim/eks.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kLabelsMax = 50;
constexpr std::size_t kTaintsMax = 50;
constexpr std::size_t kLabelLengthMax = 63;

}  // namespace

NodegroupAnswer find_nodegroup(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "clusterName"));
  if (cluster == nullptr) return {nullptr, nullptr, error};
  const std::string& name = text(params, "nodegroupName");
  EksNodegroup* nodegroup = cluster->nodegroups.find(name, context.sight);
  if (nodegroup != nullptr) return {cluster, nodegroup, {}};
  return {cluster, nullptr, eks_not_found("No node group found for name: " + name + '.')};
}

Json show_nodegroup(const EksNodegroup& nodegroup) {
  Json out = nodegroup.body;
  out["status"] = nodegroup.status;
  out["health"] = {{"issues", nodegroup.issues}};
  out["createdAt"] = format_time(nodegroup.created);
  out["modifiedAt"] = format_time(nodegroup.modified);
  out["tags"] = nodegroup.tags;
  return out;
}

Json whole_sizes(const Json& sizes) {
  const int min = number(sizes, "minSize", 1);
  const int max = number(sizes, "maxSize", std::max(min, 2));
  return {{"minSize", min},
          {"maxSize", max},
          {"desiredSize", number(sizes, "desiredSize", std::min(max, std::max(min, 2)))}};
}

std::optional<Answer> refuse_sizes(const Json& sizes) {
  if (auto no = refuse_members(sizes, "scalingConfig", "minSize maxSize desiredSize")) return no;
  const int min = number(sizes, "minSize");
  const int max = number(sizes, "maxSize");
  const int desired = number(sizes, "desiredSize");
  if (min < 0 || desired < 0) return eks_invalid("Sizes must not be negative");
  if (max < 1) return eks_invalid("maxSize must be at least 1");
  if (min > desired) {
    return eks_invalid("Minimum capacity " + std::to_string(min) +
                       " can't be greater than desired size " + std::to_string(desired));
  }
  if (desired <= max) return std::nullopt;
  return eks_invalid("desired capacity " + std::to_string(desired) +
                     " can't be greater than max size " + std::to_string(max));
}

std::optional<Answer> refuse_labels(const Json& labels) {
  if (labels.size() > kLabelsMax) return eks_invalid("At most 50 labels can be given");
  for (const auto& item : labels.items()) {
    const bool reserved = item.key().starts_with("eks.amazonaws.com/") ||
                          item.key().starts_with("kubernetes.io/") ||
                          item.key().starts_with("k8s.io/");
    if (item.key().empty() || item.value().get<std::string>().size() > kLabelLengthMax ||
        reserved) {
      return eks_invalid("Label cannot contain reserved prefixes or is not valid: " + item.key());
    }
  }
  return std::nullopt;
}

std::optional<Answer> refuse_taints(const Json& taints) {
  if (taints.size() > kTaintsMax) return eks_invalid("At most 50 taints can be given");
  std::set<std::string> seen;
  for (const Json& taint : taints) {
    if (auto no = refuse_members(taint, "taints", "key value effect")) return no;
    if (auto no = refuse_word(taint, "effect", "NO_SCHEDULE NO_EXECUTE PREFER_NO_SCHEDULE")) {
      return no;
    }
    if (text(taint, "key").empty() || !taint.contains("effect")) {
      return eks_invalid("A taint needs a key and an effect");
    }
    if (!seen.insert(text(taint, "key") + ' ' + text(taint, "effect")).second) {
      return eks_invalid("Duplicate taint " + text(taint, "key"));
    }
  }
  return std::nullopt;
}

std::optional<Answer> refuse_update_config(const Json& config) {
  if (auto no = refuse_members(config, "updateConfig",
                               "maxUnavailable maxUnavailablePercentage updateStrategy")) {
    return no;
  }
  if (config.contains("maxUnavailable") && config.contains("maxUnavailablePercentage")) {
    return eks_invalid("Either maxUnavailable or maxUnavailablePercentage can be given");
  }
  const int nodes = number(config, "maxUnavailable", 1);
  const int share = number(config, "maxUnavailablePercentage", 1);
  if (nodes >= 1 && nodes <= 100 && share >= 1 && share <= 100) return std::nullopt;
  return eks_invalid("maxUnavailable must lie between 1 and 100");
}

NodeTemplate node_template(OpContext& context, const Json& wanted) {
  NodeTemplate out;
  out.refused = refuse_members(wanted, "launchTemplate", "id name version");
  if (out.refused) return out;
  if (wanted.contains("id") == wanted.contains("name")) {
    out.refused = eks_invalid("Either provide launch template ID or launch template name");
    return out;
  }
  out.choice =
      find_template(context, text(wanted, "id"), text(wanted, "name"), text(wanted, "version"));
  if (out.choice.launch_template == nullptr || out.choice.version == nullptr) {
    out.refused = eks_invalid("Launch template " + text(wanted, "id") + text(wanted, "name") +
                              " version " + text(wanted, "version") + " does not exist");
  }
  return out;
}

Json show_template_choice(const TemplateChoice& choice) {
  return {{"id", choice.launch_template->id},
          {"name", choice.launch_template->name},
          {"version", std::to_string(choice.version->number)}};
}

std::string release_version(const std::string& version) {
  return version + ".2-20251112";
}

}  // namespace byoc::sim
