// Elastic Load Balancing, both APIs: load balancers of others, as byoc looks for them.
#include <algorithm>

#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

Table<VpcUse>& balancers(OpContext& context) {
  return context.ec2().uses[std::string(kLoadBalancer)];
}
Table<VpcUse>& classic_balancers(OpContext& context) {
  return context.ec2().uses[std::string(kClassicLoadBalancer)];
}

// "arn:aws:elasticloadbalancing:R:A:loadbalancer/app/web/50dc6c495c0c9188": the word at `place`.
std::string word_of_arn(const std::string& arn, int place) {
  std::size_t begin = 0;
  for (int i = 0; i < place; ++i) begin = arn.find('/', begin) + 1;
  return arn.substr(begin, arn.find('/', begin) - begin);
}

bool is_wanted(const Json& wanted, const std::string& id) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), Json(id)) != wanted.end();
}

Answer not_found() {
  return fail("LoadBalancerNotFound", "One or more load balancers not found");
}

Json show_balancer(const VpcUse& one) {
  Json zones = Json::array();
  for (const std::string& subnet : one.subnets) zones.push_back({{"SubnetId", subnet}});
  return {{"LoadBalancerArn", one.id},
          {"LoadBalancerName", word_of_arn(one.id, 2)},
          {"DNSName", one.peer},
          {"Scheme", one.internal ? "internal" : "internet-facing"},
          {"VpcId", one.vpc},
          {"State", {{"Code", "active"}}},
          {"Type", word_of_arn(one.id, 1) == "net" ? "network" : "application"},
          {"AvailabilityZones", zones},
          {"SecurityGroups", one.groups}};
}

Answer describe_balancers(OpContext& context, const Json& params) {
  Json items = Json::array();
  const Json& arns = list(params, "LoadBalancerArns");
  const Json& names = list(params, "Names");
  balancers(context).each_listed(context.sight, [&](const auto& id, const VpcUse& one) {
    if (is_wanted(arns, id) && is_wanted(names, word_of_arn(id, 2))) {
      items.push_back(show_balancer(one));
    }
  });
  if (items.size() < std::max(arns.size(), names.size())) return not_found();
  return done({{"LoadBalancers", std::move(items)}});
}

// `member` names in the answer what each tag list is of.
Answer describe_tags_of(OpContext& context, Table<VpcUse>& all, const Json& wanted,
                        const char* member) {
  Json items = Json::array();
  for (const Json& name : wanted) {
    const VpcUse* one = all.find(name.get<std::string>(), context.sight);
    if (one == nullptr) return not_found();
    items.push_back({{member, name}, {"Tags", show_tags(one->tags)}});
  }
  return done({{"TagDescriptions", std::move(items)}});
}

Answer describe_balancer_tags(OpContext& context, const Json& params) {
  return describe_tags_of(context, balancers(context), params.at("ResourceArns"), "ResourceArn");
}

// E36: one that is missing is deleted.
Answer delete_balancer(OpContext& context, const Json& params) {
  remove_use(context, kLoadBalancer, text(params, "LoadBalancerArn"));
  return done();
}

Answer describe_classic(OpContext& context, const Json& params) {
  Json items = Json::array();
  const Json& names = list(params, "LoadBalancerNames");
  classic_balancers(context).each_listed(context.sight, [&](const auto& id, const VpcUse& one) {
    if (!is_wanted(names, id)) return;
    items.push_back({{"LoadBalancerName", id},
                     {"DNSName", one.peer},
                     {"Scheme", one.internal ? "internal" : "internet-facing"},
                     {"VPCId", one.vpc},
                     {"Subnets", one.subnets},
                     {"SecurityGroups", one.groups}});
  });
  if (items.size() < names.size()) return not_found();
  return done({{"LoadBalancerDescriptions", std::move(items)}});
}

Answer describe_classic_tags(OpContext& context, const Json& params) {
  return describe_tags_of(context, classic_balancers(context), params.at("LoadBalancerNames"),
                          "LoadBalancerName");
}

Answer delete_classic(OpContext& context, const Json& params) {
  remove_use(context, kClassicLoadBalancer, text(params, "LoadBalancerName"));
  return done();
}

constexpr OpRule kLoadBalancerOps[] = {
    {"elbv2", "DescribeLoadBalancers", describe_balancers, kReads,
     "LoadBalancerArns:l Names:l Marker PageSize:i"},
    {"elbv2", "DescribeTags", describe_balancer_tags, kReads, "ResourceArns!:l"},
    {"elbv2", "DeleteLoadBalancer", delete_balancer, kMutates, "LoadBalancerArn!"},
    {"elb", "DescribeLoadBalancers", describe_classic, kReads,
     "LoadBalancerNames:l Marker PageSize:i"},
    {"elb", "DescribeTags", describe_classic_tags, kReads, "LoadBalancerNames!:l"},
    {"elb", "DeleteLoadBalancer", delete_classic, kMutates, "LoadBalancerName!"},
};

}  // namespace

std::span<const OpRule> load_balancer_ops() {
  return kLoadBalancerOps;
}

}  // namespace byoc::sim
