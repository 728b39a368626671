// Access entries: which IAM principals may enter a cluster, and with which EKS policies.
#include <algorithm>
#include <array>

#include "tests/sim/eks.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

constexpr std::string_view kPolicyPrefix = "arn:aws:eks::aws:cluster-access-policy/";
constexpr auto kPolicies = std::to_array<std::string_view>({
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
});

bool known_policy(std::string_view arn) {
  if (!arn.starts_with(kPolicyPrefix)) return false;
  arn.remove_prefix(kPolicyPrefix.size());
  return std::find(kPolicies.begin(), kPolicies.end(), arn) != kPolicies.end();
}

// The cluster whose entries the call is about: it stands and its mode knows entries.
ClusterAnswer entry_cluster(OpContext& context, const Json& params) {
  auto [cluster, error] = active_cluster(context, text(params, "clusterName"), true);
  if (cluster == nullptr) return {nullptr, error};
  if (cluster->body.at("accessConfig").at("authenticationMode") != "CONFIG_MAP") {
    return {cluster, {}};
  }
  return {nullptr, eks_bad_state("The cluster's authentication mode must be set to one of [API, "
                                 "API_AND_CONFIG_MAP] to perform this operation.")};
}

struct EntryAnswer {
  EksCluster* cluster = nullptr;
  EksAccessEntry* entry = nullptr;  // null: see `error`
  Answer error{};
};

EntryAnswer find_entry(OpContext& context, const Json& params) {
  auto [cluster, error] = entry_cluster(context, params);
  if (cluster == nullptr) return {nullptr, nullptr, error};
  EksAccessEntry* entry = cluster->entries.find(text(params, "principalArn"), context.sight);
  if (entry != nullptr) return {cluster, entry, {}};
  return {
      cluster, nullptr,
      eks_not_found("The specified principalArn could not be found. You can view your available "
                    "access entries with 'list-access-entries'.")};
}

Json show_entry(const EksCluster& cluster, const EksAccessEntry& entry) {
  return {{"clusterName", cluster.name},
          {"principalArn", entry.principal},
          {"kubernetesGroups", entry.groups},
          {"accessEntryArn", entry.arn},
          {"createdAt", format_time(entry.created)},
          {"modifiedAt", format_time(entry.modified)},
          {"tags", entry.tags},
          {"username", entry.username},
          {"type", entry.type}};
}

std::string default_username(const std::string& principal, const std::string& type) {
  if (type == "EC2_LINUX" || type == "EC2_WINDOWS") return "system:node:{{EC2PrivateDNSName}}";
  const auto role = principal.find(":role/");
  if (role == std::string::npos) return principal;
  const std::string account = principal.substr(role - 12, 12);
  return "arn:aws:sts::" + account + ":assumed-role/" + name_of_arn(principal) + "/{{SessionName}}";
}

// K4: a role of a simulated account must exist and be known to EKS.
bool known_access_principal(OpContext& context, const std::string& arn) {
  constexpr std::string_view kPrefix = "arn:aws:iam::";
  if (!arn.starts_with(kPrefix) || arn.size() < kPrefix.size() + 13) return false;
  const std::string_view kind = std::string_view(arn).substr(kPrefix.size() + 13);
  if (kind.starts_with("user/")) return true;
  if (!kind.starts_with("role/")) return false;
  if (!context.world.accounts.contains(arn.substr(kPrefix.size(), 12))) return true;
  const auto* row = role_by_arn(context.world, arn);
  return row != nullptr && row->believed(context.sight);
}

std::optional<Answer> refuse_entry(const Json& params, const std::string& type) {
  if (type != "STANDARD" && (params.contains("kubernetesGroups") || params.contains("username"))) {
    return eks_invalid("Only access entries of type STANDARD take groups and a username");
  }
  for (const Json& group : list(params, "kubernetesGroups")) {
    if (group.get_ref<const std::string&>().starts_with("system:")) {
      return eks_invalid("The kubernetes group name " + group.get<std::string>() +
                         " is invalid, it cannot start with system:");
    }
  }
  if (text(params, "username").starts_with("system:")) {
    return eks_invalid("The username is invalid, it cannot start with system:");
  }
  return std::nullopt;
}

