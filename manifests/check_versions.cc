// Kubernetes versions: those that EKS offers, and what nodes may be beside their control plane.
#include <algorithm>

#include "manifests/format.h"
#include "manifests/schema.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

// Kubernetes has three releases a year: what is further ahead of the list is a slip of the pen.
constexpr int kAheadMax = 6;
// Source: Kubernetes version skew policy: a kubelet may be three minor versions older.
constexpr const char* kPlace = "/spec/kubernetesVersion";

std::string as_of() {
  return schema_data("versions.json").at("asOf").get<std::string>();
}

}  // namespace

int minor_of(const std::string& version) {
  if (version.size() != 4 || !version.starts_with("1.")) return 0;
  return (version[2] - '0') * 10 + (version[3] - '0');
}

int skew_max(int minor) {
  constexpr int kWiderSince = 28;
  return minor >= kWiderSince ? 3 : 2;
}

// EKS does not go back. It raises by one minor version at a time; byoc makes the steps.
void check_version_update(const Object& object, const Object& existing, Findings& findings) {
  const std::string before = text_at(existing.spec, "/kubernetesVersion");
  const std::string after = text_at(object.spec, "/kubernetesVersion");
  if (before.size() != 4 || after.size() != 4) return;
  const int steps = (after[2] - before[2]) * 10 + (after[3] - before[3]);
  if (steps < 0) {
    findings.error(kPlace, "Kubernetes cannot go back from " + before + " to " + after,
                   "keep \"" + before + "\"");
  }
}

void check_version_offered(const Object& object, const World& world, Findings& findings) {
  const std::string version = text_at(object.spec, "/kubernetesVersion");
  const int minor = minor_of(version);
  if (minor == 0 || stands_already(object, world, "/kubernetesVersion")) return;
  const auto offered = schema_data("versions.json").at("offered").get<std::vector<std::string>>();
  const std::string hint =
      "EKS had " + offered.front() + " to " + offered.back() + " on " + as_of();
  if (minor < minor_of(offered.front())) {
    findings.error(kPlace, "EKS offers Kubernetes " + version + " no more", hint);
  } else if (minor > minor_of(offered.back()) + kAheadMax) {
    findings.error(kPlace, "there is no Kubernetes " + version, hint);
  } else if (minor > minor_of(offered.back())) {
    findings.warning(kPlace, "byoc does not know whether EKS offers Kubernetes " + version, hint);
  }
}

void check_version_skew(const Object& object, const Object& cluster, const World& world,
                        Findings& findings) {
  const std::string own = text_at(object.spec, "/kubernetesVersion");
  const std::string theirs = text_at(cluster.spec, "/kubernetesVersion");
  if (minor_of(own) == 0 || minor_of(theirs) == 0) return;
  if (minor_of(own) > minor_of(theirs)) {
    findings.error(kPlace, "the nodes' version " + own + " is newer than the cluster's, " + theirs,
                   "raise the cluster first");
  } else if (const int most = skew_max(minor_of(theirs));
             minor_of(own) + most < minor_of(theirs) &&
             !stands_already(object, world, "/kubernetesVersion")) {
    findings.error(kPlace,
                   "the nodes' version " + own + " is more than " + std::to_string(most) +
                       " minor versions behind the cluster's, " + theirs,
                   "leave it out: new nodes get the cluster's version");
  }
}

// EKS makes no Amazon Linux 2 images for newer versions.
void check_image_version(const Object& object, const Object* cluster, const World& world,
                         Findings& findings) {
  const std::string image = text_at(object.spec, "/amiType");
  const std::string last = schema_data("versions.json").at("al2Last");
  std::string version = text_at(object.spec, "/kubernetesVersion");
  if (version.empty() && cluster != nullptr) version = text_at(cluster->spec, "/kubernetesVersion");
  if (!image.starts_with("AL2_") || minor_of(version) <= minor_of(last)) return;
  const bool stands = stands_already(object, world, "/amiType") &&
                      stands_already(object, world, "/kubernetesVersion");
  if (stands) return;
  findings.error("/spec/amiType",
                 "there is no image " + quoted_value(image) + " for Kubernetes " + version +
                     ": Amazon Linux 2 ends with " + last,
                 "leave amiType out: byoc chooses AL2023 by instance type");
}

}  // namespace byoc
