#include "tests/sim/story_manifests.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "manifests/schema.h"
#include "tests/properties/case.h"

namespace byoc::sim {
namespace {

using properties::Draw;
using Texts = std::vector<std::string>;

constexpr const char* kOwnAccount = "111122223333";
constexpr int kNodesMost = 4;  // that a manifest asks for: each is an instance in the simulation
constexpr std::size_t kListMost = 3;

const Texts& story_regions() {
  static const Texts kRegions = {"us-west-2", "us-west-2", "us-east-1", "eu-west-1"};
  return kRegions;
}
const Texts& story_versions() {
  static const Texts kVersions = {"1.30", "1.31", "1.32", "1.33"};
  return kVersions;
}
const Texts& plain_types() {
  static const Texts kTypes = {"t3.large", "t3.xlarge", "m5.large", "m5.xlarge", "c5.xlarge"};
  return kTypes;
}
const Texts& gpu_types() {
  static const Texts kTypes = {"g4dn.xlarge", "g5.xlarge", "p3.2xlarge"};
  return kTypes;
}
const Texts& story_policies() {
  static const Texts kPolicies = {"AmazonS3ReadOnlyAccess", "AmazonEC2ReadOnlyAccess",
                                  "AdministratorAccess", "AmazonEC2FullAccess"};
  return kPolicies;
}
const Texts& story_principals() {
  static const Texts kPrincipals = {"arn:aws:iam::111122223333:role/operator-of-somebody",
                                    "arn:aws:iam::111122223333:user/alice",
                                    "arn:aws:iam::444455556666:role/partner"};
  return kPrincipals;
}
const Texts& trusted_services() {
  static const Texts kServices = {"ec2.amazonaws.com", "eks.amazonaws.com", "lambda.amazonaws.com"};
  return kServices;
}
const Texts& story_addons() {
  static const Texts kAddons = {"vpc-cni",        "kube-proxy",
                                "coredns",        "eks-pod-identity-agent",
                                "metrics-server", "aws-mountpoint-s3-csi-driver"};
  return kAddons;
}
const Texts& access_policies() {
  static const Texts kPolicies = {"AmazonEKSAdminPolicy", "AmazonEKSClusterAdminPolicy",
                                  "AmazonEKSEditPolicy", "AmazonEKSViewPolicy"};
  return kPolicies;
}

bool is_one_of(const Json& value, const Texts& known) {
  return value.is_string() && std::find(known.begin(), known.end(), value) != known.end();
}

// What AWS does not know becomes something that it knows; nothing else is touched.
void keep_known(Json& holder, const char* name, const Texts& known, Draw& draw) {
  if (!holder.is_object() || !holder.contains(name)) return;
  Json& value = holder[name];
  if (!is_one_of(value, known)) value = draw.one_of(known);
}

// The same of a list, whose items stay different from each other.
void keep_known_items(Json& holder, const char* name, const Texts& known, Draw& draw) {
  if (!holder.is_object() || !holder.contains(name) || !holder[name].is_array()) return;
  Json items = Json::array();
  std::set<Json> seen;
  for (Json item : holder[name]) {
    if (!is_one_of(item, known)) item = draw.one_of(known);
    if (items.size() < kListMost && seen.insert(item).second) items.push_back(std::move(item));
  }
  holder[name] = std::move(items);
}

// Of a list of maps that are known by their names.
void keep_known_names(Json& holder, const char* list, const char* name, const Texts& known,
                      Draw& draw) {
  if (!holder.is_object() || !holder.contains(list) || !holder[list].is_array()) return;
  Json items = Json::array();
  std::set<Json> seen;
  for (Json item : holder[list]) {
    if (!item.is_object()) continue;
    keep_known(item, name, known, draw);
    if (items.size() < kListMost + 1 && seen.insert(item.value(name, Json())).second) {
      items.push_back(std::move(item));
    }
  }
  holder[list] = std::move(items);
}

void limit_number(Json& holder, const char* name, int most) {
  if (holder.is_object() && holder.contains(name) && holder[name].is_number_integer()) {
    holder[name] = std::min(holder[name].get<int>(), most);
  }
}

void keep_generated_secret(Json& holder) {
  if (holder.is_object() && holder.contains("externalIdFrom")) {
    holder["externalIdFrom"] = {{"generate", Json::object()}};
  }
}

// Names of policies are the account's: each Role has its own.
void keep_own_names(Json& policies, const std::string& owner) {
  if (!policies.is_object() || !policies.contains("customer")) return;
  for (Json& policy : policies["customer"]) {
    if (!policy.is_object() || !policy.contains("name")) continue;
    const std::string name = policy["name"].get<std::string>();
    if (!name.starts_with(owner)) policy["name"] = (owner + "-" + name).substr(0, 100);
  }
}

void fit_role(Json& document, Draw& draw) {
  Json& spec = document["spec"];
  spec.erase("arn");
  if (spec.contains("accountId")) spec["accountId"] = kOwnAccount;
  if (!spec["trust"].is_object()) spec["trust"] = Json::object();
  Json& trust = spec["trust"];
  keep_known_items(trust, "principals", story_principals(), draw);
  keep_known_items(trust, "services", trusted_services(), draw);
  keep_generated_secret(trust);
  trust["ownAccount"] = true;  // or Clusters could not use it
  if (!spec.contains("policies")) return;
  keep_known_items(spec["policies"], "managed", story_policies(), draw);
  keep_own_names(spec["policies"], document["metadata"]["name"].get<std::string>());
}

void fit_instance_types(Json& spec, Draw& draw) {
  if (!spec.contains("instanceTypes") || !spec["instanceTypes"].is_array()) return;
  Json types = Json::array();
  std::set<std::string> seen;
  for (Json item : spec["instanceTypes"]) {
    const Json name = item.is_object() ? item.value("name", Json()) : item;
    std::string type = is_one_of(name, plain_types()) || is_one_of(name, gpu_types())
                           ? name.get<std::string>()
                           : draw.one_of(plain_types());
    if (types.size() >= 2 || !seen.insert(type).second) continue;
    if (item.is_object()) {
      item["name"] = type;
      limit_number(item, "overprovisioned", 1);
    } else {
      item = type;
    }
    types.push_back(std::move(item));
  }
  spec["instanceTypes"] = std::move(types);
}

void fit_cluster(Json& document, Draw& draw) {
  Json& spec = document["spec"];
  for (const char* name : {"roleArn", "externalId", "externalIdFrom"}) spec.erase(name);
  keep_known(spec, "region", story_regions(), draw);
  keep_known(spec, "kubernetesVersion", story_versions(), draw);
  keep_known(spec, "managementInstanceType", plain_types(), draw);
  limit_number(spec, "managementNodes", kNodesMost);
  fit_instance_types(spec, draw);
  keep_known_names(spec, "access", "principalArn", story_principals(), draw);
  if (spec.contains("access")) {
    for (Json& entry : spec["access"]) {
      keep_known_names(entry, "policies", "name", access_policies(), draw);
    }
  }
  keep_known_names(spec, "addons", "name", story_addons(), draw);
  if (!spec.contains("addons")) return;
  for (Json& addon : spec["addons"]) addon.erase("version");
}

void fit_nodegroup(Json& document, Draw& draw) {
  Json& spec = document["spec"];
  if (spec.contains("instanceType")) {
    const Json& name = spec["instanceType"];
    if (!is_one_of(name, plain_types()) && !is_one_of(name, gpu_types())) {
      spec["instanceType"] =
          draw.random().chance(0.2) ? draw.one_of(gpu_types()) : draw.one_of(plain_types());
    }
  }
  keep_known_items(spec, "instanceTypes", plain_types(), draw);
  keep_known(spec, "kubernetesVersion", story_versions(), draw);
  for (const char* name : {"min", "desired"}) limit_number(spec, name, kNodesMost);
}

void fit(Json& document, Draw& draw) {
  Json& spec = document["spec"];
  if (!spec.is_object()) spec = Json::object();
  for (const char* name : {"managementPolicy", "paused"}) spec.erase(name);
  const std::string kind = document.at("kind");
  if (kind == "Role") fit_role(document, draw);
  if (kind == "Cluster") fit_cluster(document, draw);
  if (kind == "NodeGroup") fit_nodegroup(document, draw);
}

}  // namespace

std::string name_of(const Json& document) {
  return document.at("kind").get<std::string>() + "/" +
         document.at("metadata").at("name").get<std::string>();
}

Json StoryManifests::drawn(const std::string& kind, const std::string& name) {
  draw_.set_density(draw_.one_of(std::vector<double>{0.05, 0.2, 0.5}));
  Json document = properties::draw_document(kind, name, draw_);
  fit(document, draw_);
  return document;
}

std::vector<Json> StoryManifests::draw_stack() {
  sim::Random& random = draw_.random();
  const Texts roles = {"op", "op.b"};
  const Texts clusters = {"c1", "c.2", "c3"};
  const std::size_t many = 1 + random.below(random.chance(0.3) ? 3 : 1);
  draw_.names["Role"] = random.chance(0.3) ? roles : Texts{roles[0]};
  draw_.names["Cluster"] = Texts(clusters.begin(), clusters.begin() + static_cast<long>(many));
  std::vector<Json> documents;
  for (const std::string& name : draw_.names["Role"]) documents.push_back(drawn("Role", name));
  for (const std::string& name : draw_.names["Cluster"]) {
    Json cluster = drawn("Cluster", name);
    if (random.chance(0.7))
      cluster["spec"]["roleRef"] = {{"name", draw_.one_of(draw_.names["Role"])}};
    documents.push_back(std::move(cluster));
  }
  for (const char* name : {"gpu", "cpu.x"}) {
    if (random.chance(0.5)) documents.push_back(drawn("NodeGroup", name));
  }
  if (!properties::heal(documents, draw_)) documents.clear();
  return documents;
}

Json StoryManifests::draw_one(const std::string& kind, const std::string& name) {
  return drawn(kind, name);
}

std::vector<Json> StoryManifests::edited(std::vector<Json> documents, std::size_t index) {
  Json& document = documents.at(index);
  const std::string kind = document.at("kind");
  const Texts fields = properties::fields_of(kind);
  const std::size_t count = 1 + draw_.random().below(3);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& pointer = draw_.one_of(fields);
    properties::Edit edit{index, pointer, nullptr};
    if (draw_.random().chance(0.75)) {
      draw_.set_density(draw_.one_of(std::vector<double>{0.1, 0.5}));
      edit.value = draw_.value(*schema_at(kind, pointer), pointer);
    }
    static_cast<void>(properties::apply_edit(edit, document));
  }
  fit(document, draw_);
  const std::size_t size = documents.size();
  if (!properties::heal(documents, draw_) || documents.size() != size) documents.clear();
  return documents;
}

}  // namespace byoc::sim
