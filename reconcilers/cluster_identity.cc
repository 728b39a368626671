// Identities and storage of a Cluster: roles, OIDC provider, access entries, bucket, repository,
// log group.
#include "manifests/partition.h"
#include "reconcilers/cluster_parts.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

void add_service_role(ClusterPlan& plan, const std::string& name, const std::string& service,
                      const Json& actions, const std::vector<std::string>& policies) {
  const std::string key = "role/" + name;
  const Json trust = {
      {"Version", "2012-10-17"},
      {"Statement",
       Json::array(
           {{{"Effect", "Allow"}, {"Principal", {{"Service", service}}}, {"Action", actions}}})}};
  plan.add("role", key,
           {{"RoleName", aws_name(plan.eks_name, name, short_uid(plan.owner.uid), 64)},
            {"AssumeRolePolicyDocument", trust.dump()},
            {"MaxSessionDuration", 3600},
            {"Description", "Managed by byoc: " + to_string(plan.owner.object)}});
  for (const std::string& policy : policies) {
    plan.add("role-policy", "role-policy/" + name + "/" + policy,
             {{"RoleName", ref(key, "RoleName")},
              {"PolicyArn", "arn:" + plan.facts.partition + ":iam::aws:policy/" + policy}});
  }
}

std::string bucket_name(const ClusterPlan& plan) {
  const Json& given = member(plan.object.spec, "storage/bucket/name");
  if (given.is_string()) return given.get<std::string>();
  return aws_name("byoc", plan.eks_name, plan.facts.account + "-" + short_uid(plan.owner.uid), 63);
}

void add_bucket(ClusterPlan& plan) {
  Json params = {{"Bucket", bucket_name(plan)}};
  if (plan.facts.region != "us-east-1") {
    params["CreateBucketConfiguration"] = {{"LocationConstraint", plan.facts.region}};
  }
  plan.add("bucket", "bucket", std::move(params));
  plan.add("bucket-public-access", "bucket-public-access",
           {{"Bucket", ref("bucket", "Bucket")},
            {"PublicAccessBlockConfiguration",
             {{"BlockPublicAcls", true},
              {"IgnorePublicAcls", true},
              {"BlockPublicPolicy", true},
              {"RestrictPublicBuckets", true}}}});
  const Json by_default = {{"ApplyServerSideEncryptionByDefault", {{"SSEAlgorithm", "AES256"}}}};
  plan.add("bucket-encryption", "bucket-encryption",
           {{"Bucket", ref("bucket", "Bucket")},
            {"ServerSideEncryptionConfiguration", {{"Rules", Json::array({by_default})}}}});
  // A bucket that had versions once keeps them: without them it is Suspended, as a new one is.
  const bool versioning = member(plan.object.spec, "storage/bucket/versioning") != Json(false);
  plan.add("bucket-versioning", "bucket-versioning",
           {{"Bucket", ref("bucket", "Bucket")},
            {"VersioningConfiguration", {{"Status", versioning ? "Enabled" : "Suspended"}}}});
}

}  // namespace

void add_identity(ClusterPlan& plan) {
  add_service_role(plan, "cluster", service_principal("eks", plan.facts.partition),
                   Json::array({"sts:AssumeRole", "sts:TagSession"}), {"AmazonEKSClusterPolicy"});
  add_service_role(
      plan, "node", service_principal("ec2", plan.facts.partition), "sts:AssumeRole",
      {"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"});
}

void add_storage(ClusterPlan& plan) {
  add_bucket(plan);
  if (member(plan.object.spec, "storage/registry") == Json(true)) {
    constexpr std::size_t kNameMax = 256;
    const std::string name = aws_name("byoc", plan.eks_name, short_uid(plan.owner.uid), kNameMax);
    plan.add("repository", "repository", {{"repositoryName", name}});
  }
  const Json& days = member(plan.object.spec, "logging/retentionDays");
  plan.add("log-group", "log-group",
           {{"logGroupName", "/aws/eks/" + plan.eks_name + "/cluster"},
            {"retentionInDays", days.is_number() ? days : Json(30)}});
}

}  // namespace byoc
