// Stories about a deletion that something of somebody else's keeps from its end: it is named, with
// the command that removes it; once a person has run that, the deletion ends by itself.
#include <cctype>
#include <set>
#include <sstream>

#include "tests/sim/ec2.h"
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// Our cluster's network.
struct Net {
  std::string vpc;
  std::string subnet;  // a private one
  std::string group;   // of the nodes
};

struct Foreign {
  std::string id;
  std::string words = {};  // that stand beside it
};

using Plant = Foreign (*)(OpContext& context, const Net& net);

Foreign use(OpContext& context, std::string_view kind, VpcUse wanted,
            const std::string& description = {}) {
  return {make_use(context, kind, std::move(wanted), description).id};
}

// As the controller of load balancers makes one, and leaves it when its cluster is deleted first.
Foreign balancer_of_kubernetes(OpContext& context, const Net& net) {
  VpcUse wanted;
  wanted.id = "arn:aws:elasticloadbalancing:us-west-2:111122223333:loadbalancer/net/web/50dc6c495";
  wanted.vpc = net.vpc;
  wanted.subnets = {net.subnet};
  wanted.groups = {net.group};
  wanted.tags = {{"elbv2.k8s.aws/cluster", "default-demo"}, {"service.k8s.aws/stack", "shop/web"}};
  return {make_use(context, kLoadBalancer, wanted, "ELB ").id,
          "of the cluster default-demo, made for the Service shop/web"};
}

Foreign classic_balancer(OpContext& context, const Net& net) {
  VpcUse wanted;
  wanted.id = "a1b2c3";
  wanted.vpc = net.vpc;
  wanted.subnets = {net.subnet};
  wanted.tags = {{"kubernetes.io/cluster/other", "owned"}};
  return {make_use(context, kClassicLoadBalancer, wanted, "ELB ").id, "of the cluster other"};
}

Foreign endpoint(OpContext& context, const Net& net) {
  return use(context, kEndpoint,
             {.id = {},
              .vpc = net.vpc,
              .peer = "com.amazonaws.us-west-2.ecr.api",
              .subnets = {net.subnet},
              .groups = {net.group},
              .interfaces = {},
              .tags = {}},
             "VPC Endpoint Interface ");
}

Foreign gateway_endpoint(OpContext& context, const Net& net) {
  VpcUse wanted;
  wanted.vpc = net.vpc;
  wanted.peer = "com.amazonaws.us-west-2.s3";
  return use(context, kEndpoint, wanted);
}

Foreign transit_attachment(OpContext& context, const Net& net) {
  VpcUse wanted;
  wanted.vpc = net.vpc;
  wanted.peer = "tgw-1";
  wanted.subnets = {net.subnet};
  return use(context, kTransitAttachment, wanted,
             "Network Interface for Transit Gateway Attachment ");
}

Foreign peering(OpContext& context, const Net& net) {
  VpcUse wanted;
  wanted.vpc = net.vpc;
  wanted.peer = "vpc-theirs";
  return use(context, kPeering, wanted);
}

Foreign peering_of_others(OpContext& context, const Net& net) {
  VpcUse wanted;
  wanted.vpc = "vpc-theirs";
  wanted.peer = net.vpc;
  return use(context, kPeering, wanted);
}

template <const std::string_view& kKind>
Foreign in_vpc(OpContext& context, const Net& net) {
  VpcUse wanted;
  wanted.vpc = net.vpc;
  wanted.tags = {{"Name", "legacy"}};
  return {make_use(context, kKind, wanted).id, "named legacy"};
}

std::string made(OpContext& context, const char* operation, Json params, const char* path) {
  const Answer answer = run_operation(*find_operation("ec2", operation), context, params);
  EXPECT_TRUE(answer.ok()) << answer.message;
  return answer.body.at(Json::json_pointer(path)).get<std::string>();
}

Foreign nat_gateway(OpContext& context, const Net& net) {
  return {made(context, "CreateNatGateway",
               {{"SubnetId", net.subnet}, {"ConnectivityType", "private"}},
               "/NatGateway/NatGatewayId")};
}

