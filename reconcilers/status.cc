#include "reconcilers/status.h"

#include <algorithm>
#include <string_view>

#include "base/hash.h"
#include "manifests/canonical.h"
#include "reconcilers/build.h"
#include "reconcilers/diff.h"
#include "reconcilers/hold.h"
#include "reconcilers/ownership.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// One status field and where its value comes from.
struct Output {
  std::string_view kind;
  std::string_view path;  // JSON pointer into status
  std::string_view key;   // graph key
  std::string_view field;
};

constexpr Output kOutputs[] = {
    {"Role", "/arn", "role", "Arn"},
    {"Role", "/name", "role", "RoleName"},
    {"Role", "/roleId", "role", "RoleId"},
    {"Role", "/instanceProfileArn", "instance-profile", "Arn"},
    {"Cluster", "/network/vpcId", "vpc", "VpcId"},
    {"Cluster", "/network/cidr", "vpc", "CidrBlock"},
    {"Cluster", "/network/nodeSecurityGroupId", "security-group/nodes", "GroupId"},
    {"Cluster", "/network/controlPlaneSecurityGroupId", "security-group/control-plane", "GroupId"},
    {"Cluster", "/nodeRoleArn", "role/node", "Arn"},
    {"Cluster", "/clusterRoleArn", "role/cluster", "Arn"},
    {"Cluster", "/bucketName", "bucket", "Bucket"},
    {"Cluster", "/logGroupName", "log-group", "logGroupName"},
    {"Cluster", "/eksName", "cluster", "name"},
    {"Cluster", "/arn", "cluster", "arn"},
    {"Cluster", "/kubernetesVersion", "cluster", "version"},
    {"Cluster", "/oidcIssuer", "cluster", "identity/oidc/issuer"},
    {"Cluster", "/oidcProviderArn", "oidc-provider", "OpenIDConnectProviderArn"},
    {"NodeGroup", "/nodegroupName", "nodegroup", "nodegroupName"},
    {"NodeGroup", "/clusterName", "nodegroup", "clusterName"},
    {"NodeGroup", "/arn", "nodegroup", "nodegroupArn"},
    {"NodeGroup", "/desired", "nodegroup", "scalingConfig/desiredSize"},
    {"NodeGroup", "/launchTemplateId", "launch-template", "LaunchTemplateId"},
    {"NodeGroup", "/autoScalingGroup", "nodegroup", "resources/autoScalingGroups/0/name"},
};

const char* life_name(Life life) {
  switch (life) {
    case Life::ready: return "Ready";
    case Life::pending: return "Pending";
    case Life::failed: return "Failed";
    case Life::going: return "Deleting";
  }
  return "?";
}

void write_outputs(Object& object, const std::map<std::string, const Observed*>& by_key) {
  for (const Output& output : kOutputs) {
    if (output.kind != object.kind) continue;
    const auto found = by_key.find(std::string(output.key));
    const Json value = found == by_key.end() ? Json() : member(found->second->fields, output.field);
    const Json::json_pointer pointer{std::string(output.path)};
    if (!value.is_null()) {
      object.status[pointer] = value;
    } else if (object.status.contains(pointer)) {
      object.status[pointer.parent_pointer()].erase(pointer.back());
    }
  }
}

// Where a cluster that others made has its nodes: what it names itself.
void write_place_of_foreign(Object& object, const Observed& cluster) {
  Json& network = object.status["network"];
  for (const auto& [name, field] :
       {std::pair("vpcId", "resourcesVpcConfig/vpcId"),
        std::pair("clusterSecurityGroupId", "resourcesVpcConfig/clusterSecurityGroupId")}) {
    const Json& value = member(cluster.fields, field);
    if (!value.is_null()) network[name] = value;
  }
  Json subnets = Json::array();
  for (const Json& id : member(cluster.fields, "resourcesVpcConfig/subnetIds")) {
    subnets.push_back({{"id", id}});
  }
  network["nodeSubnets"] = std::move(subnets);
  const Json& role = member(cluster.fields, "roleArn");
  if (role.is_string()) object.status["clusterRoleArn"] = role;
}

