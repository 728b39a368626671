// The dedicated network of a Cluster: VPC, subnets per zone, gateways and routes.
#include "reconcilers/cidr.h"
#include "reconcilers/cluster_parts.h"
#include "reconcilers/permission.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr const char* kAnywhere = "0.0.0.0/0";

void add_subnet(ClusterPlan& plan, const std::string& kind, std::size_t zone, int part) {
  const bool is_public = kind == "public";
  const std::string cidr =
      plan.object.spec.value("network", Json::object()).value("cidr", "10.0.0.0/16");
  Desired& subnet = plan.add("subnet", "subnet/" + kind + "-" + plan.zone_marks[zone],
                             {{"VpcId", ref("vpc", "VpcId")},
                              {"CidrBlock", subnet_of(cidr, kSubnetBits, part)},
                              {"AvailabilityZone", plan.zones[zone].name},
                              {"MapPublicIpOnLaunch", is_public}});
  subnet.tags[is_public ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb"] = "1";
}

void add_route_table(ClusterPlan& plan, const std::string& name, Json target) {
  const std::string key = "route-table/" + name;
  plan.add("route-table", key, {{"VpcId", ref("vpc", "VpcId")}});
  if (target.is_null()) return;
  target["RouteTableId"] = ref(key, "RouteTableId");
  target["DestinationCidrBlock"] = kAnywhere;
  plan.add("route", "route/" + name + "/internet", std::move(target));
}

void add_association(ClusterPlan& plan, const std::string& subnet, const std::string& table) {
  plan.add("route-table-association", "route-table-association/" + subnet,
           {{"RouteTableId", ref("route-table/" + table, "RouteTableId")},
            {"SubnetId", ref("subnet/" + subnet, "SubnetId")}});
}

void add_nat(ClusterPlan& plan, const std::string& mark) {
  plan.add("address", "address/" + mark, {{"Domain", "vpc"}});
  plan.add("nat-gateway", "nat-gateway/" + mark,
           {{"SubnetId", ref("subnet/public-" + mark, "SubnetId")},
            {"AllocationId", ref("address/" + mark, "AllocationId")}});
}

Json nat_route(const std::string& mark) {
  return {{"NatGatewayId", ref("nat-gateway/" + mark, "NatGatewayId")}};
}

void add_rule(ClusterPlan& plan, const std::string& group, const std::string& name,
              const Json& rule, bool ingress = true) {
  plan.add(ingress ? "security-group-ingress" : "security-group-egress",
           std::string(ingress ? "ingress/" : "egress/") + group + "/" + name,
           {{"GroupId", ref("security-group/" + group, "GroupId")},
            {"IpPermissions", Json::array({rule})}});
}

void add_security_group(ClusterPlan& plan, const std::string& name,
                        const std::string& description) {
  plan.add("security-group", "security-group/" + name,
           {{"GroupName", aws_name(plan.eks_name, name, short_uid(plan.owner.uid), 255)},
            {"Description", description},
            {"VpcId", ref("vpc", "VpcId")}});
  add_rule(plan, name, "anywhere", permission("-1", 0, 0, kAnywhere), /*ingress=*/false);
}

}  // namespace

void add_network(ClusterPlan& plan) {
  const std::string cidr =
      plan.object.spec.value("network", Json::object()).value("cidr", "10.0.0.0/16");
  plan.add("vpc", "vpc",
           {{"CidrBlock", cidr},
            {"EnableDnsSupport", {{"Value", true}}},
            {"EnableDnsHostnames", {{"Value", true}}}});
  plan.add("internet-gateway", "internet-gateway", Json::object());
  plan.add("internet-gateway-attachment", "internet-gateway-attachment",
           {{"InternetGatewayId", ref("internet-gateway", "InternetGatewayId")},
            {"VpcId", ref("vpc", "VpcId")}});
  const std::size_t zones = plan.zones.size();
  const bool has_private = plan.nat != "None";
  for (std::size_t i = 0; i < zones; ++i) {
    const int part = plan.zones[i].part;
    add_subnet(plan, "public", i, kFirstPublicPart + part);
    if (has_private) add_subnet(plan, "private", i, part);
  }
  add_route_table(plan, "public", {{"GatewayId", ref("internet-gateway", "InternetGatewayId")}});
  for (const std::string& mark : plan.zone_marks) add_association(plan, "public-" + mark, "public");
  if (!has_private) return;
  const bool per_zone = plan.nat == "PerZone";
  for (std::size_t i = 0; i < zones; ++i) {
    const std::string& mark = plan.zone_marks[i];
    const std::string& nat = per_zone ? mark : plan.zone_marks.front();
    if (nat == mark) add_nat(plan, mark);
    add_route_table(plan, "private-" + mark, nat_route(nat));
    add_association(plan, "private-" + mark, "private-" + mark);
  }
}

// Nodes and control plane reach each other by rules that name the other's group.
void add_groups(ClusterPlan& plan) {
  add_security_group(plan, "control-plane", "EKS control plane of " + plan.eks_name);
  add_security_group(plan, "nodes", "Nodes of " + plan.eks_name);
  const Json nodes = ref("security-group/nodes", "GroupId");
  const Json control_plane = ref("security-group/control-plane", "GroupId");
  add_rule(plan, "control-plane", "api-from-nodes", permission("tcp", 443, 443, nodes));
  add_rule(plan, "nodes", "each-other", permission("-1", 0, 0, nodes));
  add_rule(plan, "nodes", "kubelet-from-control-plane",
           permission("tcp", 1025, 65535, control_plane));
  add_rule(plan, "nodes", "https-from-control-plane", permission("tcp", 443, 443, control_plane));
}

}  // namespace byoc