Answer create_entry(OpContext& context, const Json& params) {
  auto [cluster, error] = entry_cluster(context, params);
  if (cluster == nullptr) return error;
  const std::string& principal = text(params, "principalArn");
  const std::string type = params.value("type", "STANDARD");
  if (auto no = refuse_word(params, "type",
                            "STANDARD EC2_LINUX EC2_WINDOWS FARGATE_LINUX EC2 HYBRID_LINUX")) {
    return *std::move(no);
  }
  if (auto no = refuse_eks_tags(params)) return *std::move(no);
  if (auto no = refuse_entry(params, type)) return *std::move(no);
  if (!known_access_principal(context, principal)) {
    return eks_invalid("The specified principalArn is invalid: invalid principal.");
  }
  if (cluster->entries.find(principal) != nullptr) {
    return eks_in_use("The specified access entry resource is already in use on this cluster.");
  }
  add_access_entry(context, *cluster, principal, type);
  EksAccessEntry& entry = *cluster->entries.find(principal);
  entry.groups = list(params, "kubernetesGroups").get<std::vector<std::string>>();
  if (params.contains("username")) entry.username = text(params, "username");
  entry.tags = params.value("tags", Json::object()).get<Tags>();
  return done({{"accessEntry", show_entry(*cluster, entry)}});
}

Answer describe_entry(OpContext& context, const Json& params) {
  auto [cluster, entry, error] = find_entry(context, params);
  if (entry == nullptr) return error;
  return done({{"accessEntry", show_entry(*cluster, *entry)}});
}

Answer list_entries(OpContext& context, const Json& params) {
  auto [cluster, error] = entry_cluster(context, params);
  if (cluster == nullptr) return error;
  Json arns = Json::array();
  cluster->entries.each_listed(context.sight, [&](const std::string& arn, const auto& entry) {
    const std::string& policy = text(params, "associatedPolicyArn");
    if (policy.empty() || entry.policies.contains(policy)) arns.push_back(arn);
  });
  return done({{"accessEntries", std::move(arns)}});
}

Answer update_entry(OpContext& context, const Json& params) {
  auto [cluster, entry, error] = find_entry(context, params);
  if (entry == nullptr) return error;
  if (auto no = refuse_entry(params, entry->type)) return *std::move(no);
  if (params.contains("kubernetesGroups")) {
    entry->groups = params.at("kubernetesGroups").get<std::vector<std::string>>();
  }
  if (params.contains("username")) entry->username = text(params, "username");
  entry->modified = context.now;
  return done({{"accessEntry", show_entry(*cluster, *entry)}});
}

Answer delete_entry(OpContext& context, const Json& params) {
  auto [cluster, entry, error] = find_entry(context, params);
  if (entry == nullptr) return error;
  const std::string principal = entry->principal;
  cluster->entries.remove(principal, context.now, context.hide_time());
  return done();
}

Json show_policy_association(const std::string& policy, const EksAccessPolicy& association) {
  return {{"policyArn", policy},
          {"accessScope", association.scope},
          {"associatedAt", format_time(association.associated)},
          {"modifiedAt", format_time(association.modified)}};
}

std::optional<Answer> refuse_scope(const Json& scope) {
  if (auto no = refuse_members(scope, "accessScope", "type namespaces")) return no;
  if (auto no = refuse_word(scope, "type", "cluster namespace")) return no;
  const bool namespaced = text(scope, "type") == "namespace";
  if (namespaced != list(scope, "namespaces").empty()) return std::nullopt;
  return eks_invalid("The scope 'namespace' needs namespaces, the scope 'cluster' has none");
}

