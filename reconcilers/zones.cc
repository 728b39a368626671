#include "reconcilers/zones.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/join.h"
#include "manifests/schema.h"
#include "reconcilers/cidr.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// "a" and "us-west-2a" both mean the zone us-west-2a.
std::string full_name(const std::string& zone, const std::string& region) {
  return zone.size() <= 2 ? region + zone : zone;
}

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Source: EKS user guide, "Amazon EKS networking requirements for VPC and subnets", names zone ids:
// the letters behind them differ from account to account.
bool has_control_planes(const std::string& zone_id) {
  for (const Json& id : schema_data("regions.json").at("zonesWithoutControlPlanes")) {
    if (id == zone_id) return false;
  }
  return true;
}

// Why nothing new is put into a zone; empty when it is.
ClosedZone closed(const Json& zone) {
  const std::string type = text_member(zone, "ZoneType");
  const std::string state = text_member(zone, "State");
  const std::string id = text_member(zone, "ZoneId");
  if (type == "local-zone") return {"is a Local Zone: no EKS control plane can stand there", true};
  if (type == "wavelength-zone") {
    return {"is a Wavelength Zone: no EKS control plane can stand there", true};
  }
  if (!has_control_planes(id)) return {"(" + id + ") is a zone without EKS control planes", true};
  if (state.empty() || state == "available" || state == "information") return {};
  return {"is " + state + " at the moment, and nothing new is made there", false};
}

std::vector<PlacedZone> read_placed(const Json& zones) {
  std::vector<PlacedZone> out;
  for (const Json& zone : zones) {
    const Json& part = member(zone, "part");
    out.push_back({text_member(zone, "name"), part.is_number_integer() ? part.get<int>() : 0});
  }
  return out;
}

const PlacedZone* find_zone(const std::vector<PlacedZone>& zones, const std::string& name) {
  const auto found = std::find_if(zones.begin(), zones.end(),
                                  [&](const PlacedZone& zone) { return zone.name == name; });
  return found == zones.end() ? nullptr : &*found;
}

void refuse(Built& built, std::string reason, std::string message, bool wrong) {
  built.reason = std::move(reason);
  built.message = std::move(message);
  built.wrong = wrong;
}

// Whether something new may be put there; says in `built` why not.
void check_new(const std::string& name, const Facts& facts, Built& built) {
  const auto found = facts.closed_zones.find(name);
  if (found != facts.closed_zones.end()) {
    const std::string others = facts.zones.empty() ? "" : "; others are " + joined(facts.zones);
    return refuse(built, found->second.for_good ? "UnsupportedZone" : "ZoneUnavailable",
                  name + " " + found->second.why + others, found->second.for_good);
  }
  if (facts.zones.empty() || is_among(facts.zones, name)) return;
  refuse(built, "UnknownZone", facts.region + " has no availability zone " + name, true);
}

std::vector<std::string> wanted_names(const Object& object, const Facts& facts,
                                      const std::vector<PlacedZone>& before) {
  std::vector<std::string> names;
  for (const Json& zone : member(object.spec, "network/zones")) {
    names.push_back(full_name(zone.get<std::string>(), facts.region));
  }
  if (!names.empty()) return names;
  for (const PlacedZone& zone : before) names.push_back(zone.name);
  for (const std::string& zone : facts.zones) {
    if (names.size() < kZonesMin && !is_among(names, zone)) names.push_back(zone);
  }
  return names;
}

// The zones that stand, each with the part of the network that its subnets have, if that is known.
class StandingZones {
 public:
  StandingZones(const Object& object, const Facts& facts) : facts_(facts) {
    cidr_ = text_member(object.spec, "network/cidr");
    if (cidr_.empty()) cidr_ = "10.0.0.0/16";
  }

  // A subnet by its key in the graph, with what else is known of it.
  void add(const std::string& key, const Json& fields) {
    const std::string_view prefix = "subnet/";
    const std::size_t dash = key.find('-');
    if (!key.starts_with(prefix) || dash == std::string::npos) return;
    std::string zone = text_member(fields, "AvailabilityZone");
    if (zone.empty()) zone = facts_.region + key.substr(dash + 1);
    add(zone, text_member(fields, "CidrBlock"));
  }
  void add(const std::string& zone, const std::string& cidr) {
    std::optional<int>& part = parts_[zone];
    if (!part) part = part_of_network(cidr);
  }
  void add_nat(const std::string& key) {
    constexpr std::string_view kPrefix = "nat-gateway/";
    if (key.starts_with(kPrefix)) nats_.insert(facts_.region + key.substr(kPrefix.size()));
  }

  // In the order in which they were chosen; the one with a NAT gateway stood first.
  [[nodiscard]] std::vector<PlacedZone> take() const {
    std::set<int> used;
    for (const auto& [zone, part] : parts_) {
      if (part) used.insert(*part);
    }
    std::vector<PlacedZone> zones;
    for (const auto& [zone, part] : parts_) {
      int place = part.value_or(0);
      while (!part && !used.insert(place).second) ++place;
      zones.push_back({zone, place});
    }
    std::sort(zones.begin(), zones.end(),
              [](const PlacedZone& a, const PlacedZone& b) { return a.part < b.part; });
    std::stable_partition(zones.begin(), zones.end(),
                          [this](const PlacedZone& zone) { return nats_.contains(zone.name); });
    return zones;
  }

