// Sources: AWS re:Post, "How do I resolve the dependency error when I delete my Amazon VPC", names
// the lists to go through; the VPC and ELB guides, what refuses which removal (aws-rules E8 to
// E14). Lists of a VPC are asked for once, however many of its parts are refused: what stands in
// one subnet, or has one group, is found in them.
#include "reconcilers/blockers_ec2.h"

#include <string>

#include "reconcilers/blocking.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr std::string_view kOfVpc = R"({"Filters":[{"Name":"vpc-id","Values":["@VpcId"]}]})";
constexpr std::string_view kAttachedToVpc =
    R"({"Filters":[{"Name":"attachment.vpc-id","Values":["@VpcId"]}]})";

constexpr Blocking kLoadBalancer = {
    .what = "load balancer",
    .service = "elbv2",
    .operation = "DescribeLoadBalancers",
    .items = "LoadBalancers",
    .id = "LoadBalancerArn",
    .about = "DNSName",
    .only = R"({"VpcId":"@VpcId"})",
    .removal = "aws elbv2 delete-load-balancer --load-balancer-arn @self",
    .tags = {"DescribeTags", R"({"ResourceArns":["@LoadBalancerArn"]})", "TagDescriptions/0/Tags"}};

constexpr Blocking kClassicLoadBalancer = {
    .what = "classic load balancer",
    .service = "elb",
    .operation = "DescribeLoadBalancers",
    .items = "LoadBalancerDescriptions",
    .id = "LoadBalancerName",
    .about = "DNSName",
    .only = R"({"VPCId":"@VpcId"})",
    .removal = "aws elb delete-load-balancer --load-balancer-name @self",
    .tags = {"DescribeTags", R"({"LoadBalancerNames":["@LoadBalancerName"]})",
             "TagDescriptions/0/Tags"}};

constexpr Blocking kNatGateway = {
    .what = "NAT gateway",
    .operation = "DescribeNatGateways",
    .params = R"({"Filter":[{"Name":"vpc-id","Values":["@VpcId"]},)"
              R"({"Name":"state","Values":["pending","available","deleting"]}]})",
    .items = "NatGateways",
    .id = "NatGatewayId",
    .about = "State",
    .removal = "aws ec2 delete-nat-gateway --nat-gateway-id @self"};

constexpr Blocking kEndpoint = {.what = "VPC endpoint",
                                .operation = "DescribeVpcEndpoints",
                                .params = kOfVpc,
                                .items = "VpcEndpoints",
                                .id = "VpcEndpointId",
                                .about = "ServiceName",
                                .removal = "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids @self"};

constexpr Blocking kTransitAttachment = {
    .what = "transit gateway attachment",
    .operation = "DescribeTransitGatewayVpcAttachments",
    .params = R"({"Filters":[{"Name":"vpc-id","Values":["@VpcId"]},)"
              R"({"Name":"state","Values":["pendingAcceptance","pending","available",)"
              R"("modifying","deleting"]}]})",
    .items = "TransitGatewayVpcAttachments",
    .id = "TransitGatewayAttachmentId",
    .about = "TransitGatewayId",
    .removal =
        "aws ec2 delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id "
        "@self"};

constexpr Blocking kInstance = {
    .what = "instance",
    .operation = "DescribeInstances",
    .params = R"({"Filters":[{"Name":"vpc-id","Values":["@VpcId"]},)"
              R"({"Name":"instance-state-name","Values":["pending","running",)"
              R"("shutting-down","stopping","stopped"]}]})",
    .items = "Reservations",
    .inner = "Instances",
    .id = "InstanceId",
    .about = "InstanceType",
    .removal = "aws ec2 terminate-instances --instance-ids @self"};

// Peering that this VPC asked for, or that another one asked it for.
Blocking peering(std::string_view params) {
  return {.what = "peering connection",
          .operation = "DescribeVpcPeeringConnections",
          .params = params,
          .items = "VpcPeeringConnections",
          .id = "VpcPeeringConnectionId",
          .about = "Status/Code",
          .removal = "aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id @self"};
}

constexpr std::string_view kPeersAsked =
    R"({"Filters":[{"Name":"requester-vpc-info.vpc-id","Values":["@VpcId"]},)"
    R"({"Name":"status-code","Values":["initiating-request","pending-acceptance",)"
    R"("provisioning","active"]}]})";
