// AWS as a provider: accounts and regions, roles that are assumed, and facts of a region.
#include <algorithm>
#include <utility>

#include "cloud/aws/endpoint.h"
#include "cloud/aws/errors.h"
#include "controller/progress.h"
#include "controller/provider.h"
#include "reconcilers/addons.h"
#include "reconcilers/location.h"
#include "reconcilers/offers.h"
#include "reconcilers/reference.h"
#include "reconcilers/zones.h"

namespace byoc {
namespace {

constexpr std::size_t kSessionNameRest = 59;  // of the 64 characters, behind "byoc-"

// One fact, and the call that tells it.
struct AwsFact {
  FactName name;
  const char* service;
  const char* operation;
  const char* list;  // that every sound answer has
  const char* what;  // in the list
  void (*read)(const Json& body, Facts& facts);
  // Parameters of each call for an object; null: one call without any.
  std::vector<Json> (*params)(const Object& object);
  bool optional;       // an endpoint that does not have the operation says nothing
  bool may_be_denied;  // nor does one that refuses it: what follows is told later, by others
};

constexpr AwsFact kFacts[] = {
    {FactName::zones, "ec2", "DescribeAvailabilityZones", "AvailabilityZones", "zones", read_zones,
     nullptr, false, false},
    {FactName::addons, "eks", "DescribeAddonVersions", "addons", "add-ons", read_addon_versions,
     addon_version_params, true, false},
    {FactName::offers, "ec2", "DescribeInstanceTypeOfferings", "InstanceTypeOfferings", "offers",
     read_offers, offer_params, true, true},
};

bool has_identity(const ObjectKey& key, Identity identity) {
  const ObjectKind* kind = find_kind(key.kind);
  return kind != nullptr && kind->identity == identity;
}

// The role that an object works as, as its manifest and the object that it refers to say.
struct WrittenRole {
  Principal principal;              // without external id
  std::optional<ObjectKey> lender;  // that it refers to
  const Object* external_id_of = nullptr;
  bool lender_exists = false;
};

WrittenRole written_role(const Object& source, const AccessInput& input) {
  WrittenRole role;
  role.external_id_of = &source;
  role.principal.region = text_member(source.spec, "region");
  if (role.principal.region.empty()) role.principal.region = input.default_region;
  role.principal.role_arn = text_member(source.spec, "roleArn");
  for (const ObjectKey& key : references_of(source)) {
    if (role.lender || !lends_identity(key.kind)) continue;
    role.lender = key;
    const Object* lender = input.find(key);
    if (lender == nullptr) continue;
    role.lender_exists = true;
    role.principal.role_arn = text_member(lender->status, "arn");
    role.external_id_of = lender;
  }
  return role;
}

Access no_access(Status failure, std::string reason, bool waiting) {
  Access access;
  access.failure = std::move(failure);
  access.reason = std::move(reason);
  access.waiting = waiting;
  return access;
}

Access waiting_for_lender(const ObjectKey& lender, const std::string& why) {
  return no_access(error(Code::unavailable, why), lender.kind + "NotReady", true);
}

Access waiting_for_source(const Object& object) {
  std::string kind;
  for (const ObjectKey& key : references_of(object)) {
    if (kind.empty() && has_identity(key, Identity::own)) kind = key.kind;
  }
  const std::string what = kind.empty() ? "object to work in" : kind;
  return no_access(
      error(Code::unavailable, "waiting for its " + what + ", which does not exist yet"),
      "WaitingFor" + (kind.empty() ? "Reference" : kind), true);
}

Access access_as(const Object& source, const AccessInput& input) {
  WrittenRole role = written_role(source, input);
  if (role.lender && !role.lender_exists) {
    return waiting_for_lender(*role.lender, to_string(*role.lender) + " does not exist (yet)");
  }
  if (role.lender && role.principal.role_arn.empty() && !input.dry_run) {
    return waiting_for_lender(*role.lender,
                              "waiting for " + to_string(*role.lender) + " to be ready");
  }
  if (!role.principal.role_arn.empty()) {
    role.principal.session_name = "byoc-" + source.metadata.name.substr(0, kSessionNameRest);
    auto id = input.secrets.external_id(*role.external_id_of, input.dry_run);
    if (!id.ok()) return no_access(id.status(), "ExternalIdUnavailable", false);
    if (id.value()) role.principal.external_id = *id.value();
  }
  Access access;
  access.principal = std::make_shared<const Principal>(std::move(role.principal));
  return access;
}

Access ambient_access(const ObjectKind& kind, const AccessInput& input) {
  Access access;
  if (kind.lends_identity) {
    auto id = input.secrets.external_id(input.object, input.dry_run);
    if (!id.ok()) return no_access(id.status(), "ExternalIdUnavailable", false);
    if (id.value()) access.secrets["externalId"] = *id.value();
  }
  Principal principal;
  principal.region = input.default_region;
  access.principal = std::make_shared<const Principal>(std::move(principal));
  return access;
}

Query caller_query() {
  return make_query("sts", "GetCallerIdentity", Json::object(), /*detail=*/false);
}

void add_queries(const AwsFact& fact, const Object& object, std::vector<Query>& out) {
  const std::vector<Json> all =
      fact.params == nullptr ? std::vector<Json>{Json::object()} : fact.params(object);
  for (const Json& params : all) {
    out.push_back(make_query(fact.service, fact.operation, params, /*detail=*/true));
  }
}

const AwsFact* fact_of(const Query& query) {
  const auto* found = std::find_if(std::begin(kFacts), std::end(kFacts), [&](const AwsFact& fact) {
    return query.service == fact.service && query.operation == fact.operation;
  });
  return found == std::end(kFacts) ? nullptr : found;
}

bool is_lacking(const Query& query, const Status& status) {
  const AwsFact* fact = fact_of(query);
  if (fact == nullptr) return false;
  return (status.code == Code::unsupported && fact->optional) ||
         (status.code == Code::denied && fact->may_be_denied);
}

FactsOutcome refused(const Query& query, const Status& status, const Principal& principal) {
  Status failure = status;
  const bool denied = status.code == Code::denied;
  if (denied && !principal.role_arn.empty()) {
    failure.message = "cannot work as " + principal.role_arn + ": " + status.message;
  }
  return {std::move(failure), denied ? denial_reason(status) : "CannotReachAws", query.name};
}

FactsOutcome unsound(const Query& query, const std::string& what) {
  const std::string call = query.service + ":" + query.operation;
  return {error(Code::unavailable, "the answer to " + call + " " + what), "CannotReachAws",
          query.name};
}

FactsOutcome read_caller(const Query& query, const Json& body, Facts& facts) {
  facts.account = text_member(body, "Account");
  facts.caller_arn = text_member(body, "Arn");
  facts.partition = partition_of(facts.caller_arn);
  const bool sound = !facts.account.empty() && facts.caller_arn.starts_with("arn:");
  return sound ? FactsOutcome() : unsound(query, "names no account");
}

class AwsProvider : public Provider {
 public:
  Access access_of(const ObjectKind& kind, const AccessInput& input) const override {
    if (kind.identity == Identity::ambient) return ambient_access(kind, input);
    const Object* source = identity_source(input.object, input.find);
    return source == nullptr ? waiting_for_source(input.object) : access_as(*source, input);
  }

