// The few operations of IAM and STS that one Role needs, as answers of a ScriptedCloud.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "tests/controller/scripted_cloud.h"

namespace byoc {

class TinyIam {
 public:
  std::map<std::string, Reply> instead;  // by operation: answers that are given in its place
  int reads_after_delete = 0;            // how often a deleted role is still shown

  [[nodiscard]] Reply operator()(const Call& call) {
    const auto other = instead.find(call.operation);
    if (other != instead.end()) return other->second;
    if (call.operation == "GetCallerIdentity") {
      return {{}, {{"Account", "111122223333"}, {"Arn", "arn:aws:iam::111122223333:user/ops"}}};
    }
    const auto name = call.params.at("RoleName").get<std::string>();
    if (call.operation == "CreateRole") return create(name, call.params);
    const auto role = roles_.find(name);
    if (role == roles_.end()) return {error(Code::not_found, "no role " + name), {}};
    if (call.operation == "GetRole") return {{}, {{"Role", shown(role)}}};
    if (call.operation == "ListAttachedRolePolicies") {
      return {{}, {{"AttachedPolicies", Json::array()}}};
    }
    if (call.operation == "ListInstanceProfilesForRole") {
      return {{}, {{"InstanceProfiles", Json::array()}}};
    }
    if (call.operation == "ListRolePolicies") return policy_names(role->second);
    if (call.operation == "GetRolePolicy") {
      return policy(role->second, call.params.at("PolicyName").get<std::string>());
    }
    if (call.operation == "DeleteRole") return remove(role);
    if (call.operation == "TagRole") return tag(role->second, call.params.at("Tags"));
    if (call.operation == "UpdateRole") {
      role->second["Description"] = call.params.at("Description");
      return {};
    }
    if (call.operation == "PutRolePolicy") {
      role->second["RolePolicyList"].push_back(
          {{"PolicyName", call.params.at("PolicyName")},
           {"PolicyDocument", call.params.at("PolicyDocument")}});
      return {};
    }
    if (call.operation == "DeleteRolePolicy") {
      role->second["RolePolicyList"] = Json::array();
      return {};
    }
    return {error(Code::unsupported, call.operation), {}};
  }

  [[nodiscard]] const std::map<std::string, Json>& roles() const { return roles_; }
  // A foreign hand deletes it.
  void vanish(const std::string& name) { roles_.erase(name); }

 private:
  using Place = std::map<std::string, Json>::iterator;

  Reply create(const std::string& name, const Json& params) {
    if (roles_.contains(name)) return {error(Code::already_exists, "role " + name), {}};
    Json role = params;
    role["Arn"] = "arn:aws:iam::111122223333:role/" + name;
    role["RoleId"] = "AROA" + name;
    role["RolePolicyList"] = Json::array();
    role["CreateDate"] = "2026-01-01T00:00:00Z";
    roles_[name] = role;
    return {{}, {{"Role", role}}};
  }

  Reply remove(Place role) {
    if (reads_after_delete == 0) {
      roles_.erase(role);
    } else {
      leaving_ = role->first;
    }
    return {};
  }

  // A role as it is; a deleted one is shown for a while.
  Json shown(Place role) {
    Json out = role->second;
    if (role->first == leaving_ && --reads_after_delete == 0) roles_.erase(role);
    return out;
  }

  static Reply tag(Json& role, const Json& tags) {
    for (const Json& tag : tags) {
      auto& all = role["Tags"];
      const auto same = std::find_if(
          all.begin(), all.end(), [&](const Json& one) { return one.at("Key") == tag.at("Key"); });
      if (same == all.end()) {
        all.push_back(tag);
      } else {
        *same = tag;
      }
    }
    return {};
  }

  static Reply policy_names(const Json& role) {
    Json names = Json::array();
    for (const Json& one : role.at("RolePolicyList")) names.push_back(one.at("PolicyName"));
    return {{}, {{"PolicyNames", names}}};
  }

  static Reply policy(const Json& role, const std::string& name) {
    for (const Json& one : role.at("RolePolicyList")) {
      if (one.at("PolicyName") == name) return {{}, one};
    }
    return {error(Code::not_found, "no policy " + name), {}};
  }

  std::map<std::string, Json> roles_;
  std::string leaving_;
};

}  // namespace byoc