 private:
  [[nodiscard]] std::optional<int> part_of_network(const std::string& cidr) const {
    for (int part = 0; part < kFirstPublicPart + kZonePartsMax; ++part) {
      if (subnet_of(cidr_, kSubnetBits, part) == cidr) return part % kFirstPublicPart;
    }
    return std::nullopt;
  }

  const Facts& facts_;
  std::string cidr_;
  std::map<std::string, std::optional<int>> parts_;
  std::set<std::string> nats_;
};

// Whether an intent's resource may exist.
bool may_stand(const Intent& intent) {
  return intent.state == Intent::State::made ||
         (intent.state == Intent::State::open && intent.sent != Time{});
}

}  // namespace

void read_zones(const Json& body, Facts& facts) {
  for (const Json& zone : member(body, "AvailabilityZones")) {
    const std::string name = text_member(zone, "ZoneName");
    if (name.empty()) continue;
    const ClosedZone why = closed(zone);
    if (why.why.empty()) {
      facts.zones.push_back(name);
    } else {
      facts.closed_zones[name] = why;
    }
  }
  std::sort(facts.zones.begin(), facts.zones.end());
}

std::vector<PlacedZone> choose_zones(const Object& object, const Facts& facts, Built& built) {
  const std::vector<PlacedZone> before = read_placed(member(facts.decided, "zones"));
  const std::vector<std::string> names = wanted_names(object, facts, before);
  std::vector<PlacedZone> zones;
  std::set<int> used;
  for (const PlacedZone& zone : before) {
    used.insert(zone.part);
    if (is_among(names, zone.name)) zones.push_back(zone);
  }
  for (const std::string& name : names) {
    if (find_zone(zones, name) != nullptr) continue;
    check_new(name, facts, built);
    if (!built.reason.empty()) return zones;
    int part = 0;
    while (used.contains(part)) ++part;
    used.insert(part);
    if (part >= kZonePartsMax) {
      refuse(built, "NoFreeRange", "the network has no part left for " + name, true);
    }
    zones.push_back({name, part});
  }
  if (zones.size() < kZonesMin) {
    refuse(built, "TooFewZones",
           "EKS needs two availability zones, and " + facts.region + " has " +
               std::to_string(zones.size()) + " that can be used",
           true);
  }
  return zones;
}

Json zones_json(const std::vector<PlacedZone>& zones) {
  Json list = Json::array();
  for (const PlacedZone& zone : zones) list.push_back({{"name", zone.name}, {"part", zone.part}});
  return list;
}

std::vector<std::string> decided_zones(const Facts& facts) {
  std::vector<std::string> names;
  for (const Json& zone : member(facts.decided, "zones")) {
    names.push_back(text_member(zone, "name"));
  }
  return names;
}

Json decided_by_subnets(const Object& object, const Facts& facts, const Snapshot& snapshot) {
  StandingZones standing(object, facts);
  for (const Observed& observed : snapshot.observed) {
    if (observed.foreign || observed.life == Life::going) continue;
    standing.add(observed.key, observed.fields);
    standing.add_nat(observed.key);
  }
  for (const auto& [key, intent] : snapshot.intents) {
    if (!may_stand(intent)) continue;
    standing.add(key, intent.made);
    standing.add_nat(key);
  }
  for (const Json& subnet : member(object.status, "network/nodeSubnets")) {
    const std::string zone = text_member(subnet, "zone");
    if (!zone.empty()) standing.add(zone, text_member(subnet, "cidr"));
  }
  for (const Json& resource : member(object.status, "inventory")) {
    standing.add(text_member(resource, "key"), Json::object());
    standing.add_nat(text_member(resource, "key"));
  }
  const std::vector<PlacedZone> zones = standing.take();
  if (zones.empty()) return nullptr;
  return {{"zones", zones_json(zones)}};
}

Json decided_by_nodegroup(const Object& object, const Facts& facts, const Snapshot& snapshot) {
  std::set<std::string> ids;
  const auto add = [&ids](const Json& fields) {
    for (const Json& id : member(fields, "subnets")) {
      if (id.is_string()) ids.insert(id.get<std::string>());
    }
  };
  for (const Observed& observed : snapshot.observed) {
    if (observed.key == "nodegroup" && !observed.foreign) add(observed.fields);
  }
  for (const auto& [key, intent] : snapshot.intents) {
    if (key == "nodegroup" && may_stand(intent)) add(intent.made);
  }
  const auto cluster = reference_at(object, "/clusterRef/name");
  const auto found = cluster ? facts.objects.find(*cluster) : facts.objects.end();
  if (ids.empty() || found == facts.objects.end()) return nullptr;
  Json zones = Json::array();
  for (const Json& subnet : member(found->second.status, "network/nodeSubnets")) {
    if (ids.contains(text_member(subnet, "id")))
      zones.push_back({{"name", member(subnet, "zone")}});
  }
  if (zones.empty()) return nullptr;
  return {{"zones", std::move(zones)}};
}

}  // namespace byoc
