// The state of EKS as a person would tell it: no times, no unique ids.
#include "tests/sim/eks.h"

namespace byoc::sim {
namespace {

Json without(Json body, std::initializer_list<const char*> names) {
  for (const char* name : names) body.erase(name);
  return body;
}

Json dump_nodegroup(const EksNodegroup& nodegroup) {
  Json out = without(nodegroup.body, {"nodegroupArn", "resources"});
  out["status"] = nodegroup.status;
  out["tags"] = nodegroup.tags;
  return out;
}

Json dump_addon(const EksAddon& addon) {
  Json out = without(addon.body, {"addonArn"});
  out["status"] = addon.status;
  out["tags"] = addon.tags;
  return out;
}

Json dump_entry(const EksAccessEntry& entry) {
  Json policies = Json::object();
  for (const auto& [arn, policy] : entry.policies) policies[arn] = policy.scope;
  return {{"type", entry.type},
          {"username", entry.username},
          {"groups", entry.groups},
          {"policies", std::move(policies)},
          {"tags", entry.tags}};
}

Json dump_cluster(const EksCluster& cluster) {
  Json out = without(cluster.body, {"createdAt"});
  out["status"] = cluster.status;
  out["tags"] = cluster.tags;
  out["deletionProtection"] = cluster.deletion_protection;
  cluster.nodegroups.each(
      [&](const auto& name, const auto& n) { out["nodegroups"][name] = dump_nodegroup(n); });
  cluster.addons.each(
      [&](const auto& name, const auto& a) { out["addons"][name] = dump_addon(a); });
  cluster.entries.each(
      [&](const auto& arn, const auto& e) { out["accessEntries"][arn] = dump_entry(e); });
  return out;
}

}  // namespace

Json dump(const Eks& eks) {
  Json out = Json::object();
  eks.clusters.each([&](const auto& name, const auto& c) { out[name] = dump_cluster(c); });
  return out;
}

}  // namespace byoc::sim
