// EC2: network interfaces.
#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kInterfaces = {
    "NetworkInterfaceIds",
    "NetworkInterfaces",
    "eni-",
    "InvalidNetworkInterfaceID.NotFound",
    "networkInterface ID",
    "network-interface-id subnet-id vpc-id availability-zone group-id status description "
    "interface-type private-ip-address requester-id requester-managed attachment.attachment-id "
    "attachment.instance-id attachment.status"};

Json show_groups(const Ec2& ec2, const Strings& ids) {
  Json groups = Json::array();
  for (const std::string& id : ids) {
    const SecurityGroup* group = ec2.groups.find(id);
    groups.push_back({{"GroupId", id}, {"GroupName", group == nullptr ? "" : group->name}});
  }
  return groups;
}

Json show_interface(const OpContext& context, const NetworkInterface& one) {
  Json body = {{"NetworkInterfaceId", one.id},
               {"SubnetId", one.subnet},
               {"VpcId", one.vpc},
               {"AvailabilityZone", one.zone},
               {"Description", one.description},
               {"InterfaceType", one.type},
               {"OwnerId", context.account.id},
               {"PrivateIpAddress", one.private_ip},
               {"RequesterManaged", !one.requester.empty()},
               {"SourceDestCheck", true},
               {"Status", one.attachment.empty() ? "available" : "in-use"},
               {"Groups", show_groups(context.region.ec2, one.groups)}};
  if (!one.requester.empty()) body["RequesterId"] = one.requester;
  if (!one.attachment.empty()) {
    body["Attachment"] = {{"AttachmentId", one.attachment},
                          {"Status", "attached"},
                          {"DeviceIndex", one.delete_on_termination ? 0 : 1},
                          {"DeleteOnTermination", one.delete_on_termination}};
    if (!one.instance.empty()) body["Attachment"]["InstanceId"] = one.instance;
  }
  if (!one.public_ip.empty()) body["Association"] = {{"PublicIp", one.public_ip}};
  if (!one.tags.empty()) body["TagSet"] = show_tags(one.tags);  // not "Tags", unlike all others
  return body;
}

Strings interface_values(const NetworkInterface& one, std::string_view name) {
  if (name == "network-interface-id") return {one.id};
  if (name == "subnet-id") return {one.subnet};
  if (name == "vpc-id") return {one.vpc};
  if (name == "availability-zone") return {one.zone};
  if (name == "group-id") return one.groups;
  if (name == "status") return {one.attachment.empty() ? "available" : "in-use"};
  if (name == "description") return {one.description};
  if (name == "interface-type") return {one.type};
  if (name == "private-ip-address") return {one.private_ip};
  if (name == "requester-id") return {one.requester};
  if (name == "requester-managed") return {show_flag(!one.requester.empty())};
  if (one.attachment.empty()) return {};
  if (name == "attachment.attachment-id") return {one.attachment};
  if (name == "attachment.status") return {"attached"};
  return {one.instance};
}

Answer describe_interfaces(OpContext& context, const Json& params) {
  return describe(
      context, params, kInterfaces, context.ec2().interfaces,
      [&](const NetworkInterface& one) { return show_interface(context, one); }, interface_values);
}

// E15
Answer delete_interface(OpContext& context, const Json& params) {
  const std::string& id = text(params, "NetworkInterfaceId");
  const NetworkInterface* one = context.ec2().interfaces.find(id, context.sight);
  if (one == nullptr) return unknown_id(kInterfaces, id);
  if (!one->attachment.empty()) {
    return fail("InvalidParameterValue", "Network interface '" + id + "' is currently in use.");
  }
  if (!one->requester.empty()) {
    return fail("OperationNotPermitted", "You are not allowed to delete this interface.");
  }
  remove_interface(context, id);
  return done();
}

Answer detach_interface(OpContext& context, const Json& params) {
  const std::string& attachment = text(params, "AttachmentId");
  Answer answer = unknown_id("InvalidAttachmentID.NotFound", "interface attachment ID",
                             "eni-attach-", attachment);
  context.ec2().interfaces.each([&](const auto&, NetworkInterface& one) {
    if (one.attachment != attachment) return;
    if (!one.requester.empty()) {
      answer =
          fail("OperationNotPermitted", "You are not allowed to manage 'ela-attach' attachments.");
    } else if (one.delete_on_termination) {
      answer = fail("OperationNotPermitted",
                    "The network interface at device index 0 cannot be detached.");
    } else {
      one.attachment.clear();
      one.instance.clear();
      answer = done();
    }
  });
  return answer;
}

constexpr OpRule kEc2InterfaceOps[] = {
    {"ec2", "DescribeNetworkInterfaces", describe_interfaces, kReads,
     "NetworkInterfaceIds:l @paged"},
    {"ec2", "DetachNetworkInterface", detach_interface, kMutates, "AttachmentId! Force:b"},
    {"ec2", "DeleteNetworkInterface", delete_interface, kMutates, "NetworkInterfaceId!"},
};

}  // namespace

std::span<const OpRule> ec2_interface_ops() {
  return kEc2InterfaceOps;
}

}  // namespace byoc::sim
