// ECR repositories: names of the region and account, and images that only `force` deletes with
// them.
#include <regex>

#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kRepositoryNameMax = 256;

Answer ecr_invalid(std::string message) {
  return fail("InvalidParameterException", std::move(message));
}

Answer no_repository(const std::string& name) {
  return fail("RepositoryNotFoundException",
              "The repository with name '" + name + "' does not exist in the registry");
}

bool is_repository_name(const std::string& name) {
  constexpr const char* kPart = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
  static const std::regex kName(std::string(kPart) + "(/" + kPart + ")*");
  return name.size() >= 2 && name.size() <= kRepositoryNameMax && std::regex_match(name, kName);
}

Json show_repository(const OpContext& context, const std::string& name, const EcrRepository& one) {
  return {{"repositoryArn", one.arn},
          {"registryId", context.account.id},
          {"repositoryName", name},
          {"repositoryUri",
           context.account.id + ".dkr.ecr." + context.region.name + ".amazonaws.com/" + name},
          {"createdAt", format_time(one.created)},
          {"imageTagMutability", "MUTABLE"},
          {"imageScanningConfiguration", {{"scanOnPush", false}}},
          {"encryptionConfiguration", {{"encryptionType", "AES256"}}}};
}

Answer create_repository(OpContext& context, const Json& params) {
  const std::string& name = text(params, "repositoryName");
  EcrRepository made;
  made.arn = context.arn("ecr", "repository/" + name);
  made.created = context.now;
  made.tags = read_tags(list(params, "tags"));
  if (!is_repository_name(name)) return ecr_invalid("Invalid parameter at 'repositoryName'");
  if (auto no = refuse_tags(made.tags)) return fail("InvalidTagParameterException", *no);
  if (context.region.ecr.repositories.find(name) != nullptr) {
    return fail("RepositoryAlreadyExistsException",
                "The repository with name '" + name + "' already exists in the registry");
  }
  Json shown = show_repository(context, name, made);
  context.region.ecr.repositories.add(name, std::move(made), context.lag());
  return done({{"repository", std::move(shown)}});
}

Answer describe_repositories(OpContext& context, const Json& params) {
  Json shown = Json::array();
  const Json& names = list(params, "repositoryNames");
  if (!names.empty() && params.contains("maxResults")) {
    return ecr_invalid("maxResults cannot be used with repositoryNames");
  }
  for (const Json& item : names) {
    const std::string name = item.get<std::string>();
    const EcrRepository* one = context.region.ecr.repositories.find(name, context.sight);
    if (one == nullptr) return no_repository(name);
    shown.push_back(show_repository(context, name, *one));
  }
  if (names.empty()) {
    context.region.ecr.repositories.each_listed(
        context.sight, [&](const auto& name, const EcrRepository& one) {
          shown.push_back(show_repository(context, name, one));
        });
  }
  return done({{"repositories", std::move(shown)}});
}

Answer delete_repository(OpContext& context, const Json& params) {
  const std::string& name = text(params, "repositoryName");
  const EcrRepository* one = context.region.ecr.repositories.find(name, context.sight);
  if (one == nullptr) return no_repository(name);
  if (one->images > 0 && !flag(params, "force")) {
    return fail("RepositoryNotEmptyException",
                "The repository with name '" + name + "' cannot be deleted: it has images");
  }
  Json shown = show_repository(context, name, *one);
  context.region.ecr.repositories.remove(name, context.now, context.hide_time());
  return done({{"repository", std::move(shown)}});
}

// Runs `run` on the tags of the repository that an ARN names.
template <class Fn>
Answer with_tags(OpContext& context, const Json& params, Fn run) {
  const std::string& arn = text(params, "resourceArn");
  const std::string prefix = context.arn("ecr", "repository/");
  if (!arn.starts_with(prefix)) return ecr_invalid("Invalid parameter at 'resourceArn'");
  const std::string name = arn.substr(prefix.size());
  EcrRepository* one = context.region.ecr.repositories.find(name, context.sight);
  return one == nullptr ? no_repository(name) : run(one->tags);
}

Answer tag_repository(OpContext& context, const Json& params) {
  return with_tags(context, params, [&](Tags& tags) {
    Tags next = read_tags(list(params, "tags"));
    next.insert(tags.begin(), tags.end());
    if (auto no = refuse_tags(next)) return fail("InvalidTagParameterException", *no);
    tags = std::move(next);
    return done();
  });
}

Answer untag_repository(OpContext& context, const Json& params) {
  return with_tags(context, params, [&](Tags& tags) {
    for (const Json& key : list(params, "tagKeys")) tags.erase(key.get<std::string>());
    return done();
  });
}

Answer list_repository_tags(OpContext& context, const Json& params) {
  return with_tags(context, params, [](const Tags& tags) {
    return done({{"tags", show_tags(tags)}});
  });
}

constexpr OpRule kEcrOps[] = {
    {"ecr", "CreateRepository", create_repository, kMutates, "repositoryName! tags:l"},
    {"ecr", "DescribeRepositories", describe_repositories, kReads,
     "repositoryNames:l nextToken maxResults:i"},
    {"ecr", "DeleteRepository", delete_repository, kMutates, "repositoryName! force:b"},
    {"ecr", "TagResource", tag_repository, kMutates, "resourceArn! tags!:l"},
    {"ecr", "UntagResource", untag_repository, kMutates, "resourceArn! tagKeys!:l"},
    {"ecr", "ListTagsForResource", list_repository_tags, kReads, "resourceArn!"},
};

}  // namespace

std::span<const OpRule> ecr_ops() {
  return kEcrOps;
}

}  // namespace byoc::sim
