// EC2: elastic IP addresses.
#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kAddresses = {
    "AllocationIds", "Addresses",
    "eipalloc-",     "InvalidAllocationID.NotFound",
    "allocation ID", "allocation-id association-id public-ip domain network-interface-id"};

Json show_address_row(const OpContext& context, const Address& address) {
  Json body = {{"AllocationId", address.id},
               {"PublicIp", address.public_ip},
               {"Domain", "vpc"},
               {"PublicIpv4Pool", "amazon"},
               {"NetworkBorderGroup", context.region.name}};
  if (!address.association.empty()) {
    body["AssociationId"] = address.association;
    body["NetworkInterfaceId"] = address.interface;
    body["NetworkInterfaceOwnerId"] = context.account.id;
  }
  put_tags(body, address.tags);
  return body;
}

Answer allocate_address(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  const std::string& domain = text(params, "Domain");
  if (!domain.empty() && domain != "vpc") {
    return fail("InvalidParameterValue", "Invalid domain " + domain);
  }
  if (static_cast<int>(ec2.addresses.size()) >= ec2.quota.addresses) {
    return fail("AddressLimitExceeded", "The maximum number of addresses has been reached.");
  }
  Address address;
  Answer bad = read_tag_specifications(params, "elastic-ip", address.tags);
  if (!bad.ok()) return bad;
  address.id = context.new_id("eipalloc");
  address.public_ip = new_public_address(context);
  const std::string id = address.id;
  const Address& made = ec2.addresses.add(id, std::move(address), context.lag());
  return done({{"AllocationId", made.id},
               {"PublicIp", made.public_ip},
               {"Domain", "vpc"},
               {"PublicIpv4Pool", "amazon"},
               {"NetworkBorderGroup", context.region.name}});
}

Answer describe_addresses(OpContext& context, const Json& params) {
  return describe(
      context, params, kAddresses, context.ec2().addresses,
      [&](const Address& address) { return show_address_row(context, address); },
      [](const Address& address, std::string_view name) -> Strings {
        if (name == "allocation-id") return {address.id};
        if (name == "public-ip") return {address.public_ip};
        if (name == "domain") return {"vpc"};
        if (address.association.empty()) return {};
        return {name == "association-id" ? address.association : address.interface};
      });
}

// E12: a NAT gateway that is being deleted still holds its address.
Answer release_address(OpContext& context, const Json& params) {
  const std::string& id = text(params, "AllocationId");
  const Address* address = context.ec2().addresses.find(id, context.sight);
  if (address == nullptr) return unknown_id(kAddresses, id);
  if (!address->association.empty()) {
    return fail("InvalidIPAddress.InUse", "Address " + address->public_ip + " is in use.");
  }
  context.ec2().addresses.remove(id, context.now, context.hide_time());
  return done();
}

Answer disassociate_address(OpContext& context, const Json& params) {
  const std::string& association = text(params, "AssociationId");
  Answer answer = fail("InvalidAssociationID.NotFound",
                       "The association ID '" + association + "' does not exist");
  context.ec2().addresses.each([&](const auto&, Address& address) {
    if (address.association != association) return;
    if (!address.nat.empty()) {
      answer = fail("AuthFailure", "You do not have permission to access the specified resource.");
      return;
    }
    NetworkInterface* interface = context.ec2().interfaces.find(address.interface);
    if (interface != nullptr) interface->public_ip.clear();
    address.association.clear();
    address.interface.clear();
    answer = done();
  });
  return answer;
}

constexpr OpRule kEc2AddressOps[] = {
    {"ec2", "AllocateAddress", allocate_address, kMutates, "Domain TagSpecifications:l"},
    {"ec2", "DescribeAddresses", describe_addresses, kReads, "AllocationIds:l Filters:l"},
    {"ec2", "ReleaseAddress", release_address, kMutates, "AllocationId!"},
    {"ec2", "DisassociateAddress", disassociate_address, kMutates, "AssociationId!"},
};

}  // namespace

std::span<const OpRule> ec2_address_ops() {
  return kEc2AddressOps;
}

}  // namespace byoc::sim
