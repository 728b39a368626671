// EC2: route tables, routes and associations.
#include <algorithm>

#include "tests/sim/cidr.h"
#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kRouteTables = {
    "RouteTableIds",
    "RouteTables",
    "rtb-",
    "InvalidRouteTableID.NotFound",
    "routeTable ID",
    "route-table-id vpc-id association.main association.subnet-id "
    "association.route-table-association-id association.route-table-id "
    "route.destination-cidr-block route.gateway-id route.nat-gateway-id"};

// A route whose target is gone stays, as a black hole (E18).
bool leads_somewhere(const Ec2& ec2, const RouteTable& table, const Route& route) {
  if (route.gateway == "local") return true;
  if (!route.gateway.empty()) {
    const InternetGateway* gateway = ec2.internet_gateways.find(route.gateway);
    return gateway != nullptr && gateway->vpc == table.vpc;
  }
  if (!route.nat.empty()) {
    const NatGateway* nat = ec2.nat_gateways.find(route.nat);
    return nat != nullptr && nat->state == "available";
  }
  return ec2.interfaces.find(route.interface) != nullptr;
}

Json show_route(const Ec2& ec2, const RouteTable& table, const Route& route) {
  Json body = {{"DestinationCidrBlock", route.destination},
               {"Origin", route.from_create ? "CreateRoute" : "CreateRouteTable"},
               {"State", leads_somewhere(ec2, table, route) ? "active" : "blackhole"}};
  if (!route.gateway.empty()) body["GatewayId"] = route.gateway;
  if (!route.nat.empty()) body["NatGatewayId"] = route.nat;
  if (!route.interface.empty()) body["NetworkInterfaceId"] = route.interface;
  return body;
}

Json show_table_association(const RouteTable& table, const RouteTableAssociation& association) {
  Json body = {{"RouteTableAssociationId", association.id},
               {"RouteTableId", table.id},
               {"Main", association.subnet.empty()},
               {"AssociationState", {{"State", "associated"}}}};
  if (!association.subnet.empty()) body["SubnetId"] = association.subnet;
  return body;
}

Json show_route_table(const OpContext& context, const RouteTable& table) {
  Json body = {{"RouteTableId", table.id},      {"VpcId", table.vpc},
               {"OwnerId", context.account.id}, {"Routes", Json::array()},
               {"Associations", Json::array()}, {"PropagatingVgws", Json::array()}};
  for (const auto& [destination, route] : table.routes) {
    body["Routes"].push_back(show_route(context.region.ec2, table, route));
  }
  for (const auto& association : table.associations) {
    body["Associations"].push_back(show_table_association(table, association));
  }
  put_tags(body, table.tags);
  return body;
}

Strings route_values(const RouteTable& table, std::string_view name) {
  Strings values;
  for (const auto& [destination, route] : table.routes) {
    values.push_back(name == "route.gateway-id"       ? route.gateway
                     : name == "route.nat-gateway-id" ? route.nat
                                                      : destination);
  }
  return values;
}

Strings table_values(const RouteTable& table, std::string_view name) {
  if (name == "route-table-id" || name == "association.route-table-id") return {table.id};
  if (name == "vpc-id") return {table.vpc};
  if (name == "association.main") return {show_flag(table.main)};
  if (name.starts_with("route.")) return route_values(table, name);
  Strings values;
  for (const auto& association : table.associations) {
    values.push_back(name == "association.subnet-id" ? association.subnet : association.id);
  }
  return values;
}

Answer create_route_table(OpContext& context, const Json& params) {
  const std::string& vpc_id = text(params, "VpcId");
  const Vpc* vpc = context.ec2().vpcs.find(vpc_id, context.sight);
  if (vpc == nullptr) return unknown_id("InvalidVpcID.NotFound", "vpc ID", "vpc-", vpc_id);
  RouteTable table;
  Answer bad = read_tag_specifications(params, "route-table", table.tags);
  if (!bad.ok()) return bad;
  table.id = context.new_id("rtb");
  table.vpc = vpc_id;
  table.routes[vpc->cidr] = Route{vpc->cidr, "local", {}, {}, false};
  const RouteTable& made = context.ec2().route_tables.add(table.id, table, context.lag());
  return done({{"RouteTable", show_route_table(context, made)}});
}

Answer describe_route_tables(OpContext& context, const Json& params) {
  return describe(
      context, params, kRouteTables, context.ec2().route_tables,
      [&](const RouteTable& table) { return show_route_table(context, table); }, table_values);
}