Foreign subnet(OpContext& context, const Net& net) {
  return {made(context, "CreateSubnet", {{"VpcId", net.vpc}, {"CidrBlock", "10.0.240.0/24"}},
               "/Subnet/SubnetId")};
}

Foreign route_table(OpContext& context, const Net& net) {
  return {made(context, "CreateRouteTable", {{"VpcId", net.vpc}}, "/RouteTable/RouteTableId")};
}

Foreign group(OpContext& context, const Net& net) {
  return {make_group(context, {{}, "theirs", "theirs", net.vpc, {}}).id, "theirs"};
}

// The group, too, is in the way of the VPC, once its rule is not in the way of ours any more.
Foreign rule(OpContext& context, const Net& net) {
  GroupRule wanted;
  wanted.id = context.new_id("sgr");
  wanted.group = group(context, net).id;
  wanted.egress = true;
  wanted.protocol = "-1";
  wanted.peer_group = net.group;
  context.ec2().rules.add(wanted.id, wanted, context.lag());
  return {wanted.id, wanted.group};
}

Foreign instance(OpContext& context, const Net& net) {
  return {make_instance(context, net.subnet, {net.group}).id, "m5.large"};
}

Foreign public_instance(OpContext& context, const Net& net) {
  Instance& one = make_instance(context, net.subnet, {});
  context.ec2().interfaces.find(one.interface)->public_ip = new_public_address(context);
  return {one.id, "m5.large"};
}

Foreign free_interface(OpContext& context, const Net& net) {
  NetworkInterface wanted;
  wanted.subnet = net.subnet;
  wanted.groups = {net.group};
  wanted.tags = {{"Name", "spare"}};
  return {make_interface(context, wanted, false).id, "named spare"};
}

// Of a service that byoc does not know by name: its owner is to be found.
Foreign database(OpContext& context, const Net& net) {
  NetworkInterface wanted;
  wanted.subnet = net.subnet;
  wanted.description = "RDSNetworkInterface";
  wanted.requester = "amazon-rds";
  return {make_interface(context, wanted).id,
          "(RDSNetworkInterface), whose owner `aws rds describe-db-instances"};
}

Foreign fargate_profile(OpContext& context, const Net&) {
  context.region.eks.clusters.each(
      [](const auto&, EksCluster& cluster) { cluster.fargate_profiles.insert("theirs"); });
  return {"theirs", "Fargate profile"};
}

constexpr Plant kPlants[] = {balancer_of_kubernetes,
                             classic_balancer,
                             nat_gateway,
                             endpoint,
                             gateway_endpoint,
                             transit_attachment,
                             peering,
                             peering_of_others,
                             in_vpc<kVpnGateway>,
                             in_vpc<kEgressGateway>,
                             in_vpc<kNetworkAcl>,
                             subnet,
                             route_table,
                             group,
                             rule,
                             instance,
                             public_instance,
                             free_interface,
                             database,
                             fargate_profile};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

class BlockerStory : public OwnerTest {
 protected:
  void make_stack() {
    ASSERT_TRUE(converge(apply_stack()));
    cluster_ = in_stack("Cluster").key();
    const Json network = status(cluster_).at("network");
    net_.vpc = network.at("vpcId");
    const std::string owner = store_->get(cluster_).value().metadata.uid;
    context().ec2().subnets.each([&](const std::string& id, const Subnet& subnet) {
      if (subnet.vpc == net_.vpc && !subnet.map_public_ip) net_.subnet = id;
    });
    context().ec2().groups.each([&](const std::string& id, const SecurityGroup& group) {
      const auto found = group.tags.find(std::string(kOwnerTag));
      if (found != group.tags.end() && found->second == owner) net_.group = id;
    });
    ASSERT_FALSE(net_.subnet.empty());
    ASSERT_FALSE(net_.group.empty());
  }
  OpContext context() {
    OpContext context = cloud_.context("us-west-2");
    context.sight.stale = false;
    return context;
  }
  void delete_cluster() {
    const ObjectKey nodes = in_stack("NodeGroup").key();
    request_deletion(nodes);
    ASSERT_TRUE(gone(nodes));
    request_deletion(cluster_);
  }
  void plant_all() {
    OpContext planting = context();
    for (const Plant plant : kPlants) planted_.push_back(plant(planting, net_));
    cloud_.advance(std::chrono::minutes(10));  // everybody sees them
  }
  // Lets the controller work, a while beyond the longest pause after a refusal.
  void wait_for_passes() {
    run_until([&] { return !store_->get(cluster_).ok(); }, std::chrono::minutes(12));
  }
  // The commands of the message, without those that a person has run.
  std::vector<std::string> commands() {
    std::vector<std::string> out;
    std::istringstream parts(message(cluster_));
    bool inside = false;
    for (std::string part; std::getline(parts, part, '`'); inside = !inside) {
      if (inside && run_.insert(part).second) out.push_back(part);
    }
    return out;
  }

