// Security groups and their rules. Names: botocore ec2/2016-11-15.
#include <algorithm>

#include "reconcilers/blockers_ec2.h"
#include "reconcilers/ownership.h"
#include "reconcilers/parts.h"
#include "reconcilers/permission.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

void read_group(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  own.erase("IpPermissions");
  own.erase("IpPermissionsEgress");
  read_tagged(row, own, out);
}

// Rules that load-balancer controllers keep in our groups carry their mark in the description.
bool made_by_kubernetes(const Json& item) {
  for (const char* list : {"IpRanges", "UserIdGroupPairs", "Ipv6Ranges", "PrefixListIds"}) {
    for (const Json& source : member(item, list)) {
      const std::string description = source.value("Description", "");
      if (description.starts_with("kubernetes.io/") || description.starts_with("elbv2.k8s.aws/")) {
        return true;
      }
    }
  }
  return false;
}

void read_rules(const Row& row, const Json& group, const char* list, std::vector<Observed>& out) {
  const std::string owner_uid = owner_of(group);
  const auto id = group.at("GroupId").get<std::string>();
  for (const Json& item : member(group, list)) {
    if (made_by_kubernetes(item)) continue;
    for (Json& rule : split_permission(item)) {
      Observed part = part_of(row, id, {{"GroupId", id}, {"IpPermissions", {std::move(rule)}}});
      part.owner_uid = owner_uid;
      out.push_back(std::move(part));
    }
  }
}

void read_ingress(const Row& row, const Json& item, std::vector<Observed>& out) {
  read_rules(row, item, "IpPermissions", out);
}

void read_egress(const Row& row, const Json& item, std::vector<Observed>& out) {
  read_rules(row, item, "IpPermissionsEgress", out);
}

void read_leftover(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json fields = {{row.id, item.at(std::string(row.id))}, {"VpcId", item.at("VpcId")}};
  for (const char* name : {"SubnetId", "Groups"}) {
    if (item.contains(name)) fields[name] = item[name];
  }
  out.push_back(part_of(row, item.at("VpcId").get<std::string>(), std::move(fields)));
  out.back().tags = read_tags(item);
}

// Tags by which the controllers of a cluster mark what they make (aws-rules C2, steps 2b, 5, 7).
// What is shared with a cluster is not made by it.
bool is_marked(const Tags& tags, const std::string& cluster, bool& other) {
  constexpr std::string_view kPrefix = "kubernetes.io/cluster/";
  bool marked = false;
  for (const auto& [key, value] : tags) {
    if (key.starts_with(kPrefix) && value == "owned") {
      (key.substr(kPrefix.size()) == cluster ? marked : other) = true;
    } else if (key == "aws:eks:cluster-name" || key == "elbv2.k8s.aws/cluster" ||
               key == "cluster.k8s.amazonaws.com/name") {
      (value == cluster ? marked : other) = true;
    }
  }
  return marked;
}

bool has_group_of(const Observed& part, const std::string& owner_uid,
                  const std::vector<Observed>& found) {
  for (const Json& group : member(part.fields, "Groups")) {
    const std::string id = text_member(group, "GroupId");
    const bool ours = std::any_of(found.begin(), found.end(), [&](const Observed& one) {
      return one.row->type == "security-group" && one.owner_uid == owner_uid && one.id == id;
    });
    if (ours) return true;
  }
  return false;
}

// What EKS and the controllers of this very cluster left in its VPC: by the cluster's own tags, or,
// for interfaces of nodes, by a group of ours. Nothing that names another cluster or owner.
bool is_left_by_cluster(const Owner& owner, const Observed& part,
                        const std::vector<Observed>& found) {
  const auto tagged = part.tags.find(std::string(kTagOwnerUid));
  if (tagged != part.tags.end() && tagged->second != owner.uid) return false;
  bool other = false;
  const bool marked = is_marked(part.tags, cluster_name(owner.object.name), other);
  if (other) return false;
  const bool of_node = part.tags.contains("node.k8s.amazonaws.com/instance_id");
  return marked || (of_node && has_group_of(part, owner.uid, found));
}

// What others leave in a VPC that is all ours; looked for only while it goes.
std::vector<Row> leftover_rows() {
  return {
      {.type = "leftover-interface",
       .service = "ec2",
       .looks = {{.from = Look::From::parent,
                  .operation = "DescribeNetworkInterfaces",
                  .params = R"({"Filters":[{"Name":"vpc-id","Values":["@VpcId"]},)"
                            R"({"Name":"status","Values":["available"]}]})",
                  .items = "NetworkInterfaces",
                  .read = read_leftover,
                  .removing = true,
                  .belongs = is_left_by_cluster}},
       .id = "NetworkInterfaceId",
       .identity = {"NetworkInterfaceId"},
       .parent = "vpc",
       .remove = "DeleteNetworkInterface",
       .remove_params = R"({"NetworkInterfaceId":"@id"})"},

      {.type = "leftover-group",
       .service = "ec2",
       .looks = {{.from = Look::From::parent,
                  .operation = "DescribeSecurityGroups",
                  .params = R"({"Filters":[{"Name":"vpc-id","Values":["@VpcId"]}]})",
                  .items = "SecurityGroups",
                  .read = read_leftover,
                  .removing = true,
                  .belongs = is_left_by_cluster}},
       .id = "GroupId",
       .identity = {"GroupId"},
       .parent = "vpc",
       .remove = "DeleteSecurityGroup",
       .remove_params = R"({"GroupId":"@id"})",
       .blockers = users_of_group()},
  };
}

}  // namespace

std::vector<Row> rows_ec2_group() {
  constexpr std::string_view kRule = R"({"GroupId":"@GroupId","IpPermissions":"@IpPermissions"})";
  const Look groups = {.operation = "DescribeSecurityGroups",
                       .params = kOurs,
                       .items = "SecurityGroups",
                       .read = read_group};
  Look ingress = groups;
  ingress.read = read_ingress;
  Look egress = groups;
  egress.read = read_egress;
  std::vector<Row> rows = {
      {.type = "security-group",
       .service = "ec2",
       .looks = {groups, by_id(groups, R"({"GroupIds":["@id"]})")},
       .id = "GroupId",
       .create = "CreateSecurityGroup",
       .again = Again::by_name,
       .tagging = Tagging::specification,
       .tag_resource = "security-group",
       .remove = "DeleteSecurityGroup",
       .remove_params = R"({"GroupId":"@id"})",
       .blockers = users_of_group()},

      {.type = "security-group-ingress",
       .service = "ec2",
       .looks = {ingress},
       .identity = {"GroupId", "IpPermissions"},
       .parent = "security-group",
       .create = "AuthorizeSecurityGroupIngress",
       .remove = "RevokeSecurityGroupIngress",
       .remove_params = kRule,
       .exclusive = true},

      {.type = "security-group-egress",
       .service = "ec2",
       .looks = {egress},
       .identity = {"GroupId", "IpPermissions"},
       .parent = "security-group",
       .create = "AuthorizeSecurityGroupEgress",
       .remove = "RevokeSecurityGroupEgress",
       .remove_params = kRule,
       .remove_with_parent = true,
       .exclusive = true,
       .comes_with_parent = true},

  };
  for (Row& row : leftover_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace byoc