// E13
Answer delete_route_table(OpContext& context, const Json& params) {
  const std::string& id = text(params, "RouteTableId");
  const RouteTable* table = context.ec2().route_tables.find(id, context.sight);
  if (table == nullptr) return unknown_id(kRouteTables, id);
  if (table->main || !table->associations.empty()) {
    return fail("DependencyViolation",
                "The routeTable '" + id + "' has dependencies and cannot be deleted.");
  }
  context.ec2().route_tables.remove(id, context.now, context.hide_time());
  return done();
}

// ---- routes --------------------------------------------------------------------------------

// The route that the request asks for, or why AWS refuses it.
Answer read_route(OpContext& context, const RouteTable& table, const Json& params, Route& route) {
  const Ec2& ec2 = context.ec2();
  const auto cidr = read_cidr(text(params, "DestinationCidrBlock"));
  if (!cidr) {
    return fail("InvalidParameterValue", "Value (" + text(params, "DestinationCidrBlock") +
                                             ") for parameter destinationCidrBlock is invalid.");
  }
  route.destination = show_cidr(*cidr);
  route.gateway = text(params, "GatewayId");
  route.nat = text(params, "NatGatewayId");
  route.interface = text(params, "NetworkInterfaceId");
  const int targets = !route.gateway.empty() + !route.nat.empty() + !route.interface.empty();
  if (targets != 1) {
    return fail(targets == 0 ? "MissingParameter" : "InvalidParameterCombination",
                "The request must contain exactly one target of the route");
  }
  if (!route.gateway.empty()) {
    const auto* gateway = context.ec2().internet_gateways.find(route.gateway, context.sight);
    if (gateway == nullptr) {
      return unknown_id("InvalidInternetGatewayID.NotFound", "internetGateway ID", "igw-",
                        route.gateway);
    }
    if (gateway->vpc != table.vpc) {
      return fail("InvalidParameterValue", "route table " + table.id + " and network gateway " +
                                               route.gateway + " belong to different networks");
    }
  }
  if (!route.nat.empty()) {
    const NatGateway* nat = ec2.nat_gateways.find(route.nat);
    if (nat == nullptr || nat->state != "available" || nat->vpc != table.vpc) {
      return unknown_id("InvalidNatGatewayID.NotFound", "NatGateway ID", "nat-", route.nat);
    }
  }
  if (!route.interface.empty() && ec2.interfaces.find(route.interface) == nullptr) {
    return unknown_id("InvalidNetworkInterfaceID.NotFound", "networkInterface ID", "eni-",
                      route.interface);
  }
  return done();
}

Answer create_route(OpContext& context, const Json& params) {
  const std::string& id = text(params, "RouteTableId");
  RouteTable* table = context.ec2().route_tables.edit(id, context.sight, context.edit_time());
  if (table == nullptr) return unknown_id(kRouteTables, id);
  Route route;
  Answer bad = read_route(context, *table, params, route);
  if (!bad.ok()) return bad;
  const std::string destination = route.destination;
  if (!table->routes.emplace(destination, std::move(route)).second) {
    return fail("RouteAlreadyExists",
                "The route identified by " + destination + " already exists.");
  }
  return done({{"Return", true}});
}

Answer replace_route(OpContext& context, const Json& params) {
  const std::string& id = text(params, "RouteTableId");
  RouteTable* table = context.ec2().route_tables.edit(id, context.sight, context.edit_time());
  if (table == nullptr) return unknown_id(kRouteTables, id);
  Route route;
  Answer bad = read_route(context, *table, params, route);
  if (!bad.ok()) return bad;
  const auto at = table->routes.find(route.destination);
  if (at == table->routes.end() || at->second.gateway == "local") {
    return fail("InvalidParameterValue", "There is no route defined for '" + route.destination +
                                             "' in the route table. Use CreateRoute instead.");
  }
  at->second = std::move(route);
  return done();
}

Answer delete_route(OpContext& context, const Json& params) {
  const std::string& id = text(params, "RouteTableId");
  RouteTable* table = context.ec2().route_tables.edit(id, context.sight, context.edit_time());
  if (table == nullptr) return unknown_id(kRouteTables, id);
  const std::string& destination = text(params, "DestinationCidrBlock");
  const auto at = table->routes.find(destination);
  if (at == table->routes.end()) {
    return fail("InvalidRoute.NotFound",
                "no route with destination-cidr-block " + destination + " in route table " + id);
  }
  if (at->second.gateway == "local") {
    return fail("InvalidParameterValue",
                "cannot remove local route " + destination + " in route table " + id);
  }
  table->routes.erase(at);
  return done();
}

// ---- associations --------------------------------------------------------------------------

struct AssociationPlace {
  RouteTable* table = nullptr;
  std::size_t index = 0;
};

