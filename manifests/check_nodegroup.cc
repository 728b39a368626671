// NodeGroup: sizes, capacity and what its Cluster allows.
#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "base/join.h"
#include "manifests/format.h"
#include "manifests/instances.h"
#include "manifests/pointer.h"
#include "manifests/references.h"
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

// byoc brings no autoscaler into the cluster: a group that begins empty stays so without one.
void check_scaling(const Object& object, Findings& findings) {
  const Json* min = number_at(object, "min");
  const Json* desired = number_at(object, "desired");
  const bool empty = min != nullptr && *min == 0 && (desired == nullptr || *desired == 0);
  const Json* told = value_at(findings.manifest().document, "/spec/scalingOwner");
  if (!empty || told != nullptr || text_at(object.spec, "/scalingOwner") == "Spec") return;
  findings.warning("/spec/min",
                   "the group begins without nodes, and stays so unless an autoscaler runs in the "
                   "cluster: byoc brings none",
                   "write min: 1, or scalingOwner: Autoscaler when one runs");
}

const char* words_of(Accelerator accelerator) {
  switch (accelerator) {
    case Accelerator::none: return "no accelerator";
    case Accelerator::nvidia: return "a GPU of NVIDIA";
    case Accelerator::neuron: return "Inferentia or Trainium";
    case Accelerator::other: return "another accelerator";
  }
  return "?";
}

// Without amiType the image follows from the instance types: they must agree about it.
void check_image_choice(const Object& object, const World& world,
                        const std::vector<std::string>& types, Findings& findings) {
  if (stands_already(object, world, "/instanceTypes") && stands_already(object, world, "/amiType"))
    return;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::string place = pointer_to("/spec/instanceTypes", i);
    const auto first = accelerator_of(types.front());
    const auto own = accelerator_of(types[i]);
    if (!own) {
      findings.error(place,
                     "byoc does not know the family of " + quoted_value(types[i]) +
                         " and cannot choose a machine image for it",
                     "write amiType: AL2023_x86_64_STANDARD, or AL2023_x86_64_NVIDIA for GPUs");
    } else if (first && own != first) {
      findings.error(place,
                     "one group has one machine image, and " + quoted_value(types.front()) + " (" +
                         words_of(*first) + ") and " + quoted_value(types[i]) + " (" +
                         words_of(*own) + ") need different ones",
                     "make a NodeGroup for each, or write amiType");
    }
  }
}

// An image with drivers on types that have nothing to drive is refused by EKS.
void check_image(const std::string& image, const std::vector<std::string>& types,
                 Findings& findings) {
  const bool for_gpu = image.find("NVIDIA") != std::string::npos || image.ends_with("_GPU");
  const bool for_neuron = image.find("NEURON") != std::string::npos;
  for (const std::string& type : types) {
    const auto own = accelerator_of(type);
    if (!own) continue;
    const std::string hint = "leave amiType out: byoc chooses by instance type";
    if (for_gpu && *own != Accelerator::nvidia) {
      findings.error("/spec/amiType",
                     quoted_value(type) + " has no GPU of NVIDIA, but the image is made for them",
                     hint);
    } else if (for_neuron && *own != Accelerator::neuron) {
      findings.error("/spec/amiType",
                     quoted_value(type) +
                         " has no Inferentia or Trainium, but the image is made "
                         "for them",
                     hint);
    } else if (!for_gpu && *own == Accelerator::nvidia) {
      findings.warning("/spec/amiType",
                       quoted_value(type) + " has GPUs, but the image has no drivers for them",
                       hint);
    }
  }
}

void check_types(const Object& object, const World& world, Findings& findings) {
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
  const std::string image = text_at(object.spec, "/amiType");
  if (image.empty()) {
    check_image_choice(object, world, types, findings);
  } else {
    check_image(image, types, findings);
  }
}