  // A role that is not there (any more) is no reason not to look.
  std::optional<Principal> sweep_access_of(const ObjectKind& kind,
                                           const AccessInput& input) const override {
    if (kind.identity != Identity::own) return std::nullopt;
    WrittenRole role = written_role(input.object, input);
    if (role.principal.role_arn.empty()) return role.principal;
    role.principal.session_name = "byoc-sweep";
    const auto id = input.secrets.external_id(*role.external_id_of, /*dry_run=*/false);
    if (id.ok() && id.value()) role.principal.external_id = *id.value();
    return role.principal;
  }

  // Who the credentials belong to is asked as often as what is looked at: they change while we run.
  std::vector<Query> fact_queries(const ObjectKind& kind, const Object& object) const override {
    std::vector<Query> queries = {caller_query()};
    if (observes(object)) return queries;
    for (const AwsFact& fact : kFacts) {
      const auto& wanted = *kind.facts;
      if (std::find(wanted.begin(), wanted.end(), fact.name) != wanted.end()) {
        add_queries(fact, object, queries);
      }
    }
    return queries;
  }

  FactsOutcome read_facts(const std::vector<Query>& asked, const Answers& answers,
                          const Principal& principal, Facts& facts) const override {
    for (const Query& query : asked) {
      const Status& status = answers.at(query.name).status;
      if (is_lacking(query, status)) continue;
      if (!status.ok()) return refused(query, status, principal);
    }
    for (const Query& query : asked) {
      const LookAnswer& answer = answers.at(query.name);
      const AwsFact* fact = fact_of(query);
      if (is_lacking(query, answer.status)) continue;
      if (fact == nullptr) {
        FactsOutcome outcome = read_caller(query, answer.body(), facts);
        if (!outcome.failure.ok()) return outcome;
      } else if (!answer.has_list(fact->list)) {
        return unsound(query, std::string("lists no ") + fact->what);
      } else {
        fact->read(answer.body(), facts);
      }
    }
    return {};
  }

  // A region that is not enabled in the account says of good credentials that they are not valid.
  std::optional<Witness> witness_of(const FactsOutcome& outcome,
                                    const Principal& principal) const override {
    const std::string home(home_region_of(principal.region));
    if (!may_be_region_trouble(outcome.failure.aws_code) || principal.region == home)
      return std::nullopt;
    Principal witness = principal;
    witness.region = home;
    return Witness{std::make_shared<const Principal>(std::move(witness)), caller_query()};
  }

  FactsOutcome explained(FactsOutcome outcome, const Principal& principal, const Witness& witness,
                         const LookAnswer& answer) const override {
    if (!answer.status.ok()) return outcome;
    const std::string& region = principal.region;
    outcome.failure.message =
        "the region " + region + " may not be enabled in the account " +
        text_member(answer.body(), "Account") + ": the credentials are good in " +
        witness.principal->region + ", and there it is said of them: " + outcome.failure.message +
        ". `aws account get-region-opt-status --region-name " + region +
        "` tells, and `aws account enable-region --region-name " + region +
        "` enables it. (A session token of the global STS endpoint is refused there, too: set "
        "AWS_STS_REGIONAL_ENDPOINTS=regional where it is made)";
    outcome.reason = "RegionNotEnabled";
    return outcome;
  }
};

}  // namespace

const Provider& aws_provider() {
  static const AwsProvider kProvider;
  return kProvider;
}

}  // namespace byoc