template <class Wanted>
AssociationPlace find_association(Ec2& ec2, Wanted wanted) {
  AssociationPlace place;
  ec2.route_tables.each([&](const auto&, RouteTable& table) {
    for (std::size_t i = 0; i < table.associations.size(); ++i) {
      if (wanted(table.associations[i])) place = {&table, i};
    }
  });
  return place;
}

Json show_new_association(const std::string& id, std::string_view name) {
  Json body;
  body[std::string(name)] = id;
  body["AssociationState"] = {{"State", "associated"}};
  return body;
}

Answer associate_route_table(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  const std::string& id = text(params, "RouteTableId");
  const std::string& subnet_id = text(params, "SubnetId");
  RouteTable* table = ec2.route_tables.edit(id, context.sight, context.edit_time());
  if (table == nullptr) return unknown_id(kRouteTables, id);
  const Subnet* subnet = ec2.subnets.find(subnet_id, context.sight);
  if (subnet == nullptr) {
    return unknown_id("InvalidSubnetID.NotFound", "subnet ID", "subnet-", subnet_id);
  }
  if (subnet->vpc != table->vpc) {
    return fail("InvalidParameterValue",
                "route table " + id + " and subnet " + subnet_id + " belong to different networks");
  }
  const AssociationPlace present =
      find_association(ec2, [&](const auto& one) { return one.subnet == subnet_id; });
  if (present.table == table) {
    return done(show_new_association(table->associations[present.index].id, "AssociationId"));
  }
  if (present.table != nullptr) {
    return fail("Resource.AlreadyAssociated", "the specified association for route table " + id +
                                                  " conflicts with an existing association");
  }
  table->associations.push_back({context.new_id("rtbassoc"), subnet_id});
  return done(show_new_association(table->associations.back().id, "AssociationId"));
}

Answer unknown_association(const std::string& id) {
  return unknown_id("InvalidAssociationID.NotFound", "association ID", "rtbassoc-", id);
}

Answer disassociate_route_table(OpContext& context, const Json& params) {
  const std::string& id = text(params, "AssociationId");
  const AssociationPlace place =
      find_association(context.ec2(), [&](const auto& one) { return one.id == id; });
  if (place.table == nullptr) return unknown_association(id);
  auto& all = place.table->associations;
  if (all[place.index].subnet.empty()) {
    return fail("InvalidParameterValue",
                "cannot disassociate the main route table association " + id);
  }
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(place.index));
  return done();
}

Answer replace_route_table_association(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  const std::string& id = text(params, "AssociationId");
  const std::string& table_id = text(params, "RouteTableId");
  RouteTable* table = ec2.route_tables.edit(table_id, context.sight, context.edit_time());
  if (table == nullptr) return unknown_id(kRouteTables, table_id);
  const AssociationPlace place =
      find_association(ec2, [&](const auto& one) { return one.id == id; });
  if (place.table == nullptr) return unknown_association(id);
  if (place.table->vpc != table->vpc) {
    return fail("InvalidParameterValue", "route tables belong to different networks");
  }
  auto& all = place.table->associations;
  RouteTableAssociation moved = all[place.index];
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(place.index));
  if (moved.subnet.empty()) {
    place.table->main = false;
    table->main = true;
  }
  moved.id = context.new_id("rtbassoc");
  table->associations.push_back(moved);
  return done(show_new_association(moved.id, "NewAssociationId"));
}

constexpr OpRule kEc2RouteOps[] = {
    {"ec2", "CreateRouteTable", create_route_table, kMutates, "VpcId! TagSpecifications:l",
     "ClientToken"},
    {"ec2", "DescribeRouteTables", describe_route_tables, kReads, "RouteTableIds:l @paged"},
    {"ec2", "DeleteRouteTable", delete_route_table, kMutates, "RouteTableId!"},
    {"ec2", "CreateRoute", create_route, kMutates,
     "RouteTableId! DestinationCidrBlock! GatewayId NatGatewayId NetworkInterfaceId"},
    {"ec2", "ReplaceRoute", replace_route, kMutates,
     "RouteTableId! DestinationCidrBlock! GatewayId NatGatewayId NetworkInterfaceId"},
    {"ec2", "DeleteRoute", delete_route, kMutates, "RouteTableId! DestinationCidrBlock!"},
    {"ec2", "AssociateRouteTable", associate_route_table, kMutates, "RouteTableId! SubnetId!"},
    {"ec2", "DisassociateRouteTable", disassociate_route_table, kMutates, "AssociationId!"},
    {"ec2", "ReplaceRouteTableAssociation", replace_route_table_association, kMutates,
     "AssociationId! RouteTableId!"},
};

}  // namespace

std::span<const OpRule> ec2_route_ops() {
  return kEc2RouteOps;
}

}  // namespace byoc::sim
