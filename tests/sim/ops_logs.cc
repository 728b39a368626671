// CloudWatch log groups.
#include <algorithm>
#include <array>
#include <cctype>

#include "tests/sim/ec2.h"
#include "tests/sim/store.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kLogGroupNameMax = 512;

// The values that PutRetentionPolicy takes, in days.
constexpr auto kRetentionDays =
    std::to_array({1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                   365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653});

Answer logs_invalid(std::string message) {
  return fail("InvalidParameterException", std::move(message));
}

Answer no_group() {
  return fail("ResourceNotFoundException", "The specified log group does not exist.");
}

bool is_group_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("._-/#").find(c) != std::string_view::npos;
}

LogGroup* find_group(OpContext& context, const Json& params) {
  return context.region.logs.groups.find(text(params, "logGroupName"), context.sight);
}

std::optional<Answer> refuse_tag_map(const Json& tags) {
  if (tags.size() > kTagsMax) {
    return fail("TooManyTagsException", "A resource can have no more than 50 tags.");
  }
  for (const auto& item : tags.items()) {
    if (item.key().empty() || item.key().size() > 128 || item.key().starts_with("aws:")) {
      return logs_invalid("Invalid tag key " + item.key());
    }
    if (item.value().get_ref<const std::string&>().size() > 256) {
      return logs_invalid("Invalid tag value of " + item.key());
    }
  }
  return std::nullopt;
}

LogGroup new_group(const OpContext& context, const std::string& name) {
  LogGroup group;
  group.name = name;
  group.arn = context.arn("logs", "log-group:" + name);
  group.created = context.now;
  return group;
}

Answer create_log_group(OpContext& context, const Json& params) {
  const std::string& name = text(params, "logGroupName");
  const Json tags = params.value("tags", Json::object());
  if (name.empty() || name.size() > kLogGroupNameMax ||
      !std::all_of(name.begin(), name.end(), is_group_char)) {
    return logs_invalid(
        "1 validation error detected: Value at 'logGroupName' failed to satisfy constraint: Member "
        "must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  }
  if (auto no = refuse_tag_map(tags)) return *std::move(no);
  if (context.region.logs.groups.find(name) != nullptr) {
    return fail("ResourceAlreadyExistsException", "The specified log group already exists");
  }
  LogGroup group = new_group(context, name);
  group.tags = tags.get<Tags>();
  context.region.logs.groups.add(name, std::move(group), context.lag());
  return done();
}

Json show_log_group(const LogGroup& group) {
  Json out = {{"logGroupName", group.name},
              {"creationTime", group.created.time_since_epoch().count()},  // milliseconds
              {"metricFilterCount", 0},
              {"arn", group.arn + ":*"},
              {"logGroupArn", group.arn},
              {"logGroupClass", "STANDARD"},
              {"storedBytes", 0}};
  if (group.retention_days > 0) out["retentionInDays"] = group.retention_days;
  return out;
}

Answer describe_log_groups(OpContext& context, const Json& params) {
  if (params.contains("logGroupNamePrefix") && params.contains("logGroupNamePattern")) {
    return logs_invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive.");
  }
  const std::string& prefix = text(params, "logGroupNamePrefix");
  const std::string& pattern = text(params, "logGroupNamePattern");
  Json groups = Json::array();
  context.region.logs.groups.each_listed(context.sight, [&](const auto&, const LogGroup& group) {
    if (!group.name.starts_with(prefix)) return;
    if (group.name.find(pattern) == std::string::npos) return;
    groups.push_back(show_log_group(group));
  });
  return done({{"logGroups", std::move(groups)}});
}

Answer put_retention(OpContext& context, const Json& params) {
  LogGroup* group = find_group(context, params);
  if (group == nullptr) return no_group();
  const int days = number(params, "retentionInDays");
  if (std::find(kRetentionDays.begin(), kRetentionDays.end(), days) == kRetentionDays.end()) {
    return logs_invalid(
        "1 validation error detected: Value '" + std::to_string(days) +
        "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum "
        "value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, "
        "1096, 1827, 2192, 2557, 2922, 3288, 3653]");
  }
  group->retention_days = days;
  return done();
}

Answer delete_retention(OpContext& context, const Json& params) {
  LogGroup* group = find_group(context, params);
  if (group == nullptr) return no_group();
  group->retention_days = 0;
  return done();
}

Answer delete_log_group(OpContext& context, const Json& params) {
  const LogGroup* group = find_group(context, params);
  if (group == nullptr) return no_group();
  const std::string name = group->name;
  context.region.logs.groups.remove(name, context.now, context.hide_time());
  return done();
}

// The group that a resource ARN names; the ARN has no ":*" at its end here.
struct GroupAnswer {
  LogGroup* group = nullptr;
  Answer error{};
};
GroupAnswer group_by_arn(OpContext& context, const Json& params) {
  const std::string& arn = text(params, "resourceArn");
  const std::string prefix = context.arn("logs", "log-group:");
  if (!arn.starts_with(prefix) || arn.ends_with(":*")) {
    return {nullptr, logs_invalid("The specified resource ARN is not valid: " + arn)};
  }
  LogGroup* group = context.region.logs.groups.find(arn.substr(prefix.size()), context.sight);
  if (group == nullptr) return {nullptr, no_group()};
  return {group, {}};
}

Answer tag_log_group(OpContext& context, const Json& params) {
  auto [group, error] = group_by_arn(context, params);
  if (group == nullptr) return error;
  Json tags = group->tags;
  tags.update(params.at("tags"));
  if (auto no = refuse_tag_map(tags)) return *std::move(no);
  group->tags = tags.get<Tags>();
  return done();
}

Answer untag_log_group(OpContext& context, const Json& params) {
  auto [group, error] = group_by_arn(context, params);
  if (group == nullptr) return error;
  for (const Json& key : params.at("tagKeys")) group->tags.erase(key.get<std::string>());
  return done();
}

Answer list_log_tags(OpContext& context, const Json& params) {
  auto [group, error] = group_by_arn(context, params);
  if (group == nullptr) return error;
  return done({{"tags", group->tags}});
}

constexpr OpRule kLogsOps[] = {
    {"logs", "CreateLogGroup", create_log_group, kMutates, "logGroupName! tags:o"},
    {"logs", "DescribeLogGroups", describe_log_groups, kReads,
     "logGroupNamePrefix logGroupNamePattern nextToken limit:i"},
    {"logs", "PutRetentionPolicy", put_retention, kMutates, "logGroupName! retentionInDays!:i"},
    {"logs", "DeleteRetentionPolicy", delete_retention, kMutates, "logGroupName!"},
    {"logs", "DeleteLogGroup", delete_log_group, kMutates, "logGroupName!"},
    {"logs", "TagResource", tag_log_group, kMutates, "resourceArn! tags!:o"},
    {"logs", "UntagResource", untag_log_group, kMutates, "resourceArn! tagKeys!:l"},
    {"logs", "ListTagsForResource", list_log_tags, kReads, "resourceArn!"},
};

}  // namespace

void write_log_group(OpContext& context, const std::string& name) {
  Table<LogGroup>& groups = context.region.logs.groups;
  if (groups.find(name) == nullptr) groups.add(name, new_group(context, name), context.lag());
}

std::span<const OpRule> logs_ops() {
  return kLogsOps;
}

}  // namespace byoc::sim
