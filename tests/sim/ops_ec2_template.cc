// EC2: launch templates and their versions.
#include <algorithm>
#include <charconv>

#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kTemplates = {"LaunchTemplateIds",
                                 "LaunchTemplates",
                                 "lt-",
                                 "InvalidLaunchTemplateId.NotFound",
                                 "launch template ID",
                                 "launch-template-name create-time"};

Json show_template(const LaunchTemplate& one) {
  Json body = {{"LaunchTemplateId", one.id},
               {"LaunchTemplateName", one.name},
               {"CreateTime", format_time(one.created)},
               {"CreatedBy", "arn:aws:iam::aws:simulated"},
               {"DefaultVersionNumber", one.default_version},
               {"LatestVersionNumber", one.versions.back().number}};
  put_tags(body, one.tags);
  return body;
}

Json show_version(const LaunchTemplate& one, const LaunchTemplateVersion& version) {
  Json body = {{"LaunchTemplateId", one.id},
               {"LaunchTemplateName", one.name},
               {"VersionNumber", version.number},
               {"DefaultVersion", version.number == one.default_version},
               {"CreateTime", format_time(version.created)},
               {"CreatedBy", "arn:aws:iam::aws:simulated"},
               {"LaunchTemplateData", version.data}};
  if (!version.description.empty()) body["VersionDescription"] = version.description;
  return body;
}

bool template_name_fits(const std::string& name) {
  return name.size() >= 3 && name.size() <= 128 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  std::string_view("().-/_").find(c) != std::string_view::npos;
         });
}

Answer check_data(const Json& data) {
  if (data.empty()) return fail("MissingParameter", "LaunchTemplateData is empty");
  const std::string& type = text(data, "InstanceType");
  if (!type.empty() && !known_instance_type(type)) {
    return fail("InvalidParameterValue", "Invalid instance type " + type);
  }
  if (data.contains("NetworkInterfaces") && data.contains("SecurityGroupIds")) {
    return fail("InvalidParameterCombination",
                "Network interfaces and an instance-level security groups may not be specified on "
                "the same request");
  }
  return done();
}

// The template that LaunchTemplateId or LaunchTemplateName means, exactly one of them.
Answer choose(OpContext& context, const Json& params, LaunchTemplate*& found) {
  const std::string& id = text(params, "LaunchTemplateId");
  const std::string& name = text(params, "LaunchTemplateName");
  if (id.empty() == name.empty()) {
    return fail(id.empty() ? "MissingParameter" : "InvalidParameterCombination",
                "Either provide launch template ID or launch template name");
  }
  found = nullptr;
  if (!id.empty()) {
    found = context.ec2().templates.find(id, context.sight);
    return found == nullptr ? unknown_id(kTemplates, id) : done();
  }
  std::string by_name;
  context.ec2().templates.each([&](const auto& key, const LaunchTemplate& one) {
    if (one.name == name) by_name = key;
  });
  found = context.ec2().templates.find(by_name, context.sight);
  if (found != nullptr) return done();
  return fail("InvalidLaunchTemplateName.NotFoundException",
              "The specified launch template, with template name " + name + ", does not exist.");
}

// "$Latest", "$Default" (also when empty) or a number; null when there is no such version.
const LaunchTemplateVersion* choose_version(const LaunchTemplate& one, const std::string& version) {
  int number = 0;
  if (version.empty() || version == "$Default") {
    number = one.default_version;
  } else if (version == "$Latest") {
    number = one.versions.back().number;
  } else {
    const auto [end, error] =
        std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc{} || end != version.data() + version.size()) return nullptr;
  }
  const auto at = std::find_if(one.versions.begin(), one.versions.end(),
                               [&](const auto& v) { return v.number == number; });
  return at == one.versions.end() ? nullptr : &*at;
}

Answer unknown_version(const LaunchTemplate& one, const std::string& version) {
  return fail("InvalidLaunchTemplateId.VersionNotFound", "Could not find the specified version " +
                                                             version +
                                                             " for the launch template with "
                                                             "ID " +
                                                             one.id + ".");
}

