// The state of EC2 and Auto Scaling in one region of one account.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "tests/sim/table.h"

namespace byoc::sim {

using Tags = std::map<std::string, std::string>;
inline constexpr std::size_t kTagsMax = 50;  // of one thing, in every service

struct Vpc {
  std::string id;
  std::string cidr;
  std::string tenancy = "default";
  bool dns_support = true;
  bool dns_hostnames = false;
  Tags tags;
};

struct Subnet {
  std::string id;
  std::string vpc;
  std::string cidr;
  std::string zone;  // "us-west-2a"
  bool map_public_ip = false;
  Tags tags;
};

struct InternetGateway {
  std::string id;
  std::string vpc;  // empty: not attached
  Tags tags;
};

struct Address {
  std::string id;  // eipalloc-
  std::string public_ip;
  std::string association;  // eipassoc-, empty: free
  std::string interface;    // eni- it is mapped to
  std::string nat;          // nat- that holds it, empty: none
  Tags tags;
};

struct NatGateway {
  std::string id;
  std::string vpc;
  std::string subnet;
  std::string allocation;  // empty for a private gateway
  std::string interface;
  std::string private_ip;
  std::string public_ip;
  std::string state = "pending";  // pending, available, failed, deleting, deleted
  std::string failure_code;
  std::string failure_message;
  Time created{};
  Time deleted = kNever;
  Tags tags;
};

struct Route {
  std::string destination;
  std::string gateway;  // igw- or "local"
  std::string nat;
  std::string interface;
  bool from_create = true;  // origin CreateRoute; else CreateRouteTable
};

struct RouteTableAssociation {
  std::string id;      // rtbassoc-
  std::string subnet;  // empty: the main association
};

struct RouteTable {
  std::string id;
  std::string vpc;
  bool main = false;
  std::map<std::string, Route> routes;  // by destination
  std::vector<RouteTableAssociation> associations;
  Tags tags;
};

struct SecurityGroup {
  std::string id;
  std::string name;
  std::string description;
  std::string vpc;
  Tags tags;
};

struct GroupRule {
  std::string id;  // sgr-
  std::string group;
  bool egress = false;
  std::string protocol;  // "-1", "tcp", "udp", "icmp" or a number
  int from_port = -1;
  int to_port = -1;
  std::string cidr4, cidr6, prefix_list, peer_group;  // exactly one is set
  std::string description;
  Tags tags;
};

struct LaunchTemplateVersion {
  int number = 1;
  std::string description;
  Json data;
  Time created{};
};

struct LaunchTemplate {
  std::string id;
  std::string name;
  int default_version = 1;
  std::vector<LaunchTemplateVersion> versions;
  Time created{};
  Tags tags;
};

struct NetworkInterface {
  std::string id;
  std::string vpc;
  std::string subnet;
  std::string zone;
  std::string description;
  std::string type = "interface";  // interface, nat_gateway
  std::vector<std::string> groups;
  std::string private_ip;
  std::string public_ip;   // mapped public address, empty: none
  std::string attachment;  // eni-attach-, empty: status "available"
  std::string instance;    // it is attached to
  std::string requester;   // "amazon-eks": made and kept by AWS; empty: not requester-managed
  bool delete_on_termination = false;
  Tags tags;
};

struct Instance {
  std::string id;
  std::string type;
  std::string subnet;
  std::string vpc;
  std::string zone;
  std::string interface;
  std::string scaling_group;
  std::string state = "running";  // pending, running, shutting-down, terminated
  bool spot = false;
  Time launched{};
  Tags tags;
};

// Only those that EKS makes for its managed nodegroups; their instances carry its name.
struct ScalingGroup {
  std::string name;
  std::string instance_type;
  std::vector<std::string> subnets;
  std::vector<std::string> groups;  // security groups of its instances
  int min = 0;
  int max = 0;
  int desired = 0;
  bool spot = false;
  Time created{};
  Tags tags;
};

// What others put into a VPC, of a kind that byoc never makes.
struct VpcUse {
  std::string id;  // of load balancers: the ARN, of classic ones the name
  std::string vpc;
  std::string peer;  // the other VPC, the service, the transit gateway, the DNS name
  std::vector<std::string> subnets;
  std::vector<std::string> groups;
  std::vector<std::string> interfaces;  // that AWS made for it, one a subnet
  bool internal = false;                // a load balancer without public addresses
  Tags tags;
};

// The kinds, by which Ec2::uses is ordered.
inline constexpr std::string_view kEndpoint = "vpc-endpoint";
inline constexpr std::string_view kPeering = "vpc-peering-connection";
inline constexpr std::string_view kVpnGateway = "vpn-gateway";
inline constexpr std::string_view kTransitAttachment = "transit-gateway-attachment";
inline constexpr std::string_view kEgressGateway = "egress-only-internet-gateway";
inline constexpr std::string_view kNetworkAcl = "network-acl";
inline constexpr std::string_view kLoadBalancer = "load-balancer";
inline constexpr std::string_view kClassicLoadBalancer = "classic-load-balancer";

inline constexpr std::string_view kHiddenZone = "hidden";

// Quotas of a new account, per region.
struct Ec2Quota {
  int vpcs = 5;
  int addresses = 5;
  int internet_gateways = 5;
};

struct Ec2 {
  Table<Vpc> vpcs;
  Table<Subnet> subnets;
  Table<InternetGateway> internet_gateways;
  Table<Address> addresses;
  Table<NatGateway> nat_gateways;
  Table<RouteTable> route_tables;
  Table<SecurityGroup> groups;
  Table<GroupRule> rules;
  Table<LaunchTemplate> templates;
  Table<NetworkInterface> interfaces;
  Table<Instance> instances;
  Table<ScalingGroup> scaling_groups;                      // by name
  std::map<std::string, Table<VpcUse>, std::less<>> uses;  // by kind
  Ec2Quota quota;
  // What the region says of its zones, where it is not "available"; kHiddenZone: nothing at all.
  std::map<std::string, std::string> zone_states;
};

}  // namespace byoc::sim
