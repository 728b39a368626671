#include "reconcilers/blocking.h"

#include <algorithm>

#include "reconcilers/reference.h"

namespace byoc {
namespace {

bool is_harmless(const Blocking& one, const Json& item) {
  if (!one.needed.empty() && member(item, one.needed).is_null()) return true;
  if (one.harmless.empty()) return false;
  const Json members = Json::parse(one.harmless);
  return std::all_of(members.items().begin(), members.items().end(),
                     [&](const auto& entry) { return member(item, entry.key()) == entry.value(); });
}

std::string name_of(const Blocking& one, const Json& item) {
  const Json& id = one.id.empty() ? item : member(item, one.id);
  if (!id.is_string()) return {};
  std::string name = std::string(one.what) + " " + id.get<std::string>();
  const Json& about = one.about.empty() ? Json() : member(item, one.about);
  if (about.is_string() && !about.get_ref<const std::string&>().empty()) {
    name += " (" + about.get<std::string>() + ")";
  }
  return name;
}

bool blocking_query(const Blocking& one, const Observed& observed, Query& out) {
  Json params;
  if (!fill(one.params, observed.fields, observed.id, params)) return false;
  out = make_query(observed.row->service, one.operation, std::move(params), false);
  return true;
}

}  // namespace

std::vector<Query> blocking_queries(const Observed& observed) {
  std::vector<Query> queries;
  for (const Blocking& one : observed.row->blockers) {
    Query query;
    if (blocking_query(one, observed, query)) queries.push_back(std::move(query));
  }
  return queries;
}

std::string name_blockers(const Observed& observed, const Answers& answers) {
  std::vector<std::string> names;
  for (const Blocking& one : observed.row->blockers) {
    Query query;
    if (!blocking_query(one, observed, query)) continue;
    const auto answer = answers.find(query.name);
    if (answer == answers.end() || !answer->second.status.ok()) continue;
    const Json body = answer->second.body();
    for (const Json& item : member(body, one.items)) {
      if (is_harmless(one, item)) continue;
      std::string name = name_of(one, item);
      if (!name.empty()) names.push_back(std::move(name));
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kBlockersNamedMax); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kBlockersNamedMax) {
    text += " and " + std::to_string(names.size() - kBlockersNamedMax) + " more";
  }
  return text;
}

}  // namespace byoc
