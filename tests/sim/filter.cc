#include "tests/sim/filter.h"

#include <algorithm>

namespace byoc::sim {
bool is_tag_filter(const Filter& filter) {
  return filter.name == "tag-key" || filter.name == "tag-value" || filter.name.starts_with("tag:");
}

Answer read_filters(const Json& params, std::string_view known, std::vector<Filter>& filters) {
  const Json& items = list(params, params.contains("Filter") ? "Filter" : "Filters");
  for (const Json& item : items) {
    Filter filter{text(item, "Name"), {}};
    for (const Json& value : list(item, "Values"))
      filter.values.push_back(value.get<std::string>());
    if (!is_tag_filter(filter) && !has_word(known, filter.name)) {
      return fail("InvalidParameterValue", "The filter '" + filter.name + "' is invalid");
    }
    if (filter.values.empty() || filter.values.size() > 200) {
      return fail("InvalidParameterValue",
                  "The filter '" + filter.name + "' needs 1 to 200 values");
    }
    filters.push_back(std::move(filter));
  }
  const int max_results = number(params, "MaxResults", 1000);
  if (max_results < 5 || max_results > 1000) {
    return fail("InvalidParameterValue", "MaxResults must be between 5 and 1000");
  }
  return done();
}

bool fits(const Filter& filter, const Strings& values) {
  return std::any_of(filter.values.begin(), filter.values.end(), [&](const std::string& wanted) {
    return std::any_of(values.begin(), values.end(),
                       [&](const std::string& value) { return wild_match(wanted, value); });
  });
}

bool fits_tags(const Filter& filter, const Tags& tags) {
  if (filter.name.starts_with("tag:")) {
    const auto at = tags.find(filter.name.substr(4));
    return at != tags.end() && fits(filter, {at->second});
  }
  return std::any_of(tags.begin(), tags.end(), [&](const auto& tag) {
    return fits(filter, {filter.name == "tag-key" ? tag.first : tag.second});
  });
}

Answer unknown_id(std::string_view code, std::string_view noun, std::string_view prefix,
                  const std::string& id) {
  if (!id.starts_with(prefix)) {
    const auto dot = code.find('.');
    const std::string malformed = dot == std::string_view::npos
                                      ? "NatGatewayMalformed"  // the one family without a dot
                                      : std::string(code.substr(0, dot)) + ".Malformed";
    return fail(malformed, "Invalid id: \"" + id + "\"");
  }
  return fail(std::string(code), "The " + std::string(noun) + " '" + id + "' does not exist");
}

Answer unknown_id(const Describe& what, const std::string& id) {
  return unknown_id(what.unknown, what.noun, what.prefix, id);
}

void put_tags(Json& body, const Tags& tags) {
  if (!tags.empty()) body["Tags"] = show_tags(tags);
}

}  // namespace byoc::sim