constexpr std::string_view kPeersAsking =
    R"({"Filters":[{"Name":"accepter-vpc-info.vpc-id","Values":["@VpcId"]},)"
    R"({"Name":"status-code","Values":["initiating-request","pending-acceptance",)"
    R"("provisioning","active"]}]})";

// ---- interfaces ----------------------------------------------------------------------------

// What the services of AWS write into the description of an interface that they make. "@last" is
// its last word, without brackets: the id of what it belongs to.
struct InterfaceMaker {
  std::string_view begin;
  std::string_view removal;
  std::string_view finder;
};
constexpr InterfaceMaker kMakers[] = {
    {"ELB ", "", "aws elbv2 describe-load-balancers"},
    {"VPC Endpoint Interface", "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids @last", ""},
    {"Interface for NAT Gateway ", "aws ec2 delete-nat-gateway --nat-gateway-id @last", ""},
    {"Network Interface for Transit Gateway Attachment ",
     "aws ec2 delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id @last", ""},
    {"EFS mount target for ", "aws efs delete-mount-target --mount-target-id @last", ""},
    {"Amazon EKS ", "aws eks delete-cluster --name @last", ""},
    {"RDSNetworkInterface", "", "aws rds describe-db-instances"},
    {"AWS Lambda VPC ENI", "", "aws lambda list-functions"},
    {"ElastiCache ", "", "aws elasticache describe-cache-clusters"},
};

std::string last_word(const std::string& text) {
  std::string word = text.substr(text.find_last_of(' ') + 1);
  if (word.starts_with('(')) word.erase(0, 1);
  if (word.ends_with(')')) word.pop_back();
  return word;
}

std::string with_last(std::string_view command, const std::string& last) {
  constexpr std::string_view kLast = "@last";
  if (!command.ends_with(kLast)) return std::string(command);
  if (!is_plain_word(last)) return {};
  return std::string(command.substr(0, command.size() - kLast.size())) + last;
}

// Whose an interface is: what it is attached to, else what its description names, else who asked
// for it. Only one that is nobody's is removed itself.
void explain_interface(const Json& item, Blocker& into) {
  const std::string instance = text_member(item, "Attachment/InstanceId");
  const std::string description = text_member(item, "Description");
  if (!instance.empty()) into.part_of.insert(instance);
  for (const InterfaceMaker& maker : kMakers) {
    if (!description.starts_with(maker.begin)) continue;
    const std::string last = last_word(description);
    into.part_of.insert(last);
    into.removal = with_last(maker.removal, last);
    into.finder = std::string(maker.finder);
    return;
  }
  if (!instance.empty()) {
    into.removal = "aws ec2 terminate-instances --instance-ids " + instance;
  } else if (member(item, "RequesterManaged") == true) {
    const std::string requester = text_member(item, "RequesterId");
    if (into.about.empty()) into.about = description;
    if (!requester.empty()) into.about += (into.about.empty() ? "" : ", ") + requester;
    into.removal.clear();
    into.finder = "aws ec2 describe-network-interfaces --network-interface-ids " + into.id;
  } else if (const std::string attachment = text_member(item, "Attachment/AttachmentId");
             !attachment.empty()) {
    into.removal = "aws ec2 detach-network-interface --attachment-id " + attachment;
  }
}

Blocking interface(std::string_view params) {
  return {.what = "network interface",
          .operation = "DescribeNetworkInterfaces",
          .params = params,
          .items = "NetworkInterfaces",
          .id = "NetworkInterfaceId",
          .about = "Description",
          .removal = "aws ec2 delete-network-interface --network-interface-id @self",
          .explain = explain_interface};
}

// Of what is in the VPC, only what names a part of it.
Blocking naming(Blocking form, std::string_view part) {
  form.names = part;
  return form;
}

Blocking rule_of_other(std::string_view only, std::string_view removal) {
  return {.what = "rule",
          .operation = "DescribeSecurityGroupRules",
          .items = "SecurityGroupRules",
          .id = "SecurityGroupRuleId",
          .about = "GroupId",
          .only = only,
          .harmless = R"({"GroupId":"@id"})",
          .removal = removal};
}

}  // namespace