  // What was planted, by the world's dump.
  Json foreign_things() {
    const Json all = dump(context().ec2());
    Json out = Json::object();
    for (const auto& [kind, things] : all.items()) {
      for (const Foreign& one : planted_) {
        if (things.contains(one.id)) out[kind][one.id] = things[one.id];
      }
    }
    return out;
  }

  std::string of_database() {
    std::string id;
    context().ec2().interfaces.each([&](const auto& key, const NetworkInterface& one) {
      if (one.requester == "amazon-rds") id = key;
    });
    return id;
  }

  // "aws ec2 delete-subnet --subnet-id subnet-1 --region R" as the call that it is.
  void run_by_hand(const std::string& command) {
    std::istringstream words(command);
    std::string aws, service, name, flag, value;
    words >> aws >> service >> name;
    ASSERT_EQ(aws, "aws") << command;
    if (service == "rds") {  // which the simulation does not have
      OpContext removing = context();
      return remove_interface(removing, of_database());
    }
    const Operation* operation = nullptr;
    name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
    for (const auto& table : all_tables()) {
      for (const OpRule& rule : table) {
        if (rule.service != service || lower(std::string(rule.operation)) != name) continue;
        operation = find_operation(rule.service, rule.operation);
      }
    }
    ASSERT_NE(operation, nullptr) << command;
    Json params = Json::object();
    while (words >> flag >> value) {
      if (flag == "--region") continue;
      flag.erase(std::remove(flag.begin(), flag.end(), '-'), flag.end());
      for (const OpParam& param : operation->params) {
        if (lower(std::string(param.name)) != flag) continue;
        params[std::string(param.name)] = param.type == 'l' ? Json::array({value}) : Json(value);
      }
    }
    OpContext removing = context();
    const Answer answer = run_operation(*operation, removing, params);
    EXPECT_TRUE(answer.ok()) << command << ": " << answer.message;
  }

  ObjectKey cluster_;
  Net net_;
  std::set<std::string> run_;
  std::vector<Foreign> planted_;
};

// F57
TEST_F(BlockerStory, EachIsNamedWithTheCommandThatEndsTheWaitAndNoneIsTouched) {
  make_stack();
  plant_all();
  const Json before = foreign_things();
  delete_cluster();
  wait_for_passes();
  EXPECT_THAT(harm(before, foreign_things()), IsEmpty());
  std::set<std::string> named;
  for (int round = 0; round < 30 && store_->get(cluster_).ok(); ++round) {
    const std::string text = message(cluster_);
    for (const Foreign& one : planted_) {
      const std::size_t at = text.find(' ' + one.id);
      if (at == std::string::npos) continue;
      named.insert(one.id);
      EXPECT_THAT(text.substr(at), HasSubstr(one.words));
    }
    for (const std::string& command : commands()) run_by_hand(command);
    wait_for_passes();
  }
  EXPECT_TRUE(gone(cluster_)) << message(cluster_);
  for (const Foreign& one : planted_) EXPECT_TRUE(named.contains(one.id)) << one.id;
}

}  // namespace
}  // namespace byoc::sim