Answer create_template(OpContext& context, const Json& params) {
  LaunchTemplate one;
  one.name = text(params, "LaunchTemplateName");
  if (!template_name_fits(one.name)) {
    return fail("InvalidLaunchTemplateName.MalformedException",
                "The launch template name " + one.name + " is malformed");
  }
  const auto same = [&](const LaunchTemplate& other) { return other.name == one.name; };
  if (context.ec2().templates.any(same)) {
    return fail("InvalidLaunchTemplateName.AlreadyExistsException",
                "Launch template name already in use.");
  }
  const Json& data = params.at("LaunchTemplateData");
  Answer bad = check_data(data);
  if (!bad.ok()) return bad;
  bad = read_tag_specifications(params, "launch-template", one.tags);
  if (!bad.ok()) return bad;
  one.id = context.new_id("lt");
  one.created = context.now;
  one.versions.push_back({1, text(params, "VersionDescription"), data, context.now});
  const std::string id = one.id;
  const auto& made = context.ec2().templates.add(id, std::move(one), context.lag());
  return done({{"LaunchTemplate", show_template(made)}});
}

Answer create_version(OpContext& context, const Json& params) {
  LaunchTemplate* one = nullptr;
  Answer bad = choose(context, params, one);
  if (!bad.ok()) return bad;
  Json data = params.at("LaunchTemplateData");
  bad = check_data(data);
  if (!bad.ok()) return bad;
  const std::string& source = text(params, "SourceVersion");
  if (!source.empty()) {
    const LaunchTemplateVersion* base = choose_version(*one, source);
    if (base == nullptr) return unknown_version(*one, source);
    Json merged = base->data;
    merged.update(data);
    data = std::move(merged);
  }
  one->versions.push_back({one->versions.back().number + 1, text(params, "VersionDescription"),
                           std::move(data), context.now});
  return done({{"LaunchTemplateVersion", show_version(*one, one->versions.back())}});
}

Answer describe_templates(OpContext& context, const Json& params) {
  Json by_id = params;
  by_id.erase("LaunchTemplateNames");
  Answer answer = describe(context, by_id, kTemplates, context.ec2().templates, show_template,
                           [](const LaunchTemplate& one, std::string_view name) -> Strings {
                             if (name == "launch-template-name") return {one.name};
                             return {format_time(one.created)};
                           });
  const Json& names = list(params, "LaunchTemplateNames");
  if (!answer.ok() || names.empty()) return answer;
  Json chosen = Json::array();
  for (const Json& name : names) {
    const std::size_t before = chosen.size();
    for (const Json& item : answer.body["LaunchTemplates"]) {
      if (item["LaunchTemplateName"] == name) chosen.push_back(item);
    }
    if (chosen.size() == before) {
      return fail("InvalidLaunchTemplateName.NotFoundException",
                  "At least one of the launch templates specified in the request does not exist.");
    }
  }
  return done({{"LaunchTemplates", std::move(chosen)}});
}

Answer versions_of(const LaunchTemplate& one, const Json& wanted, Json& shown) {
  if (wanted.empty()) {
    for (const auto& version : one.versions) shown.push_back(show_version(one, version));
  }
  for (const Json& name : wanted) {
    const auto* version = choose_version(one, name.get<std::string>());
    if (version == nullptr) return unknown_version(one, name.get<std::string>());
    shown.push_back(show_version(one, *version));
  }
  return done();
}

// Without a template: the named versions ($Latest, $Default) of all templates.
Answer describe_versions(OpContext& context, const Json& params) {
  Json shown = Json::array();
  const Json& wanted = list(params, "Versions");
  Answer bad;
  if (params.contains("LaunchTemplateId") || params.contains("LaunchTemplateName")) {
    LaunchTemplate* one = nullptr;
    bad = choose(context, params, one);
    if (bad.ok()) bad = versions_of(*one, wanted, shown);
  } else if (wanted.empty()) {
    return fail("MissingParameter", "The request needs a launch template or versions");
  } else {
    context.ec2().templates.each_listed(context.sight, [&](const auto&, const auto& one) {
      if (bad.ok()) bad = versions_of(one, wanted, shown);
    });
  }
  if (!bad.ok()) return bad;
  return done({{"LaunchTemplateVersions", std::move(shown)}});
}