Answer associate_policy(OpContext& context, const Json& params) {
  auto [cluster, entry, error] = find_entry(context, params);
  if (entry == nullptr) return error;
  const std::string& policy = text(params, "policyArn");
  if (!known_policy(policy)) {
    return eks_invalid("The policyArn parameter format is not valid: " + policy);
  }
  if (entry->type != "STANDARD") {
    return eks_bad_state("Access policies can only be associated with entries of type STANDARD");
  }
  if (auto no = refuse_scope(params.at("accessScope"))) return *std::move(no);
  const auto [at, fresh] = entry->policies.try_emplace(policy);
  if (fresh) at->second.associated = context.now;
  at->second.modified = context.now;
  at->second.scope = {{"type", text(params.at("accessScope"), "type")},
                      {"namespaces", list(params.at("accessScope"), "namespaces")}};
  return done({{"clusterName", cluster->name},
               {"principalArn", entry->principal},
               {"associatedAccessPolicy", show_policy_association(policy, at->second)}});
}

Answer disassociate_policy(OpContext& context, const Json& params) {
  auto [cluster, entry, error] = find_entry(context, params);
  if (entry == nullptr) return error;
  if (entry->policies.erase(text(params, "policyArn")) == 0) {
    return eks_not_found("No associated access policy found: " + text(params, "policyArn"));
  }
  return done();
}

Answer list_associated(OpContext& context, const Json& params) {
  auto [cluster, entry, error] = find_entry(context, params);
  if (entry == nullptr) return error;
  Json policies = Json::array();
  for (const auto& [arn, association] : entry->policies) {
    policies.push_back(show_policy_association(arn, association));
  }
  return done({{"clusterName", cluster->name},
               {"principalArn", entry->principal},
               {"associatedAccessPolicies", std::move(policies)}});
}

Answer list_access_policies(OpContext&, const Json&) {
  Json policies = Json::array();
  for (const std::string_view name : kPolicies) {
    policies.push_back({{"name", name}, {"arn", std::string(kPolicyPrefix) + std::string(name)}});
  }
  return done({{"accessPolicies", std::move(policies)}});
}

constexpr OpRule kEksAccessOps[] = {
    {"eks", "CreateAccessEntry", create_entry, kMutates,
     "clusterName! principalArn! kubernetesGroups:l tags:o username type", "clientRequestToken"},
    {"eks", "DescribeAccessEntry", describe_entry, kReads, "clusterName! principalArn!"},
    {"eks", "ListAccessEntries", list_entries, kReads,
     "clusterName! associatedPolicyArn maxResults:i nextToken"},
    {"eks", "UpdateAccessEntry", update_entry, kMutates,
     "clusterName! principalArn! kubernetesGroups:l username", "clientRequestToken"},
    {"eks", "DeleteAccessEntry", delete_entry, kMutates, "clusterName! principalArn!"},
    {"eks", "AssociateAccessPolicy", associate_policy, kMutates,
     "clusterName! principalArn! policyArn! accessScope!:o"},
    {"eks", "DisassociateAccessPolicy", disassociate_policy, kMutates,
     "clusterName! principalArn! policyArn!"},
    {"eks", "ListAssociatedAccessPolicies", list_associated, kReads,
     "clusterName! principalArn! maxResults:i nextToken"},
    {"eks", "ListAccessPolicies", list_access_policies, kReads, "maxResults:i nextToken"},
};

}  // namespace

void add_access_entry(OpContext& context, EksCluster& cluster, const std::string& principal,
                      const std::string& type) {
  if (cluster.entries.find(principal) != nullptr) return;
  EksAccessEntry entry;
  entry.principal = principal;
  entry.type = type;
  entry.username = default_username(principal, type);
  entry.created = entry.modified = context.now;
  const bool is_role = principal.find(":role/") != std::string::npos;
  entry.arn = context.arn("eks", "access-entry/" + cluster.name + (is_role ? "/role/" : "/user/") +
                                     context.account.id + '/' + name_of_arn(principal) + '/' +
                                     context.new_uuid());
  if (type == "EC2_LINUX") entry.groups = {"system:nodes"};
  cluster.entries.add(principal, std::move(entry), context.lag());
}

std::span<const OpRule> eks_access_ops() {
  return kEksAccessOps;
}

}  // namespace byoc::sim