// The endpoint counts as there only when the control plane can be used.
void write_cluster_outputs(Object& object, const std::map<std::string, const Observed*>& by_key) {
  Json subnets = Json::array();
  // By what the manifest says: a look that shows a part of the subnets does not move the nodes.
  const bool has_private = text_member(object.spec, "network/nat") != "None";
  const std::string wanted = has_private ? "subnet/private-" : "subnet/public-";
  for (const auto& [key, observed] : by_key) {
    if (!key.starts_with(wanted)) continue;
    subnets.push_back({{"id", observed->id},
                       {"zone", member(observed->fields, "AvailabilityZone")},
                       {"cidr", member(observed->fields, "CidrBlock")}});
  }
  object.status["network"]["nodeSubnets"] = std::move(subnets);
  const auto cluster = by_key.find("cluster");
  object.status.erase("endpoint");
  const bool has_own = by_key.contains("vpc");
  if (observes(object) && cluster != by_key.end() && !has_own) {
    write_place_of_foreign(object, *cluster->second);
  }
  if (cluster == by_key.end() || cluster->second->life != Life::ready) return;
  const Json& endpoint = member(cluster->second->fields, "endpoint");
  if (endpoint.is_string()) object.status["endpoint"] = endpoint;
}

// Who may assume a Role and what it may do, as AWS has it, by meaning.
Json policies_of(const std::map<std::string, const Observed*>& by_key) {
  Json out = Json::object();
  for (const auto& [key, observed] : by_key) {
    for (const char* field : {"AssumeRolePolicyDocument", "PolicyDocument"}) {
      const Json& document = member(observed->fields, field);
      if (!document.is_null()) out[key] = canonical_policy(document);
    }
    const Json& attached = member(observed->fields, "PolicyArn");
    if (!attached.is_null()) out[key] = attached;
  }
  return out;
}

void write_inventory(Object& object, const std::map<std::string, const Observed*>& by_key) {
  Json inventory = Json::array();
  for (const auto& [key, observed] : by_key) {
    if (observed->foreign) continue;
    inventory.push_back({{"key", key},
                         {"type", std::string(observed->row->type)},
                         {"id", observed->id},
                         {"state", life_name(observed->life)}});
  }
  object.status["inventory"] = std::move(inventory);
}

const Action* first(const Plan& plan, Verb verb) {
  const auto found = std::find_if(plan.actions.begin(), plan.actions.end(),
                                  [&](const Action& action) { return action.verb == verb; });
  return found == plan.actions.end() ? nullptr : &*found;
}

const Action* first_missing(const Plan& plan) {
  const auto found = std::find_if(plan.actions.begin(), plan.actions.end(),
                                  [](const Action& action) { return action.reason == kMissing; });
  return found == plan.actions.end() ? nullptr : &*found;
}

// The key of what the object is about.
const char* main_key(const Object& object) {
  if (object.kind == "Role") return "role";
  return object.kind == "Cluster" ? "cluster" : "nodegroup";
}

// What is blocked, the object's own resource above all others, and causes above what they hold up.
const Action* first_blocked(const Plan& plan, std::string_view main) {
  const Action* chosen = nullptr;
  const auto rank = [&](const Action& action) {
    return (action.reason == kNotBegun ? 2 : 0) + (action.key == main ? 0 : 1);
  };
  for (const Action& action : plan.actions) {
    if (action.verb != Verb::blocked) continue;
    if (chosen == nullptr || rank(action) < rank(*chosen)) chosen = &action;
  }
  return chosen;
}

struct Verdict {
  std::string reason;
  std::string message;
  bool error = false;
};

// What is only looked at may differ: that is told, and is no failure.
Verdict verdict_of_observed(const PassReport& pass) {
  const Action* differs = pass.plan == nullptr ? nullptr : first(*pass.plan, Verb::keep);
  if (differs != nullptr && differs->reason == kDiffers) {
    return {differs->reason, differs->key + ": " + differs->why, false};
  }
  return {"Observed", "is there, and is only observed", false};
}

Verdict verdict_of(const Object& object, const PassReport& pass) {
  if (!pass.reason.empty()) return {pass.reason, pass.message, pass.error};
  if (pass.converged && observes(object)) return verdict_of_observed(pass);
  if (pass.converged) return {"Converged", "everything is as the manifest says", false};
  if (pass.plan != nullptr) {
    if (const Action* blocked = first_blocked(*pass.plan, main_key(object))) {
      return {blocked->reason, blocked->key + ": " + blocked->why, true};
    }
    const Action* wait = first_missing(*pass.plan);
    if (wait == nullptr) wait = first(*pass.plan, Verb::wait);
    if (wait != nullptr && !has_calls(*pass.plan)) {
      const std::string word = wait->reason.empty() ? "Waiting" : wait->reason;
      return {object.deleting() ? "Deleting" : word, wait->key + " " + wait->why, false};
    }
  }
  return object.deleting() ? Verdict{"Deleting", "resources are being removed", false}
                           : Verdict{"Reconciling", "resources are being made or changed", false};
}

