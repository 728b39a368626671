// Role -> Graph: an IAM role with its trust, policies and instance profile (created or observed).
#include <algorithm>
#include <set>

#include "manifests/duration.h"
#include "manifests/preset.h"
#include "reconcilers/build.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr const char* kExternalId = "externalId";

std::string arn_prefix(const Facts& facts) {
  return "arn:" + facts.partition + ":iam::";
}

std::string last_part(const std::string& arn) {
  return arn.substr(arn.rfind('/') + 1);
}

std::string role_name(const Object& object, const Owner& owner) {
  const Json& spec = object.spec;
  if (spec.contains("arn")) return last_part(spec["arn"].get<std::string>());
  if (spec.contains("name")) return spec["name"].get<std::string>();
  if (spec.contains("namePrefix")) {
    return spec["namePrefix"].get<std::string>() + "-" + short_uid(owner.uid);
  }
  return aws_name("", object.metadata.name, "", 64);
}

Json assume_statement(Json principal) {
  return {{"Effect", "Allow"}, {"Principal", std::move(principal)}, {"Action", "sts:AssumeRole"}};
}

// A duration in seconds or as text ("12h").
std::int64_t seconds(const Json& value, std::int64_t fallback) {
  if (value.is_number()) return value.get<std::int64_t>();
  if (!value.is_string()) return fallback;
  const auto duration = parse_duration(value.get_ref<const std::string&>());
  return duration ? std::chrono::duration_cast<std::chrono::seconds>(*duration).count() : fallback;
}

// Who may assume the role: accounts and principals under the external id, services without one.
Json trust_document(const Object& object, const Facts& facts) {
  const Json& trust = member(object.spec, "trust");
  Json statements = Json::array();
  Json principals = Json::array();
  if (member(trust, "ownAccount") == Json(true)) {
    principals.push_back(arn_prefix(facts) + facts.account + ":root");
  }
  for (const Json& account : member(trust, "accounts")) {
    principals.push_back(arn_prefix(facts) + account.get<std::string>() + ":root");
  }
  for (const Json& principal : member(trust, "principals")) principals.push_back(principal);
  if (!principals.empty()) {
    Json statement = assume_statement({{"AWS", principals}});
    if (facts.secrets.contains(kExternalId)) {
      statement["Condition"] = {{"StringEquals", {{"sts:ExternalId", secret(kExternalId)}}}};
    }
    statements.push_back(std::move(statement));
  }
  const Json& services = member(trust, "services");
  if (services.is_array() && !services.empty()) {
    statements.push_back(assume_statement({{"Service", services}}));
  }
  return {{"Version", "2012-10-17"}, {"Statement", statements}};
}

std::string managed_arn(const std::string& name, const Facts& facts) {
  if (name.starts_with("arn:")) return name;
  return arn_prefix(facts) + "aws:policy/" + name;
}

// Policy text with "${role.NAME.arn}" filled in; false while that role has no ARN yet. A path may
// hold what means something in JSON, or looks like a mark itself: it is quoted, and not read again.
bool fill_roles(const Object& object, const Facts& facts, std::string& text, std::string& missing) {
  constexpr std::string_view kBegin = "${role.";
  constexpr std::string_view kEnd = ".arn}";
  const std::vector<ObjectKey> keys = references_of(object);
  for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    const std::string_view rest = std::string_view(text).substr(at + kBegin.size());
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const ObjectKey& one) {
      return rest.starts_with(one.name) && rest.substr(one.name.size()).starts_with(kEnd);
    });
    if (key == keys.end()) {
      at += kBegin.size();
      continue;
    }
    const auto found = facts.objects.find(*key);
    const Json& arn = found == facts.objects.end() ? Json() : member(found->second.status, "arn");
    if (!arn.is_string()) {
      missing = key->name;
      return false;
    }
    const std::string quoted = arn.dump();
    text.replace(at, kBegin.size() + key->name.size() + kEnd.size(), quoted, 1, quoted.size() - 2);
    at += quoted.size() - 2;
  }
  return true;
}

class RoleBuilder {
 public:
  RoleBuilder(const Object& object, const Owner& owner, const Facts& facts)
      : object_(object), owner_(owner), facts_(facts), name_(role_name(object, owner)) {}

