// Tags of EKS resources by ARN, and the versions that EKS has.
#include "tests/sim/eks.h"

namespace byoc::sim {
namespace {

// "arn:aws:eks:REGION:ACCOUNT:" and then, parted by '/', kind, cluster and more.
std::vector<std::string> parts_of(const OpContext& context, const std::string& arn) {
  const std::string prefix = context.arn("eks", "");
  std::vector<std::string> parts;
  if (!arn.starts_with(prefix)) return parts;
  std::size_t start = prefix.size();
  while (start <= arn.size()) {
    const auto slash = std::min(arn.find('/', start), arn.size());
    parts.push_back(arn.substr(start, slash - start));
    start = slash + 1;
  }
  return parts;
}

Tags* entry_tags(EksCluster& cluster, const std::string& arn) {
  Tags* found = nullptr;
  cluster.entries.each([&](const auto&, EksAccessEntry& entry) {
    if (entry.arn == arn) found = &entry.tags;
  });
  return found;
}

Tags* tags_by_arn(OpContext& context, const std::string& arn) {
  const std::vector<std::string> parts = parts_of(context, arn);
  if (parts.size() < 2) return nullptr;
  EksCluster* cluster = context.region.eks.clusters.find(parts[1], context.sight);
  if (cluster == nullptr) return nullptr;
  if (parts[0] == "cluster") return parts.size() == 2 ? &cluster->tags : nullptr;
  if (parts[0] == "access-entry") return entry_tags(*cluster, arn);
  if (parts.size() < 4) return nullptr;
  if (parts[0] == "nodegroup") {
    EksNodegroup* nodegroup = cluster->nodegroups.find(parts[2], context.sight);
    return nodegroup != nullptr && nodegroup->body.at("nodegroupArn") == arn ? &nodegroup->tags
                                                                             : nullptr;
  }
  if (parts[0] != "addon") return nullptr;
  EksAddon* addon = cluster->addons.find(parts[2], context.sight);
  return addon != nullptr && addon->body.at("addonArn") == arn ? &addon->tags : nullptr;
}

Answer no_resource(const Json& params) {
  return fail("NotFoundException", "Resource was not found: " + text(params, "resourceArn"), 404);
}

Answer tag_resource(OpContext& context, const Json& params) {
  Tags* tags = tags_by_arn(context, text(params, "resourceArn"));
  if (tags == nullptr) return no_resource(params);
  Json next = *tags;
  next.update(params.at("tags"));
  if (const auto no = refuse_eks_tags({{"tags", next}})) {
    return fail("BadRequestException", no->message);
  }
  *tags = next.get<Tags>();
  return done();
}

Answer untag_resource(OpContext& context, const Json& params) {
  Tags* tags = tags_by_arn(context, text(params, "resourceArn"));
  if (tags == nullptr) return no_resource(params);
  for (const Json& key : params.at("tagKeys")) tags->erase(key.get<std::string>());
  return done();
}

Answer list_tags(OpContext& context, const Json& params) {
  const Tags* tags = tags_by_arn(context, text(params, "resourceArn"));
  if (tags == nullptr) return no_resource(params);
  return done({{"tags", *tags}});
}

Answer describe_cluster_versions(OpContext&, const Json& params) {
  Json versions = Json::array();
  for (int minor = 20; minor < 60; ++minor) {
    const std::string version = "1." + std::to_string(minor);
    const bool is_default = version == default_version();
    if (minor_version(version) == 0) continue;
    if (flag(params, "defaultOnly") && !is_default) continue;
    versions.push_back({{"clusterVersion", version},
                        {"clusterType", "eks"},
                        {"defaultPlatformVersion", "eks.1"},
                        {"defaultVersion", is_default},
                        {"versionStatus", minor >= 32 ? "STANDARD_SUPPORT" : "EXTENDED_SUPPORT"}});
  }
  return done({{"clusterVersions", std::move(versions)}});
}

constexpr OpRule kEksTagOps[] = {
    {"eks", "TagResource", tag_resource, kMutates, "resourceArn! tags!:o"},
    {"eks", "UntagResource", untag_resource, kMutates, "resourceArn! tagKeys!:l"},
    {"eks", "ListTagsForResource", list_tags, kReads, "resourceArn!"},
    {"eks", "DescribeClusterVersions", describe_cluster_versions, kReads,
     "defaultOnly:b maxResults:i nextToken"},
};

}  // namespace

std::span<const OpRule> eks_tag_ops() {
  return kEksTagOps;
}

}  // namespace byoc::sim