std::string phase_of(const Object& object, const PassReport& pass, const Verdict& verdict,
                     const std::map<std::string, const Observed*>& by_key) {
  if (object.deleting()) return "Terminating";
  if (verdict.error) return "Error";
  if (pass.converged) return object.kind == "Role" ? "Ready" : "Running";
  const auto main = by_key.find(main_key(object));
  const bool up = main != by_key.end() && main->second->life == Life::ready;
  return up ? "Configuring" : "Pending";
}

// What this plan shows of an adoption, for the pass after it; nothing any more once all is as the
// manifest says.
void write_adoption(Object& object, const PassReport& pass) {
  if (pass.plan == nullptr) return;
  const bool begun = object.status.contains("adoption") || !pass.plan->shown.empty();
  if (!begun || pass.converged) {
    object.status.erase("adoption");
    return;
  }
  Json shown = Json::array();
  for (const Shown& one : pass.plan->shown) {
    shown.push_back({{"mark", one.mark}, {"change", one.text}});
  }
  object.status["adoption"] = {{"shown", std::move(shown)}};
}

void write_capabilities(Object& object, const Snapshot& snapshot, Time now) {
  if (snapshot.unsupported.empty()) {
    remove_condition(object, "EndpointCapabilities");
    return;
  }
  std::string text = "this endpoint does not have ";
  bool comma = false;
  for (const auto& [type, operation] : snapshot.unsupported) {
    text += (comma ? ", " : "") + std::string(find_row(type).service) + ":" + operation + " (" +
            type + ")";
    comma = true;
  }
  text += "; these resources are neither made nor checked";
  set_condition(object, {"EndpointCapabilities", "False", "OperationUnsupported", text}, now);
}

}  // namespace

std::optional<std::set<std::string>> shown_marks(const Object& object) {
  const Json& shown = member(object.status, "adoption/shown");
  if (!shown.is_array()) return std::nullopt;
  std::set<std::string> marks;
  for (const Json& one : shown) marks.insert(text_member(one, "mark"));
  return marks;
}

void report(Object& object, const PassReport& pass, Time now) {
  std::map<std::string, const Observed*> by_key;
  // What is only observed is usually somebody else's.
  const bool only_looks = observes(object);
  if (pass.snapshot != nullptr) {
    for (const Observed& observed : pass.snapshot->observed) {
      if (!observed.key.empty() && (only_looks || !observed.foreign))
        by_key[observed.key] = &observed;
    }
    write_outputs(object, by_key);
    if (object.kind == "Cluster") write_cluster_outputs(object, by_key);
    write_inventory(object, by_key);
    write_capabilities(object, *pass.snapshot, now);
    write_adoption(object, pass);
  }
  if (!pass.account.empty()) object.status["accountId"] = pass.account;
  if (!pass.caller_arn.empty()) object.status["callerArn"] = pass.caller_arn;
  if (object.kind == "Role" && by_key.contains("role")) {
    object.status["policyHash"] = "sha256:" + sha256_hex(policies_of(by_key).dump()).substr(0, 16);
  }
  const Verdict verdict = verdict_of(object, pass);
  const std::string phase = phase_of(object, pass, verdict, by_key);
  object.status["phase"] = phase;
  object.status["reason"] = verdict.reason;
  object.status["message"] = verdict.message;
  object.status["observedGeneration"] = object.metadata.generation;
  // What AWS held once: what differs from it later was changed outside of byoc.
  if (pass.converged && !verdict.error && !object.deleting()) {
    object.status["convergedGeneration"] = object.metadata.generation;
  }
  set_condition(object,
                {"Ready", pass.converged && !verdict.error ? "True" : "False", verdict.reason,
                 verdict.message},
                now);
  // kstatus, and whoever follows byocd's work, waits no longer for what is stalled.
  if (pass.stuck) {
    set_condition(object, {"Stalled", "True", verdict.reason, verdict.message}, now);
  } else {
    remove_condition(object, "Stalled");
  }
}

}  // namespace byoc
