// EC2: instances, instance types and availability zones, to look at.
#include <algorithm>

#include "tests/sim/catalog.h"
#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kInstances = {
    "InstanceIds",
    "Instances",
    "i-",
    "InvalidInstanceID.NotFound",
    "instance ID",
    "instance-id instance-state-name subnet-id vpc-id availability-zone instance-type"};

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html
constexpr InstanceType kTypes[] = {
    {"t3.small", 2, 2048, "x86_64", {}, 0, 0, 3, 4},
    {"t3.medium", 2, 4096, "x86_64", {}, 0, 0, 3, 6},
    {"t3.large", 2, 8192, "x86_64", {}, 0, 0, 3, 12},
    {"t3.xlarge", 4, 16384, "x86_64", {}, 0, 0, 4, 15},
    {"t3.2xlarge", 8, 32768, "x86_64", {}, 0, 0, 4, 15},
    {"t4g.large", 2, 8192, "arm64", {}, 0, 0, 3, 12},
    {"m5.large", 2, 8192, "x86_64", {}, 0, 0, 3, 10},
    {"m5.xlarge", 4, 16384, "x86_64", {}, 0, 0, 4, 15},
    {"m5.2xlarge", 8, 32768, "x86_64", {}, 0, 0, 4, 15},
    {"m6i.large", 2, 8192, "x86_64", {}, 0, 0, 3, 10},
    {"m6i.xlarge", 4, 16384, "x86_64", {}, 0, 0, 4, 15},
    {"m7g.xlarge", 4, 16384, "arm64", {}, 0, 0, 4, 15},
    {"c5.xlarge", 4, 8192, "x86_64", {}, 0, 0, 4, 15},
    {"c5.4xlarge", 16, 32768, "x86_64", {}, 0, 0, 8, 30},
    {"r5.xlarge", 4, 32768, "x86_64", {}, 0, 0, 4, 15},
    {"g4dn.xlarge", 4, 16384, "x86_64", "T4", 1, 16384, 3, 10},
    {"g4dn.12xlarge", 48, 196608, "x86_64", "T4", 4, 16384, 8, 30, true},
    {"g5.xlarge", 4, 16384, "x86_64", "A10G", 1, 24576, 4, 15},
    {"g5.12xlarge", 48, 196608, "x86_64", "A10G", 4, 24576, 15, 50, true},
    {"g6.xlarge", 4, 16384, "x86_64", "L4", 1, 22888, 4, 15},
    {"p3.2xlarge", 8, 62464, "x86_64", "V100", 1, 16384, 4, 15},
    {"p4d.24xlarge", 96, 1179648, "x86_64", "A100", 8, 40960, 60, 50, true, 2},
    {"p5.48xlarge", 192, 2097152, "x86_64", "H100", 8, 81920, 64, 50, true, 1},
};

Json show_instance(const OpContext& context, const Instance& one) {
  const NetworkInterface* interface = context.region.ec2.interfaces.find(one.interface);
  Json body = {{"InstanceId", one.id},
               {"InstanceType", one.type},
               {"ImageId", "ami-0simulated0000000"},
               {"State", {{"Code", one.state == "pending" ? 0 : 16}, {"Name", one.state}}},
               {"SubnetId", one.subnet},
               {"VpcId", one.vpc},
               {"LaunchTime", format_time(one.launched)},
               {"Placement", {{"AvailabilityZone", one.zone}, {"Tenancy", "default"}}}};
  if (one.spot) body["InstanceLifecycle"] = "spot";
  if (interface != nullptr) {
    body["PrivateIpAddress"] = interface->private_ip;
    if (!interface->public_ip.empty()) body["PublicIpAddress"] = interface->public_ip;
    body["SecurityGroups"] = Json::array();
    for (const std::string& group : interface->groups) {
      body["SecurityGroups"].push_back({{"GroupId", group}});
    }
  }
  put_tags(body, one.tags);
  return body;
}

Answer describe_instances(OpContext& context, const Json& params) {
  Answer answer = describe(
      context, params, kInstances, context.ec2().instances,
      [&](const Instance& one) { return show_instance(context, one); },
      [](const Instance& one, std::string_view name) -> Strings {
        if (name == "instance-id") return {one.id};
        if (name == "instance-state-name") return {one.state};
        if (name == "subnet-id") return {one.subnet};
        if (name == "vpc-id") return {one.vpc};
        if (name == "availability-zone") return {one.zone};
        return {one.type};
      });
  if (!answer.ok()) return answer;
  Json reservations = Json::array();
  for (Json& instance : answer.body["Instances"]) {
    const std::string id = instance["InstanceId"].get<std::string>();
    reservations.push_back({{"ReservationId", "r-" + id.substr(2)},
                            {"OwnerId", context.account.id},
                            {"Instances", {std::move(instance)}}});
  }
  return done({{"Reservations", std::move(reservations)}});
}

