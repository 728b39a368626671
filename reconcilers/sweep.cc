#include "reconcilers/sweep.h"

#include <algorithm>

#include "base/check.h"
#include "reconcilers/kinds.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// One look that shows all of a type with their tags, and whose type that is.
struct SweepLook {
  const Row* row;
  const Look* look;
};

// Looks that are made for sweeps come first, for the order of the calls.
std::vector<SweepLook> sweep_looks(Look::From from) {
  std::vector<SweepLook> out;
  for (const Row& row : all_rows()) {
    if (!row.parent.empty() || row.tagging == Tagging::none) continue;
    for (const Look& look : row.looks) {
      if (look.from == from) out.push_back({&row, &look});
    }
  }
  return out;
}

Query query_of(const SweepLook& one) {
  Json params;
  check(fill(one.look->params, Json::object(), "", params), "a look at all names no fields");
  return make_query(one.row->service, one.look->operation, std::move(params), false);
}

Query tagging_query() {
  const Json filter = {{"TagFilters", Json::array({{{"Key", std::string(kTagOwnerUid)}}})}};
  return make_query("resourcegroupstaggingapi", "GetResources", filter, false);
}

// Null when there is no good answer.
Json body_of(const Answers& answers, const Query& query) {
  const auto found = answers.find(query.name);
  return found == answers.end() || !found->second.status.ok() ? Json() : found->second.body();
}

std::string value(const Tags& tags, std::string_view name) {
  const auto found = tags.find(std::string(name));
  return found == tags.end() ? std::string() : found->second;
}

Stray stray_of(std::string_view type, std::string id, const Tags& tags) {
  return {std::string(type),
          std::move(id),
          value(tags, kTagOwner),
          value(tags, kTagKey),
          value(tags, kTagOwnerUid),
          "",
          Json::object()};
}

// What only a sweep shows in bulk is looked up by its names otherwise.
void add_observed(const SweepLook& one, const Answers& answers, std::vector<Stray>& out) {
  const auto& [row, look] = one;
  std::vector<Observed> all;
  const Json body = body_of(answers, query_of(one));
  for (const Json& item : member(body, look->items)) {
    (look->read != nullptr ? look->read : read_tagged)(*row, item, all);
  }
  for (const Observed& observed : all) {
    if (observed.life == Life::going) continue;
    out.push_back(stray_of(row->type, observed.id, observed.tags));
    if (look->from != Look::From::sweep) continue;
    for (const std::string_view name : row->identity) {
      out.back().names[std::string(name)] = member(observed.fields, name);
    }
  }
}

void add_tagged(const Json& body, std::vector<Stray>& out) {
  for (const Json& item : member(body, "ResourceTagMappingList")) {
    const std::string arn = text_member(item, "ResourceARN");
    if (arn.find(":ec2:") != std::string::npos) continue;  // the bulk looks show more of them
    Stray stray = stray_of("arn", arn, read_tags(item));
    for (const Row& row : all_rows()) {
      Json names = names_in_arn(row, arn);
      if (names.is_null()) continue;
      stray.type = row.type;
      const std::string id = text_member(names, row.id);
      stray.id = id.empty() ? arn : id;
      stray.names = std::move(names);
    }
    out.push_back(std::move(stray));
  }
}

// The kind of the record that takes away what an owner ("Cluster/demo") left behind; for owners of
// kinds that this version does not have, the one with most types of resources.
const ObjectKind& sweeping_kind(const std::string& owner) {
  const ObjectKind* kind = find_kind(owner.substr(0, owner.find('/')));
  if (kind != nullptr) return *find_kind(kind->swept_as);
  return *std::max_element(
      all_kinds().begin(), all_kinds().end(),
      [](const ObjectKind& a, const ObjectKind& b) { return a.types->size() < b.types->size(); });
}

}  // namespace

