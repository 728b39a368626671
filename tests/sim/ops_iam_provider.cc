// OpenID Connect providers: what makes a cluster's service accounts known to IAM.
#include <algorithm>
#include <cctype>

#include "tests/sim/ec2.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kThumbprintsMax = 5;
constexpr std::size_t kClientsMax = 100;

std::optional<Answer> refuse_provider(const Json& params) {
  const std::string& url = text(params, "Url");
  if (!url.starts_with(kScheme) || url.size() == kScheme.size() || url.size() > 255) {
    return fail("ValidationError", "Invalid Open ID Connect Provider URL");
  }
  if (list(params, "ClientIDList").size() > kClientsMax) {
    return limit_exceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100");
  }
  if (list(params, "ThumbprintList").size() > kThumbprintsMax) {
    return fail("InvalidInput", "Thumbprint list must contain fewer than 5 entries.");
  }
  for (const Json& thumbprint : list(params, "ThumbprintList")) {
    const auto& hex = thumbprint.get_ref<const std::string&>();
    const bool digits =
        std::all_of(hex.begin(), hex.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
    if (hex.size() != 40 || !digits) {
      return fail("ValidationError", "Thumbprint must be 40 hexadecimal digits.");
    }
  }
  return refuse_tag_list(list(params, "Tags"));
}

Answer create_provider(OpContext& context, const Json& params) {
  if (auto no = refuse_provider(params)) return *std::move(no);
  Iam& iam = context.account.iam;
  IamOidcProvider provider;
  provider.url = text(params, "Url").substr(kScheme.size());
  provider.arn = context.arn("iam", "oidc-provider/" + provider.url);
  if (iam.providers.find(provider.arn) != nullptr) {
    return fail("EntityAlreadyExists",
                "Provider with url " + text(params, "Url") + " already exists.", 409);
  }
  if (iam.providers.size() >= static_cast<std::size_t>(iam.quota.providers)) {
    return limit_exceeded("Cannot exceed quota for OpenIdConnectProvidersPerAccount: " +
                          std::to_string(iam.quota.providers));
  }
  provider.clients = list(params, "ClientIDList").get<std::vector<std::string>>();
  provider.thumbprints = list(params, "ThumbprintList").get<std::vector<std::string>>();
  provider.created = context.now;
  provider.tags = read_tags(list(params, "Tags"));
  Json body = {{"OpenIDConnectProviderArn", provider.arn}};
  if (!provider.tags.empty()) body["Tags"] = show_tags(provider.tags);
  const std::string arn = provider.arn;
  iam.providers.add(arn, std::move(provider), context.lag());
  return done(std::move(body));
}

IamOidcProvider* find_provider(OpContext& context, const Json& params) {
  return context.account.iam.providers.find(text(params, "OpenIDConnectProviderArn"),
                                            context.sight);
}

Answer no_provider(const Json& params) {
  return no_such_entity("OpenIDConnect Provider not found for arn " +
                        text(params, "OpenIDConnectProviderArn"));
}

Answer get_provider(OpContext& context, const Json& params) {
  const IamOidcProvider* provider = find_provider(context, params);
  if (provider == nullptr) return no_provider(params);
  Json body = {{"Url", provider->url},
               {"ClientIDList", provider->clients},
               {"ThumbprintList", provider->thumbprints},
               {"CreateDate", format_time(provider->created)}};
  if (!provider->tags.empty()) body["Tags"] = show_tags(provider->tags);
  return done(std::move(body));
}

Answer list_providers(OpContext& context, const Json&) {
  Json providers = Json::array();
  context.account.iam.providers.each_listed(context.sight,
                                            [&](const std::string& arn, const auto&) {
                                              providers.push_back({{"Arn", arn}});
                                            });
  return done({{"OpenIDConnectProviderList", std::move(providers)}});
}

Answer update_thumbprints(OpContext& context, const Json& params) {
  IamOidcProvider* provider = find_provider(context, params);
  if (provider == nullptr) return no_provider(params);
  provider->thumbprints = list(params, "ThumbprintList").get<std::vector<std::string>>();
  return done();
}

Answer add_client(OpContext& context, const Json& params) {
  IamOidcProvider* provider = find_provider(context, params);
  if (provider == nullptr) return no_provider(params);
  const std::string& client = text(params, "ClientID");
  if (std::find(provider->clients.begin(), provider->clients.end(), client) ==
      provider->clients.end()) {
    provider->clients.push_back(client);
  }
  return done();
}

Answer remove_client(OpContext& context, const Json& params) {
  IamOidcProvider* provider = find_provider(context, params);
  if (provider == nullptr) return no_provider(params);
  std::erase(provider->clients, text(params, "ClientID"));
  return done();
}

// Deleting what is not there succeeds: the reference calls the operation idempotent.
Answer delete_provider(OpContext& context, const Json& params) {
  context.account.iam.providers.remove(text(params, "OpenIDConnectProviderArn"), context.now,
                                       context.hide_time());
  return done();
}

Answer tag_provider(OpContext& context, const Json& params) {
  IamOidcProvider* provider = find_provider(context, params);
  if (provider == nullptr) return no_provider(params);
  if (auto no = refuse_tag_list(list(params, "Tags"))) return *std::move(no);
  if (add_tags(provider->tags, list(params, "Tags"))) return done();
  return limit_exceeded("The number of tags has reached the maximum limit.");
}

Answer untag_provider(OpContext& context, const Json& params) {
  IamOidcProvider* provider = find_provider(context, params);
  if (provider == nullptr) return no_provider(params);
  drop_tags(provider->tags, list(params, "TagKeys"));
  return done();
}

Answer list_provider_tags(OpContext& context, const Json& params) {
  const IamOidcProvider* provider = find_provider(context, params);
  if (provider == nullptr) return no_provider(params);
  return done({{"Tags", show_tags(provider->tags)}, {"IsTruncated", false}});
}

constexpr OpRule kIamProviderOps[] = {
    {"iam", "CreateOpenIDConnectProvider", create_provider, kMutates,
     "Url! ClientIDList:l ThumbprintList:l Tags:l"},
    {"iam", "GetOpenIDConnectProvider", get_provider, kReads, "OpenIDConnectProviderArn!"},
    {"iam", "ListOpenIDConnectProviders", list_providers, kReads, ""},
    {"iam", "UpdateOpenIDConnectProviderThumbprint", update_thumbprints, kMutates,
     "OpenIDConnectProviderArn! ThumbprintList!:l"},
    {"iam", "AddClientIDToOpenIDConnectProvider", add_client, kMutates,
     "OpenIDConnectProviderArn! ClientID!"},
    {"iam", "RemoveClientIDFromOpenIDConnectProvider", remove_client, kMutates,
     "OpenIDConnectProviderArn! ClientID!"},
    {"iam", "DeleteOpenIDConnectProvider", delete_provider, kMutates, "OpenIDConnectProviderArn!"},
    {"iam", "TagOpenIDConnectProvider", tag_provider, kMutates,
     "OpenIDConnectProviderArn! Tags!:l"},
    {"iam", "UntagOpenIDConnectProvider", untag_provider, kMutates,
     "OpenIDConnectProviderArn! TagKeys!:l"},
    {"iam", "ListOpenIDConnectProviderTags", list_provider_tags, kReads,
     "OpenIDConnectProviderArn! Marker MaxItems:i"},
};

}  // namespace

std::span<const OpRule> iam_provider_ops() {
  return kIamProviderOps;
}

}  // namespace byoc::sim