Answer modify_template(OpContext& context, const Json& params) {
  LaunchTemplate* one = nullptr;
  Answer bad = choose(context, params, one);
  if (!bad.ok()) return bad;
  const std::string& wanted = text(params, "DefaultVersion");
  const LaunchTemplateVersion* version = choose_version(*one, wanted);
  if (version == nullptr) return unknown_version(*one, wanted);
  one->default_version = version->number;
  return done({{"LaunchTemplate", show_template(*one)}});
}

Answer delete_template(OpContext& context, const Json& params) {
  LaunchTemplate* one = nullptr;
  Answer bad = choose(context, params, one);
  if (!bad.ok()) return bad;
  Json shown = show_template(*one);
  context.ec2().templates.remove(std::string(one->id), context.now, context.hide_time());
  return done({{"LaunchTemplate", std::move(shown)}});
}

Answer delete_versions(OpContext& context, const Json& params) {
  LaunchTemplate* one = nullptr;
  Answer bad = choose(context, params, one);
  if (!bad.ok()) return bad;
  Json gone = Json::array();
  Json kept = Json::array();
  for (const Json& name : params.at("Versions")) {
    const auto* version = choose_version(*one, name.get<std::string>());
    if (version == nullptr || version->number == one->default_version) {
      const bool missing = version == nullptr;
      kept.push_back({{"LaunchTemplateId", one->id},
                      {"VersionNumber", missing ? Json(0) : Json(version->number)},
                      {"ResponseError",
                       {{"Code", missing ? "launchTemplateVersionDoesNotExist"
                                         : "launchTemplateVersionIsDefault"}}}});
      continue;
    }
    const int number = version->number;
    gone.push_back({{"LaunchTemplateId", one->id}, {"VersionNumber", number}});
    std::erase_if(one->versions, [&](const auto& v) { return v.number == number; });
  }
  return done({{"SuccessfullyDeletedLaunchTemplateVersions", std::move(gone)},
               {"UnsuccessfullyDeletedLaunchTemplateVersions", std::move(kept)}});
}

constexpr OpRule kEc2TemplateOps[] = {
    {"ec2", "CreateLaunchTemplate", create_template, kMutates,
     "LaunchTemplateName! LaunchTemplateData!:o VersionDescription TagSpecifications:l",
     "ClientToken"},
    {"ec2", "CreateLaunchTemplateVersion", create_version, kMutates,
     "LaunchTemplateId LaunchTemplateName SourceVersion VersionDescription LaunchTemplateData!:o",
     "ClientToken"},
    {"ec2", "DescribeLaunchTemplates", describe_templates, kReads,
     "LaunchTemplateIds:l LaunchTemplateNames:l @paged"},
    {"ec2", "DescribeLaunchTemplateVersions", describe_versions, kReads,
     "LaunchTemplateId LaunchTemplateName Versions:l MaxResults:i"},
    {"ec2", "ModifyLaunchTemplate", modify_template, kMutates,
     "LaunchTemplateId LaunchTemplateName DefaultVersion!", "ClientToken"},
    {"ec2", "DeleteLaunchTemplate", delete_template, kMutates,
     "LaunchTemplateId LaunchTemplateName"},
    {"ec2", "DeleteLaunchTemplateVersions", delete_versions, kMutates,
     "LaunchTemplateId LaunchTemplateName Versions!:l"},
};

}  // namespace

TemplateChoice find_template(OpContext& context, const std::string& id, const std::string& name,
                             const std::string& version) {
  Json params = Json::object();
  if (!id.empty()) params["LaunchTemplateId"] = id;
  if (!name.empty()) params["LaunchTemplateName"] = name;
  LaunchTemplate* one = nullptr;
  if (!choose(context, params, one).ok()) return {};
  return {one, choose_version(*one, version)};
}

std::span<const OpRule> ec2_template_ops() {
  return kEc2TemplateOps;
}

}  // namespace byoc::sim