Json names_in_arn(const Row& row, const std::string& arn) {
  if (row.arn_names.empty()) return nullptr;
  std::size_t begin = 0;  // of the sixth part: "arn:partition:service:region:account:resource"
  for (int i = 0; i < 5; ++i) {
    const std::size_t colon = arn.find(':', begin);
    if (colon == std::string::npos) return nullptr;
    const std::string_view part = std::string_view(arn).substr(begin, colon - begin);
    if (i == 2 && part != (row.arn_service.empty() ? row.service : row.arn_service)) return nullptr;
    begin = colon + 1;
  }
  std::string_view rest = std::string_view(arn).substr(begin);
  if (rest.ends_with(":*")) rest.remove_suffix(2);
  std::string_view pattern = row.arn_names;
  Json names = Json::object();
  while (true) {
    const std::size_t at = pattern.find('@');
    if (rest.substr(0, at) != pattern.substr(0, at)) return nullptr;
    if (at == std::string_view::npos) return rest.size() == pattern.size() ? names : Json();
    pattern.remove_prefix(at + 1);
    rest.remove_prefix(at);
    const std::size_t slash = pattern.find('/');
    const std::size_t end = slash == std::string_view::npos ? rest.size() : rest.find('/');
    if (end == std::string_view::npos || end == 0) return nullptr;
    names[std::string(pattern.substr(0, slash))] = std::string(rest.substr(0, end));
    rest.remove_prefix(end);
    if (slash == std::string_view::npos) return names;
    pattern.remove_prefix(slash);
    if (pattern == "/*") return names;  // an id that AWS gave
  }
}

bool is_sound(const std::string& query, const LookAnswer& answer) {
  if (query == tagging_query().name) return answer.has_list("ResourceTagMappingList");
  for (const Look::From from : {Look::From::sweep, Look::From::bulk}) {
    for (const SweepLook& one : sweep_looks(from)) {
      if (query_of(one).name == query) return answer.has_list(one.look->items);
    }
  }
  return false;
}

std::vector<Query> sweep_queries() {
  std::vector<Query> queries = {tagging_query()};
  for (const Look::From from : {Look::From::sweep, Look::From::bulk}) {
    for (const SweepLook& one : sweep_looks(from)) {
      Query query = query_of(one);
      const bool asked = std::any_of(queries.begin(), queries.end(),
                                     [&](const Query& known) { return known.name == query.name; });
      if (!asked) queries.push_back(std::move(query));
    }
  }
  return queries;
}

std::vector<Stray> find_strays(const Answers& answers, const std::string& region,
                               const std::set<std::string>& live) {
  std::vector<Stray> found;
  for (const SweepLook& one : sweep_looks(Look::From::bulk)) add_observed(one, answers, found);
  add_tagged(body_of(answers, tagging_query()), found);
  for (const SweepLook& one : sweep_looks(Look::From::sweep)) add_observed(one, answers, found);
  std::vector<Stray> strays;
  std::set<std::pair<std::string, std::string>> seen;
  for (Stray& stray : found) {
    if (stray.uid.empty() || live.contains(stray.uid)) continue;
    if (!seen.emplace(stray.type, stray.id).second) continue;
    stray.region = region;
    strays.push_back(std::move(stray));
  }
  return strays;
}

Reclaim reclaim(const std::vector<Stray>& strays, Time now) {
  check(!strays.empty(), "nothing to reclaim");
  const Stray& first = strays.front();
  Reclaim made;
  Object& object = made.object;
  const ObjectKind& kind = sweeping_kind(first.owner);
  object.kind = *kind.name;
  object.metadata.name = "swept-" + short_uid(first.uid);
  object.metadata.uid = first.uid;
  object.metadata.finalizers = {std::string(kFinalizer)};
  object.metadata.deleted = now;
  object.metadata.annotations["byoc.dev/swept-owner"] = first.owner;
  object.spec = Json::object();
  if (!kind.global) object.spec["region"] = first.region;
  for (const Stray& stray : strays) {
    const Row* row = row_of(stray.type);
    if (stray.names.empty() || row == nullptr || row->holds_data) continue;
    Intent intent;
    intent.owner_uid = first.uid;
    intent.key = stray.key;
    intent.type = stray.type;
    intent.id = stray.id;
    intent.state = Intent::State::made;
    intent.created = intent.sent = now;
    intent.made = stray.names;
    made.intents.push_back(std::move(intent));
  }
  return made;
}

}  // namespace byoc
