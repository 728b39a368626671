// NodeGroup: sizes, capacity and what its Cluster allows.
#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "manifests/format.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

const Json* number_at(const Object& object, const char* field) {
  const Json* value = value_at(object.spec, std::string("/") + field);
  return value != nullptr && value->is_number_integer() ? value : nullptr;
}

// A finding about a default stands at the group's spec: there is no line to point at.
void check_sizes(const Object& object, Findings& findings) {
  const Json* min = number_at(object, "min");
  const Json* max = number_at(object, "max");
  const Json* desired = number_at(object, "desired");
  const Json* unavailable = number_at(object, "maxUnavailable");
  if (min != nullptr && max != nullptr && *min > *max) {
    findings.error("/spec/min", "min " + min->dump() + " is more than max " + max->dump(),
                   "raise max or lower min");
  } else if (desired != nullptr && min != nullptr && *desired < *min) {
    findings.error("/spec/desired",
                   "desired " + desired->dump() + " is less than min " + min->dump());
  } else if (desired != nullptr && max != nullptr && *desired > *max) {
    findings.error("/spec/desired",
                   "desired " + desired->dump() + " is more than max " + max->dump());
  }
  if (unavailable != nullptr && max != nullptr && *unavailable > *max) {
    findings.error("/spec/maxUnavailable",
                   "maxUnavailable " + unavailable->dump() + " is more than max " + max->dump());
  }
  const bool by_spec = text_at(object.spec, "/scalingOwner") == "Spec";
  if (by_spec && desired == nullptr) {
    findings.error("/spec/scalingOwner", "scalingOwner: Spec needs `desired`",
                   "write how many nodes there are to be");
  }
  if (!by_spec && desired != nullptr) {
    findings.warning("/spec/desired",
                     "`desired` counts at the creation only: the autoscaler owns the size",
                     "write scalingOwner: Spec to keep this number");
  }
}

std::string family_of(const std::string& type) {
  return type.substr(0, type.find('.'));
}

bool is_of(const char* list, const std::string& type) {
  const Json& families = schema_data("instances.json").at(list);
  return std::find(families.begin(), families.end(), family_of(type)) != families.end();
}

void check_types(const Object& object, Findings& findings) {
  const std::vector<std::string> types = texts_at(object.spec, "/instanceTypes");
  if (object.spec.contains("instanceType") && object.spec.contains("instanceTypes")) {
    findings.error("/spec/instanceType", "`instanceType` and `instanceTypes` exclude each other",
                   "keep instanceTypes");
  }
  if (!object.spec.contains("instanceType") && !object.spec.contains("instanceTypes")) {
    findings.error("/spec", "`instanceTypes` is missing", "write instanceTypes: [m6i.large]");
  }
  if (text_at(object.spec, "/capacityType") == "Spot" && types.size() == 1) {
    findings.warning("/spec/capacityType",
                     "Spot nodes of one instance type only are taken away together",
                     "name several types of the same size in instanceTypes");
  }
  const std::string ami = text_at(object.spec, "/amiType");
  if (ami.empty()) return;
  const bool gpu_ami = ami.find("NVIDIA") != std::string::npos || ami.ends_with("_GPU");
  for (const std::string& type : types) {
    if (is_of("gpuFamilies", type) == gpu_ami || is_of("neuronFamilies", type)) continue;
    findings.warning("/spec/amiType",
                     gpu_ami
                         ? quoted_value(type) + " has no GPU, but the image is made for them"
                         : quoted_value(type) + " has GPUs, but the image has no drivers for them",
                     "leave amiType out: byoc chooses by instance type");
  }
}

void check_taints(const Object& object, Findings& findings) {
  std::set<std::pair<std::string, std::string>> seen;
  const Json& taints = list_at(object.spec, "/taints");
  for (std::size_t i = 0; i < taints.size(); ++i) {
    std::string effect = text_at(taints[i], "/effect");
    std::erase(effect, '_');
    if (seen.emplace(text_at(taints[i], "/key"), lower(effect)).second) continue;
    findings.error("/spec/taints/" + std::to_string(i),
                   "a taint of this key and effect stands in the list already", "remove one");
  }
}

// An empty list at the Cluster allows all types.
void check_allowed_types(const Object& object, const Object& cluster, Findings& findings) {
  std::vector<std::string> allowed;
  for (const Json& item : list_at(cluster.spec, "/instanceTypes")) {
    allowed.push_back(item.is_string() ? item.get<std::string>() : text_at(item, "/name"));
  }
  if (allowed.empty()) return;
  const std::vector<std::string> types = texts_at(object.spec, "/instanceTypes");
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (std::find(allowed.begin(), allowed.end(), types[i]) != allowed.end()) continue;
    const std::string near = did_you_mean(types[i], allowed);
    findings.error("/spec/instanceTypes/" + std::to_string(i),
                   "the cluster " + quoted_value(cluster.metadata.name) + " does not allow " +
                       quoted_value(types[i]),
                   near.empty() ? "add it to the cluster's instanceTypes" : near);
  }
}

// "1.31" -> 31; 0 for anything else.
int minor_of(const std::string& version) {
  if (version.size() != 4 || !version.starts_with("1.")) return 0;
  return (version[2] - '0') * 10 + (version[3] - '0');
}

}  // namespace

void check_nodegroup(const Object& object, const World& world, Findings& findings) {
  check_sizes(object, findings);
  check_types(object, findings);
  check_taints(object, findings);
  const Object* cluster =
      world.find({"Cluster", object.metadata.ns, text_at(object.spec, "/clusterRef/name")});
  check_zones(object, "/spec/zones", cluster == nullptr ? "" : text_at(cluster->spec, "/region"),
              findings);
  if (cluster == nullptr) return;
  check_allowed_types(object, *cluster, findings);
  const std::string own = text_at(object.spec, "/kubernetesVersion");
  const std::string theirs = text_at(cluster->spec, "/kubernetesVersion");
  if (minor_of(theirs) != 0 && minor_of(own) > minor_of(theirs)) {
    findings.error("/spec/kubernetesVersion",
                   "the nodes' version " + own + " is newer than the cluster's, " + theirs,
                   "raise the cluster first");
  }
}

}  // namespace byoc
