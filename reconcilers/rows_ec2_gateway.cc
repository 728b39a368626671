// Internet gateways, addresses and NAT gateways. Names and states: botocore ec2/2016-11-15.
#include "reconcilers/blockers_ec2.h"
#include "reconcilers/parts.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

void read_gateway(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  own.erase("Attachments");
  read_tagged(row, own, out);
}

void read_attachment(const Row& row, const Json& item, std::vector<Observed>& out) {
  add_parts(item, "Attachments", out, [&](const Json& attachment) -> std::optional<Observed> {
    if (attachment.value("State", "") == "detached") return std::nullopt;
    Json fields = attachment;
    fields["InternetGatewayId"] = item.at("InternetGatewayId");
    return part_of(row, item.at("InternetGatewayId").get<std::string>(), std::move(fields));
  });
}

// The allocation stands inside a list of addresses; creation takes it directly.
void read_nat(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  const Json& allocation = member(item, "NatGatewayAddresses/0/AllocationId");
  if (!allocation.is_null()) own["AllocationId"] = allocation;
  own.erase("NatGatewayAddresses");
  read_tagged(row, own, out);
}

constexpr Look kGateways = {.operation = "DescribeInternetGateways",
                            .params = kOurs,
                            .items = "InternetGateways",
                            .read = read_gateway};
constexpr Look kAddresses = {
    .operation = "DescribeAddresses", .params = kOurs, .items = "Addresses"};
constexpr Look kNats = {
    .operation = "DescribeNatGateways",
    .params = R"({"Filter":[{"Name":"tag-key","Values":["byoc.dev/owner-uid"]}]})",
    .items = "NatGateways",
    .read = read_nat};

}  // namespace

std::vector<Row> rows_ec2_gateway() {
  return {
      {.type = "internet-gateway",
       .service = "ec2",
       .looks = {kGateways, by_id(kGateways, R"({"InternetGatewayIds":["@id"]})")},
       .id = "InternetGatewayId",
       .create = "CreateInternetGateway",
       .made = "InternetGateway",
       .again = Again::by_tag,
       .tagging = Tagging::specification,
       .tag_resource = "internet-gateway",
       .remove = "DeleteInternetGateway",
       .remove_params = R"({"InternetGatewayId":"@id"})",
       .blockers = {{.what = "attachment to VPC",
                     .operation = "DescribeInternetGateways",
                     .params = R"({"InternetGatewayIds":["@id"]})",
                     .items = "InternetGateways",
                     .inner = "Attachments",
                     .id = "VpcId",
                     .about = "State",
                     .removal = "aws ec2 detach-internet-gateway --internet-gateway-id @id "
                                "--vpc-id @self"}}},

      {.type = "internet-gateway-attachment",
       .service = "ec2",
       .looks = {{.operation = "DescribeInternetGateways",
                  .params = kOurs,
                  .items = "InternetGateways",
                  .read = read_attachment}},
       .identity = {"InternetGatewayId", "VpcId"},
       .parent = "internet-gateway",
       .state = "State",
       .ready = {"available", "attached"},
       .going = {"detaching"},
       .settle_seconds = 1,
       .create = "AttachInternetGateway",
       .remove = "DetachInternetGateway",
       .remove_params = R"({"InternetGatewayId":"@InternetGatewayId","VpcId":"@VpcId"})",
       .blockers = users_of_internet()},

      {.type = "address",
       .service = "ec2",
       .looks = {kAddresses, by_id(kAddresses, R"({"AllocationIds":["@id"]})")},
       .id = "AllocationId",
       .create = "AllocateAddress",
       .again = Again::by_tag,
       .tagging = Tagging::specification,
       .tag_resource = "elastic-ip",
       .remove = "ReleaseAddress",
       .remove_params = R"({"AllocationId":"@id"})",
       .blockers = {{.what = "network interface",
                     .operation = "DescribeAddresses",
                     .params = R"({"AllocationIds":["@id"]})",
                     .items = "Addresses",
                     .id = "NetworkInterfaceId",
                     .about = "PrivateIpAddress",
                     .removal = "aws ec2 disassociate-address --association-id @AssociationId"}},
       .after = {"internet-gateway-attachment"}},

      {.type = "nat-gateway",
       .service = "ec2",
       .looks = {kNats, by_id(kNats, R"({"NatGatewayIds":["@id"]})")},
       .id = "NatGatewayId",
       .state = "State",
       .ready = {"available"},
       .failed = {"failed"},
       .going = {"deleting"},
       .gone = {"deleted"},
       .why = "FailureMessage",
       .settle_seconds = 110,
       .leave_seconds = 60,
       .create = "CreateNatGateway",
       .made = "NatGateway",
       .again = Again::by_token,
       .token = "ClientToken",
       .tagging = Tagging::specification,
       .tag_resource = "natgateway",
       .remove = "DeleteNatGateway",
       .remove_params = R"({"NatGatewayId":"@id"})",
       .recreate_failed = true,
       .shows_in = {"address"},
       .after = {"internet-gateway-attachment"}},
  };
}

}  // namespace byoc