  Built build() {
    const auto id = facts_.secrets.find(kExternalId);
    if (id != facts_.secrets.end()) {
      built_.graph.secrets[kExternalId] = {id->second, "role", "AssumeRolePolicyDocument"};
    }
    add_role();
    if (observes(object_)) return std::move(built_);
    add_policies(member(object_.spec, "policies"), "");
    const std::set<std::string> own = inline_names(member(object_.spec, "policies"));
    const Json& preset_name = member(object_.spec, "policies/preset");
    if (preset_name.is_string()) {
      const Json* preset = find_preset(preset_name.get<std::string>());
      if (preset == nullptr) {
        built_.reason = "UnknownPreset";
        built_.message = "there is no policy preset " + preset_name.get<std::string>();
        built_.wrong = true;
        return std::move(built_);
      }
      // A preset's policies carry the uid: many roles may have the same preset.
      add_policies(*preset, "-" + short_uid(owner_.uid), &own);
    }
    if (object_.spec.value("instanceProfile", false)) add_profile();
    return std::move(built_);
  }

 private:
  Desired& add(std::string type, std::string key, Json params) {
    Desired node;
    node.type = std::move(type);
    node.key = std::move(key);
    node.params = std::move(params);
    built_.graph.nodes.push_back(std::move(node));
    return built_.graph.nodes.back();
  }

  void add_role() {
    Json params = {{"RoleName", name_}};
    if (!object_.spec.contains("arn")) {
      params["Path"] = object_.spec.value("path", "/");
      params["AssumeRolePolicyDocument"] = json_text(trust_document(object_, facts_));
      params["MaxSessionDuration"] = seconds(member(object_.spec, "maxSessionDuration"), 3600);
      params["Description"] =
          object_.spec.value("description", "Managed by byoc: " + to_string(object_.key()));
    }
    const Json& exclusive = member(object_.spec, "policies/exclusive");
    add("role", "role", std::move(params)).exclusive = exclusive == true;
    built_.graph.main = "role";
  }

  std::string document(const Json& policy) {
    const Json& given = policy.at("document");
    std::string text = given.is_string() ? given.get<std::string>() : given.dump();
    std::string missing;
    if (!fill_roles(object_, facts_, text, missing) && built_.reason.empty()) {
      built_.reason = "WaitingForRole";
      built_.message = "waiting for Role/" + missing + " to have an ARN";
    }
    return text;
  }

  static std::set<std::string> inline_names(const Json& policies) {
    std::set<std::string> names;
    for (const Json& policy : member(policies, "inline")) {
      names.insert(policy.at("name").get<std::string>());
    }
    return names;
  }

  // `own`: for a preset, the names of the Role's own inline policies. A role has one inline policy
  // of a name: the preset's gets another one, so that both hold.
  void add_policies(const Json& policies, const std::string& suffix,
                    const std::set<std::string>* own = nullptr) {
    for (const Json& policy : member(policies, "managed")) {
      const std::string arn = managed_arn(policy.get<std::string>(), facts_);
      attach(arn, arn);
    }
    for (const Json& policy : member(policies, "inline")) {
      auto name = policy.at("name").get<std::string>();
      while (own != nullptr && own->contains(name)) name += "-preset";
      add("role-inline-policy",
          (own == nullptr ? "inline-policy/" : "preset-inline-policy/") + key_part(name),
          {{"RoleName", ref("role", "RoleName")},
           {"PolicyName", name},
           {"PolicyDocument", document(policy)}});
    }
    for (const Json& policy : member(policies, "customer")) {
      const std::string name = policy.at("name").get<std::string>() + suffix;
      const std::string arn = arn_prefix(facts_) + facts_.account + ":policy/" + name;
      const std::string fallback = "Managed by byoc: " + to_string(object_.key());
      const std::string key = "policy/" + key_part(name);
      Desired& node = add("policy", key,
                          {{"Arn", arn},
                           {"PolicyName", name},
                           {"Description", policy.value("description", fallback)},
                           {"PolicyDocument", document(policy)}});
      node.former_keys = {"policy/" + name};
      attach(arn, ref(key, "Arn"));
    }
  }

  // Accounts, partitions and paths have policies of one name: the whole ARN tells them apart.
  void attach(const std::string& arn, const Json& written) {
    if (!attached_.insert(arn).second) return;  // a preset and the manifest may name the same
    add("role-policy", "role-policy/" + key_part(arn),
        {{"RoleName", ref("role", "RoleName")}, {"PolicyArn", written}});
  }

  void add_profile() {
    add("instance-profile", "instance-profile", {{"InstanceProfileName", name_}});
    add("instance-profile-role", "instance-profile-role",
        {{"InstanceProfileName", ref("instance-profile", "InstanceProfileName")},
         {"RoleName", ref("role", "RoleName")}});
  }

  const Object& object_;
  const Owner& owner_;
  const Facts& facts_;
  std::string name_;
  std::set<std::string> attached_;  // ARNs of policies
  Built built_;
};

}  // namespace

Built build_role(const Object& object, const Owner& owner, const Facts& facts) {
  Built built = RoleBuilder(object, owner, facts).build();
  apply_management(object, built.graph);
  return built;
}

}  // namespace byoc