// Source: EBS user guide, volume types: the range of operations per second, and how many a GiB.
struct VolumeRates {
  const char* type;
  int least;
  int most;
  int per_gib;
};
constexpr VolumeRates kVolumeRates[] = {
    {"gp3", 3000, 80000, 500}, {"io1", 100, 64000, 50}, {"io2", 100, 256000, 1000}};

void check_disk(const Object& object, Findings& findings) {
  const std::string type = text_at(object.spec, "/disk/type");
  const Json* size = number_at(object, "disk/sizeGiB");
  const Json* rate = number_at(object, "disk/iops");
  const std::string place = "/spec/disk/iops";
  if (rate == nullptr) {
    if (type != "io1" && type != "io2") return;
    return findings.error("/spec/disk/type", "a volume of type " + type + " needs `iops`",
                          "write iops: 3000, or type: gp3");
  }
  for (const VolumeRates& rates : kVolumeRates) {
    if (type != rates.type) continue;
    const std::int64_t wanted = rate->get<std::int64_t>();
    if (wanted < rates.least || wanted > rates.most) {
      findings.error(place, type + " has " + std::to_string(rates.least) + " to " +
                                std::to_string(rates.most) + " operations per second");
    } else if (size != nullptr && wanted > size->get<std::int64_t>() * rates.per_gib &&
               wanted != rates.least) {
      findings.error(place,
                     type + " has at most " + std::to_string(rates.per_gib) +
                         " operations per second for each GiB",
                     "raise sizeGiB or lower iops");
    }
    return;
  }
  findings.error(place, "the rate of a " + type + " volume follows from its size",
                 "remove iops, or write type: gp3");
}

// The zones of a group are some of its cluster's.
void check_cluster_zones(const Object& object, const Object& cluster, Findings& findings) {
  std::vector<std::string> theirs = texts_at(cluster.spec, "/network/zones");
  for (const Json& subnet : list_at(cluster.status, "/network/nodeSubnets")) {
    if (theirs.empty() || theirs.front().size() > 1) theirs.push_back(text_at(subnet, "/zone"));
  }
  if (theirs.empty()) return;
  const auto letter = [](const std::string& zone) { return zone.substr(zone.size() - 1); };
  const std::vector<std::string> own = texts_at(object.spec, "/zones");
  for (std::size_t i = 0; i < own.size(); ++i) {
    const bool there = std::any_of(theirs.begin(), theirs.end(), [&](const std::string& zone) {
      const bool both = own[i].size() > 1 && zone.size() > 1;
      return both ? own[i] == zone : !zone.empty() && letter(zone) == letter(own[i]);
    });
    if (there) continue;
    findings.error(pointer_to("/spec/zones", i),
                   "the cluster " + quoted_value(cluster.metadata.name) + " has no subnet in " +
                       quoted_value(own[i]),
                   "its zones are " + joined(theirs));
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

}  // namespace

void check_nodegroup_update(const Object& object, const Object& existing, Findings& findings) {
  check_version_update(object, existing, findings);
}

std::vector<TakenName> names_of_nodegroup(const Object& object, const World&) {
  const std::string cluster = object.metadata.ns + "/" + text_at(object.spec, "/clusterRef/name");
  return {{"node group", cluster, "", "", aws_name_of(object.metadata.name), "/metadata/name",
           std::string(kGroupNameHint)}};
}

void check_nodegroup(const Object& object, const World& world, Findings& findings) {
  check_sizes(object, findings);
  check_scaling(object, findings);
  check_types(object, world, findings);
  check_disk(object, findings);
  check_taints(object, findings);
  check_version_offered(object, world, findings);
  const auto reference = reference_at(object, "/clusterRef/name");
  const Object* cluster = reference ? world.find(*reference) : nullptr;
  check_zones(object, "/spec/zones", cluster == nullptr ? "" : text_at(cluster->spec, "/region"),
              findings);
  check_image_version(object, cluster, world, findings);
  if (cluster == nullptr) return;
  check_allowed_types(object, *cluster, findings);
  check_cluster_zones(object, *cluster, findings);
  check_version_skew(object, *cluster, world, findings);
}

}  // namespace byoc