std::vector<Blocking> users_of_vpc() {
  return {kLoadBalancer,
          kClassicLoadBalancer,
          kNatGateway,
          kEndpoint,
          kTransitAttachment,
          peering(kPeersAsked),
          peering(kPeersAsking),
          {.what = "VPN gateway",
           .operation = "DescribeVpnGateways",
           .params = kAttachedToVpc,
           .items = "VpnGateways",
           .id = "VpnGatewayId",
           .about = "State",
           .removal = "aws ec2 detach-vpn-gateway --vpn-gateway-id @self --vpc-id @id"},
          {.what = "internet gateway",
           .operation = "DescribeInternetGateways",
           .params = kAttachedToVpc,
           .items = "InternetGateways",
           .id = "InternetGatewayId",
           .removal = "aws ec2 detach-internet-gateway --internet-gateway-id @self --vpc-id @id"},
          {.what = "egress-only internet gateway",
           .operation = "DescribeEgressOnlyInternetGateways",
           .items = "EgressOnlyInternetGateways",
           .id = "EgressOnlyInternetGatewayId",
           .names = "\"@id\"",
           .removal = "aws ec2 delete-egress-only-internet-gateway "
                      "--egress-only-internet-gateway-id @self"},
          kInstance,
          {.what = "subnet",
           .operation = "DescribeSubnets",
           .params = kOfVpc,
           .items = "Subnets",
           .id = "SubnetId",
           .about = "CidrBlock",
           .removal = "aws ec2 delete-subnet --subnet-id @self"},
          {.what = "route table",
           .operation = "DescribeRouteTables",
           .params = kOfVpc,
           .items = "RouteTables",
           .id = "RouteTableId",
           .harmless = R"({"Associations/0/Main":true})",
           .removal = "aws ec2 delete-route-table --route-table-id @self"},
          {.what = "network ACL",
           .operation = "DescribeNetworkAcls",
           .params = kOfVpc,
           .items = "NetworkAcls",
           .id = "NetworkAclId",
           .harmless = R"({"IsDefault":true})",
           .removal = "aws ec2 delete-network-acl --network-acl-id @self"},
          {.what = "security group",
           .operation = "DescribeSecurityGroups",
           .params = kOfVpc,
           .items = "SecurityGroups",
           .id = "GroupId",
           .about = "GroupName",
           .harmless = R"({"GroupName":"default"})",
           .removal = "aws ec2 delete-security-group --group-id @self"},
          interface(kOfVpc)};
}

std::vector<Blocking> users_of_subnet() {
  std::vector<Blocking> out;
  for (const Blocking& form : {kLoadBalancer, kClassicLoadBalancer, kNatGateway, kEndpoint,
                               kTransitAttachment, kInstance}) {
    out.push_back(naming(form, "\"@id\""));
  }
  out.push_back(interface(R"({"Filters":[{"Name":"subnet-id","Values":["@id"]}]})"));
  return out;
}

std::vector<Blocking> users_of_internet() {
  std::vector<Blocking> out = {kLoadBalancer, kClassicLoadBalancer, kNatGateway, kInstance};
  out[0].harmless = out[1].harmless = R"({"Scheme":"internal"})";
  out[2].harmless = R"({"ConnectivityType":"private"})";
  out[3].needed = "PublicIpAddress";
  Blocking mapped = interface(kOfVpc);
  mapped.what = "network interface with a public address";
  mapped.needed = "Association";
  out.push_back(mapped);
  return out;
}

std::vector<Blocking> users_of_group() {
  std::vector<Blocking> out;
  for (const Blocking& form : {kLoadBalancer, kClassicLoadBalancer, kEndpoint, kInstance}) {
    out.push_back(naming(form, "\"@id\""));
  }
  out.push_back(rule_of_other(R"({"ReferencedGroupInfo/GroupId":"@id","IsEgress":false})",
                              "aws ec2 revoke-security-group-ingress --group-id @GroupId "
                              "--security-group-rule-ids @self"));
  out.push_back(rule_of_other(R"({"ReferencedGroupInfo/GroupId":"@id","IsEgress":true})",
                              "aws ec2 revoke-security-group-egress --group-id @GroupId "
                              "--security-group-rule-ids @self"));
  out.push_back(interface(R"({"Filters":[{"Name":"group-id","Values":["@id"]}]})"));
  return out;
}

}  // namespace byoc
