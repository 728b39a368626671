// What all Describe operations of EC2 share: id lists, filters and paging parameters.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/ec2.h"

namespace byoc::sim {

using Strings = std::vector<std::string>;

struct Filter {
  std::string name;
  Strings values;  // any of them; * and ? are wild
};

// What one Describe operation knows.
struct Describe {
  std::string_view ids;      // the parameter, "VpcIds"
  std::string_view items;    // the member of the answer, "Vpcs"
  std::string_view prefix;   // of ids, "vpc-"
  std::string_view unknown;  // the code, "InvalidVpcID.NotFound"
  std::string_view noun;     // "vpc ID"
  std::string_view filters;  // words; tag:KEY, tag-key and tag-value are known everywhere
};

// Reads Filters and the paging parameters; an error for a filter that is not in `known`.
[[nodiscard]] Answer read_filters(const Json& params, std::string_view known,
                                  std::vector<Filter>& filters);
[[nodiscard]] bool fits(const Filter& filter, const Strings& values);
[[nodiscard]] bool is_tag_filter(const Filter& filter);
[[nodiscard]] bool fits_tags(const Filter& filter, const Tags& tags);

// "The vpc ID 'vpc-x' does not exist"; "...Malformed" when the id has another form.
[[nodiscard]] Answer unknown_id(const Describe& what, const std::string& id);
[[nodiscard]] Answer unknown_id(std::string_view code, std::string_view noun,
                                std::string_view prefix, const std::string& id);

// The one loop of all Describe operations. show(thing) -> Json; values(thing, filter name) ->
// Strings.
template <class T, class Show, class Values>
Answer describe(OpContext& context, const Json& params, const Describe& what, const Table<T>& table,
                Show show, Values values) {
  std::vector<Filter> filters;
  Answer bad = read_filters(params, what.filters, filters);
  if (!bad.ok()) return bad;
  const Json& ids = list(params, what.ids);
  if (!ids.empty() && params.contains("MaxResults")) {
    return fail("InvalidParameterCombination", "The parameter " + std::string(what.ids) +
                                                   " cannot be used with the parameter maxResults");
  }
  Json items = Json::array();
  Strings seen;
  table.each_listed(context.sight, [&](const std::string& id, const T& thing) {
    if (!ids.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) return;
    if (!ids.empty()) seen.push_back(id);
    for (const Filter& filter : filters) {
      const bool fit = is_tag_filter(filter) ? fits_tags(filter, thing.tags)
                                             : fits(filter, values(thing, filter.name));
      if (!fit) return;
    }
    items.push_back(show(thing));
  });
  for (const Json& id : ids) {
    const auto& wanted = id.get_ref<const std::string&>();
    if (std::find(seen.begin(), seen.end(), wanted) == seen.end()) return unknown_id(what, wanted);
  }
  Json body;
  body[std::string(what.items)] = std::move(items);
  return done(std::move(body));
}

[[nodiscard]] inline std::string show_flag(bool value) {
  return value ? "true" : "false";
}
// Adds "Tags" when there are any, as the wire does.
void put_tags(Json& body, const Tags& tags);

}  // namespace byoc::sim
