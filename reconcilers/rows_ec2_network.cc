// VPC, subnets, route tables and what is in them. Names and states: botocore ec2/2016-11-15.
#include <functional>
#include <optional>

#include "reconcilers/blockers_ec2.h"
#include "reconcilers/parts.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

void merge_attribute(const Json& body, Observed& into) {
  for (const char* name : {"EnableDnsSupport", "EnableDnsHostnames"}) {
    if (body.contains(name)) into.fields[name] = body[name];
  }
}

// A route table's own fields: its parts are read as resources of their own.
void read_route_table(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  own.erase("Routes");
  own.erase("Associations");
  read_tagged(row, own, out);
}

// Routes that somebody made: not the VPC's local one, not those of gateway endpoints or
// propagation.
void read_route(const Row& row, const Json& item, std::vector<Observed>& out) {
  add_parts(item, "Routes", out, [&](const Json& route) -> std::optional<Observed> {
    const std::string gateway = route.value("GatewayId", "");
    if (gateway == "local" || gateway.starts_with("vpce-")) return std::nullopt;
    if (!route.contains("DestinationCidrBlock")) return std::nullopt;
    if (route.value("Origin", "CreateRoute") != "CreateRoute") return std::nullopt;
    Json fields = route;
    fields["RouteTableId"] = item.at("RouteTableId");
    return part_of(row, item.at("RouteTableId").get<std::string>(), std::move(fields));
  });
}

void read_association(const Row& row, const Json& item, std::vector<Observed>& out) {
  add_parts(item, "Associations", out, [&](const Json& association) -> std::optional<Observed> {
    if (association.value("Main", false) || !association.contains("SubnetId")) return std::nullopt;
    const std::string state = association.contains("AssociationState")
                                  ? association["AssociationState"].value("State", "associated")
                                  : "associated";
    if (state == "disassociated") return std::nullopt;
    Json fields = {{"RouteTableId", item.at("RouteTableId")},
                   {"SubnetId", association["SubnetId"]},
                   {"AssociationId", association.value("RouteTableAssociationId", "")}};
    return part_of(row, item.at("RouteTableId").get<std::string>(), std::move(fields));
  });
}

Json replace_route(const Desired&, const Json& params, const Observed&) {
  return params;
}

Json replace_association(const Desired&, const Json& params, const Observed& observed) {
  return {{"AssociationId", observed.id}, {"RouteTableId", params.at("RouteTableId")}};
}

constexpr Look kVpcs = {.operation = "DescribeVpcs", .params = kOurs, .items = "Vpcs"};
constexpr Look kSubnets = {.operation = "DescribeSubnets", .params = kOurs, .items = "Subnets"};
constexpr Look kTables = {.operation = "DescribeRouteTables",
                          .params = kOurs,
                          .items = "RouteTables",
                          .read = read_route_table};

}  // namespace

std::vector<Row> rows_ec2_network() {
  return {
      {.type = "vpc",
       .service = "ec2",
       .looks = {kVpcs,
                 by_id(kVpcs, R"({"VpcIds":["@id"]})"),
                 {.from = Look::From::each,
                  .operation = "DescribeVpcAttribute",
                  .params = R"({"VpcId":"@id","Attribute":"enableDnsSupport"})",
                  .merge = merge_attribute,
                  .detail = true},
                 {.from = Look::From::each,
                  .operation = "DescribeVpcAttribute",
                  .params = R"({"VpcId":"@id","Attribute":"enableDnsHostnames"})",
                  .merge = merge_attribute,
                  .detail = true}},
       .id = "VpcId",
       .state = "State",
       .ready = {"available"},
       .settle_seconds = 2,
       .create = "CreateVpc",
       .made = "Vpc",
       .again = Again::by_tag,
       .tagging = Tagging::specification,
       .tag_resource = "vpc",
       .set = {{.field = "EnableDnsSupport",
                .operation = "ModifyVpcAttribute",
                .params = R"({"VpcId":"@id","EnableDnsSupport":"@EnableDnsSupport"})",
                .in_create = false,
                .initial = R"({"Value":true})"},
               {.field = "EnableDnsHostnames",
                .operation = "ModifyVpcAttribute",
                .params = R"({"VpcId":"@id","EnableDnsHostnames":"@EnableDnsHostnames"})",
                .in_create = false,
                .initial = R"({"Value":false})"}},
       .remove = "DeleteVpc",
       .remove_params = R"({"VpcId":"@id"})",
       .blockers = users_of_vpc()},

      {.type = "subnet",
       .service = "ec2",
       .looks = {kSubnets, by_id(kSubnets, R"({"SubnetIds":["@id"]})")},
       .id = "SubnetId",
       .state = "State",
       .ready = {"available"},
       .settle_seconds = 2,
       .create = "CreateSubnet",
       .made = "Subnet",
       .again = Again::by_tag,
       .tagging = Tagging::specification,
       .tag_resource = "subnet",
       .set = {{.field = "MapPublicIpOnLaunch",
                .operation = "ModifySubnetAttribute",
                .params =
                    R"({"SubnetId":"@id","MapPublicIpOnLaunch":{"Value":"@MapPublicIpOnLaunch"}})",
                .in_create = false,
                .initial = "false"}},
       .remove = "DeleteSubnet",
       .remove_params = R"({"SubnetId":"@id"})",
       .blockers = users_of_subnet()},

      {.type = "route-table",
       .service = "ec2",
       .looks = {kTables, by_id(kTables, R"({"RouteTableIds":["@id"]})")},
       .id = "RouteTableId",
       .create = "CreateRouteTable",
       .made = "RouteTable",
       .again = Again::by_token,
       .token = "ClientToken",
       .tagging = Tagging::specification,
       .tag_resource = "route-table",
       .remove = "DeleteRouteTable",
       .remove_params = R"({"RouteTableId":"@id"})",
       .blockers = {{.what = "association",
                     .operation = "DescribeRouteTables",
                     .params = R"({"RouteTableIds":["@id"]})",
                     .items = "RouteTables",
                     .inner = "Associations",
                     .id = "RouteTableAssociationId",
                     .about = "SubnetId",
                     .removal = "aws ec2 disassociate-route-table --association-id @self"}}},

      {.type = "route",
       .service = "ec2",
       .looks = {{.operation = "DescribeRouteTables",
                  .params = kOurs,
                  .items = "RouteTables",
                  .read = read_route}},
       .identity = {"RouteTableId", "DestinationCidrBlock"},
       .parent = "route-table",
       .create = "CreateRoute",
       .set = {{.field = "GatewayId", .operation = "ReplaceRoute", .make = replace_route},
               {.field = "NatGatewayId", .operation = "ReplaceRoute", .make = replace_route}},
       .remove = "DeleteRoute",
       .remove_params =
           R"({"RouteTableId":"@RouteTableId","DestinationCidrBlock":"@DestinationCidrBlock"})",
       .remove_with_parent = true,
       .exclusive = true,
       .after = {"internet-gateway-attachment"}},

      {.type = "route-table-association",
       .service = "ec2",
       .looks = {{.operation = "DescribeRouteTables",
                  .params = kOurs,
                  .items = "RouteTables",
                  .read = read_association}},
       .id = "AssociationId",
       .identity = {"SubnetId"},
       .parent = "route-table",
       .create = "AssociateRouteTable",
       .set = {{.field = "RouteTableId",
                .operation = "ReplaceRouteTableAssociation",
                .make = replace_association}},
       .remove = "DisassociateRouteTable",
       .remove_params = R"({"AssociationId":"@AssociationId"})",
       .exclusive = true},
  };
}

}  // namespace byoc