Json show_type(const InstanceType& type) {
  Json body = {{"InstanceType", type.name},
               {"CurrentGeneration", true},
               {"SupportedUsageClasses", {"on-demand", "spot"}},
               {"VCpuInfo", {{"DefaultVCpus", type.vcpus}}},
               {"MemoryInfo", {{"SizeInMiB", type.memory_mib}}},
               {"ProcessorInfo", {{"SupportedArchitectures", {type.architecture}}}},
               {"NetworkInfo",
                {{"MaximumNetworkInterfaces", type.interfaces},
                 {"Ipv4AddressesPerInterface", type.addresses_per_interface},
                 {"EfaSupported", type.efa}}}};
  if (type.gpus > 0) {
    body["GpuInfo"] = {{"Gpus",
                        {{{"Name", type.gpu},
                          {"Manufacturer", "NVIDIA"},
                          {"Count", type.gpus},
                          {"MemoryInfo", {{"SizeInMiB", type.gpu_memory_mib}}}}}},
                       {"TotalGpuMemoryInMiB", type.gpus * type.gpu_memory_mib}};
  }
  return body;
}

const InstanceType* find_type(std::string_view name) {
  const auto* at = std::find_if(std::begin(kTypes), std::end(kTypes),
                                [&](const InstanceType& type) { return type.name == name; });
  return at == std::end(kTypes) ? nullptr : at;
}

Answer describe_types(OpContext&, const Json& params) {
  std::vector<Filter> filters;
  Answer bad = read_filters(params, "instance-type current-generation", filters);
  if (!bad.ok()) return bad;
  const Json& wanted = list(params, "InstanceTypes");
  for (const Json& name : wanted) {
    if (find_type(name.get_ref<const std::string&>()) != nullptr) continue;
    return fail("InvalidInstanceType", "The following supplied instance types do not exist: [" +
                                           name.get<std::string>() + "]");
  }
  Json items = Json::array();
  for (const InstanceType& type : kTypes) {
    const bool named =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), Json(type.name)) != wanted.end();
    const bool fit = std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
      return fits(filter, {filter.name == "instance-type" ? std::string(type.name) : "true"});
    });
    if (named && fit) items.push_back(show_type(type));
  }
  return done({{"InstanceTypes", std::move(items)}});
}

Answer describe_offerings(OpContext& context, const Json& params) {
  std::vector<Filter> filters;
  Answer bad = read_filters(params, "instance-type location", filters);
  if (!bad.ok()) return bad;
  std::string location_type = text(params, "LocationType");
  if (location_type.empty()) location_type = "region";
  const auto& zones = zones_of(context.region.name);
  Json items = Json::array();
  const auto offer = [&](const InstanceType& type, const std::string& location) {
    const bool fit = std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
      return fits(filter, {filter.name == "location" ? location : std::string(type.name)});
    });
    if (!fit) return;
    items.push_back(
        {{"InstanceType", type.name}, {"LocationType", location_type}, {"Location", location}});
  };
  for (const InstanceType& type : kTypes) {
    if (location_type == "region") {
      offer(type, context.region.name);
      continue;
    }
    const auto count = std::min(zones.size(), static_cast<std::size_t>(type.zones));
    for (std::size_t i = 0; i < count; ++i) {
      offer(type, location_type == "availability-zone" ? zones[i] : zone_id(zones[i]));
    }
  }
  return done({{"InstanceTypeOfferings", std::move(items)}});
}

Answer describe_zones(OpContext& context, const Json& params) {
  std::vector<Filter> filters;
  Answer bad = read_filters(params,
                            "zone-name zone-id zone-type state region-name "
                            "opt-in-status",
                            filters);
  if (!bad.ok()) return bad;
  Json items = Json::array();
  for (const std::string& zone : zones_of(context.region.name)) {
    const auto known = context.ec2().zone_states.find(zone);
    const std::string state =
        known == context.ec2().zone_states.end() ? "available" : known->second;
    if (state == kHiddenZone) continue;
    const Json names = list(params, "ZoneNames");
    if (!names.empty() && std::find(names.begin(), names.end(), Json(zone)) == names.end())
      continue;
    const auto value = [&](const std::string& name) -> std::string {
      if (name == "zone-name") return zone;
      if (name == "zone-id") return zone_id(zone);
      if (name == "zone-type") return "availability-zone";
      if (name == "state") return state;
      return name == "region-name" ? context.region.name : "opt-in-not-required";
    };
    const bool fit = std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
      return fits(filter, {value(filter.name)});
    });
    if (!fit) continue;
    items.push_back({{"ZoneName", zone},
                     {"ZoneId", zone_id(zone)},
                     {"ZoneType", "availability-zone"},
                     {"State", state},
                     {"OptInStatus", "opt-in-not-required"},
                     {"GroupName", context.region.name},
                     {"NetworkBorderGroup", context.region.name},
                     {"RegionName", context.region.name}});
  }
  return done({{"AvailabilityZones", std::move(items)}});
}

constexpr OpRule kEc2InstanceOps[] = {
    {"ec2", "DescribeInstances", describe_instances, kReads, "InstanceIds:l @paged"},
    {"ec2", "DescribeInstanceTypes", describe_types, kReads, "InstanceTypes:l @paged"},
    {"ec2", "DescribeInstanceTypeOfferings", describe_offerings, kReads, "LocationType @paged"},
    {"ec2", "DescribeAvailabilityZones", describe_zones, kReads,
     "ZoneNames:l ZoneIds:l AllAvailabilityZones:b Filters:l"},
};

}  // namespace

std::span<const InstanceType> instance_types() {
  return kTypes;
}

bool known_instance_type(std::string_view type) {
  return find_type(type) != nullptr;
}

std::span<const OpRule> ec2_instance_ops() {
  return kEc2InstanceOps;
}

}  // namespace byoc::sim
