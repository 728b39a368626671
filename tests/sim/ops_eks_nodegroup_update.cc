// Changes of a nodegroup: sizes, labels, taints; version and launch template.
#include <algorithm>

#include "tests/sim/ec2.h"
#include "tests/sim/eks.h"
#include "tests/sim/eks_nodegroup.h"

namespace byoc::sim {
namespace {

Json patched_labels(Json labels, const Json& change) {
  for (const Json& key : list(change, "removeLabels")) labels.erase(key.get<std::string>());
  if (const Json* more = member(change, "addOrUpdateLabels")) labels.update(*more);
  return labels;
}

bool same_taint(const Json& a, const Json& b) {
  return text(a, "key") == text(b, "key") && text(a, "effect") == text(b, "effect");
}

Json patched_taints(const Json& taints, const Json& change) {
  const Json& removed = list(change, "removeTaints");
  const Json& added = list(change, "addOrUpdateTaints");
  Json out = Json::array();
  for (const Json& taint : taints) {
    const auto same = [&](const Json& other) { return same_taint(taint, other); };
    if (std::any_of(removed.begin(), removed.end(), same)) continue;
    if (std::any_of(added.begin(), added.end(), same)) continue;
    out.push_back(taint);
  }
  for (const Json& taint : added) out.push_back(taint);
  return out;
}

// The body with the changes that the call asks for, or why not.
struct Patched {
  Json body;
  Json params = Json::array();
  std::optional<Answer> refused;
};

void patch_sizes(const Json& wanted, Patched& patched) {
  Json sizes = patched.body.at("scalingConfig");
  sizes.update(wanted);
  patched.refused = refuse_sizes(sizes);
  patched.params.push_back(update_param("MinSize", sizes.at("minSize")));
  patched.params.push_back(update_param("MaxSize", sizes.at("maxSize")));
  patched.params.push_back(update_param("DesiredSize", sizes.at("desiredSize")));
  patched.body["scalingConfig"] = std::move(sizes);
}

void patch_labels(const Json& wanted, Patched& patched) {
  patched.refused = refuse_members(wanted, "labels", "addOrUpdateLabels removeLabels");
  if (patched.refused) return;
  Json labels = patched_labels(patched.body.at("labels"), wanted);
  patched.refused = refuse_labels(labels);
  patched.params.push_back(update_param("LabelsToAdd", wanted));
  patched.body["labels"] = std::move(labels);
}

void patch_taints(const Json& wanted, Patched& patched) {
  patched.refused = refuse_members(wanted, "taints", "addOrUpdateTaints removeTaints");
  if (patched.refused) return;
  Json taints = patched_taints(patched.body.value("taints", Json::array()), wanted);
  patched.refused = refuse_taints(taints);
  patched.params.push_back(update_param("TaintsToAdd", wanted));
  patched.body["taints"] = std::move(taints);
}

void patch_update_config(const Json& wanted, Patched& patched) {
  patched.refused = refuse_update_config(wanted);
  patched.params.push_back(update_param("MaxUnavailable", wanted));
  patched.body["updateConfig"] = wanted;
}

Patched patch(const EksNodegroup& nodegroup, const Json& params) {
  struct Part {
    const char* name;
    void (*apply)(const Json& wanted, Patched& patched);
  };
  static constexpr Part kParts[] = {{"scalingConfig", patch_sizes},
                                    {"labels", patch_labels},
                                    {"taints", patch_taints},
                                    {"updateConfig", patch_update_config}};
  Patched patched;
  patched.body = nodegroup.body;
  for (const Part& part : kParts) {
    const Json* wanted = member(params, part.name);
    if (wanted == nullptr) continue;
    part.apply(*wanted, patched);
    if (patched.refused) return patched;
  }
  if (patched.params.empty()) patched.refused = eks_invalid("No changes detected: nothing given");
  return patched;
}

std::optional<Answer> refuse_state(const EksCluster& cluster, const EksNodegroup& nodegroup) {
  if (is_updating(cluster, "nodegroup/" + nodegroup.name)) {
    return eks_in_use("Nodegroup " + nodegroup.name + " of cluster " + cluster.name +
                      " currently has an update in progress");
  }
  if (nodegroup.status == "ACTIVE" || nodegroup.status == "DEGRADED") return std::nullopt;
  return eks_bad_state("Nodegroup " + nodegroup.name + " is in status " + nodegroup.status +
                       ": the request is invalid given its state");
}

bool subnets_stand(OpContext& context, const EksNodegroup& nodegroup) {
  const Json& subnets = nodegroup.body.at("subnets");
  return std::all_of(subnets.begin(), subnets.end(), [&](const Json& id) {
    return context.ec2().subnets.find(id.get_ref<const std::string&>()) != nullptr;
  });
}

Json failed(std::string_view code, std::string_view message) {
  return Json::array({{{"errorCode", code}, {"errorMessage", message}}});
}

// Ends an update: the nodegroup gets its new body and its nodes follow.
Json finish_nodegroup(OpContext& context, EksCluster& cluster, const std::string& name,
                      const Json& body) {
  EksNodegroup* nodegroup = cluster.nodegroups.find(name);
  if (nodegroup == nullptr) return failed("Unknown", "The nodegroup is gone.");
  nodegroup->status = "ACTIVE";
  if (!subnets_stand(context, *nodegroup)) return failed("SubnetNotFound", "A subnet is gone.");
  nodegroup->body = body;
  nodegroup->modified = context.now;
  const Json& sizes = body.at("scalingConfig");
  ScalingGroup* group = context.ec2().scaling_groups.find(nodegroup->scaling_group);
  if (group == nullptr) return failed("Unknown", "The Auto Scaling group is gone.");
  group->min = sizes.at("minSize");
  group->max = sizes.at("maxSize");
  resize_scaling_group(context, nodegroup->scaling_group, sizes.at("desiredSize"));
  return {};
}

Answer begin_nodegroup_update(OpContext& context, EksCluster& cluster, EksNodegroup& nodegroup,
                              const char* type, Patched patched, Duration span) {
  nodegroup.status = "UPDATING";
  return begin_update(context, cluster, "nodegroup/" + nodegroup.name, type,
                      std::move(patched.params), span,
                      [name = nodegroup.name, body = std::move(patched.body)](OpContext& later,
                                                                              EksCluster& living) {
                        return finish_nodegroup(later, living, name, body);
                      });
}

Answer update_config(OpContext& context, const Json& params) {
  auto [cluster, nodegroup, error] = find_nodegroup(context, params);
  if (nodegroup == nullptr) return error;
  if (auto no = refuse_state(*cluster, *nodegroup)) return *std::move(no);
  Patched patched = patch(*nodegroup, params);
  if (patched.refused) return *patched.refused;
  return begin_nodegroup_update(context, *cluster, *nodegroup, "ConfigUpdate", std::move(patched),
                                kNodegroupConfigTime);
}

// E31: a nodegroup keeps the launch template that it was made with; only the version changes.
void patch_template(OpContext& context, const EksNodegroup& nodegroup, const Json& wanted,
                    Patched& patched) {
  if (nodegroup.template_id.empty()) {
    patched.refused = eks_invalid(
        "Cannot update a nodegroup that was created without a launch template to use one");
    return;
  }
  const NodeTemplate found = node_template(context, wanted);
  patched.refused = found.refused;
  if (patched.refused) return;
  if (found.choice.launch_template->id != nodegroup.template_id) {
    patched.refused =
        eks_invalid("The launch template must match the one that the nodegroup was created with");
    return;
  }
  patched.body["launchTemplate"] = show_template_choice(found.choice);
  patched.params.push_back(
      update_param("LaunchTemplateVersion", patched.body["launchTemplate"]["version"]));
}

Patched patch_version(OpContext& context, const EksCluster& cluster, const EksNodegroup& nodegroup,
                      const Json& params) {
  Patched patched;
  patched.body = nodegroup.body;
  const std::string before = nodegroup.body.at("version");
  const std::string of_cluster = cluster.body.at("version");
  const bool template_only = params.contains("launchTemplate") && !params.contains("version");
  const std::string wanted = params.value("version", template_only ? before : of_cluster);
  if (minor_version(wanted) < minor_version(before) ||
      minor_version(wanted) > minor_version(of_cluster)) {
    patched.refused = eks_invalid("Requested nodegroup version " + wanted +
                                  " must lie between that of the nodegroup, " + before +
                                  ", and that of the cluster, " + of_cluster);
    return patched;
  }
  patched.body["version"] = wanted;
  patched.body["releaseVersion"] = params.value("releaseVersion", release_version(wanted));
  patched.params.push_back(update_param("Version", wanted));
  if (const Json* choice = member(params, "launchTemplate")) {
    patch_template(context, nodegroup, *choice, patched);
  }
  return patched;
}

Answer update_version(OpContext& context, const Json& params) {
  auto [cluster, nodegroup, error] = find_nodegroup(context, params);
  if (nodegroup == nullptr) return error;
  if (auto no = refuse_state(*cluster, *nodegroup)) return *std::move(no);
  Patched patched = patch_version(context, *cluster, *nodegroup, params);
  if (patched.refused) return *patched.refused;
  return begin_nodegroup_update(context, *cluster, *nodegroup, "VersionUpdate", std::move(patched),
                                kNodegroupVersionTime);
}

constexpr OpRule kEksNodegroupUpdateOps[] = {
    {"eks", "UpdateNodegroupConfig", update_config, kMutates,
     "clusterName! nodegroupName! labels:o taints:o scalingConfig:o updateConfig:o",
     "clientRequestToken"},
    {"eks", "UpdateNodegroupVersion", update_version, kMutates,
     "clusterName! nodegroupName! version releaseVersion launchTemplate:o force:b",
     "clientRequestToken"},
};

}  // namespace

std::span<const OpRule> eks_nodegroup_update_ops() {
  return kEksNodegroupUpdateOps;
}

}  // namespace byoc::sim
