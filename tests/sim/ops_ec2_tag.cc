// EC2: tags of anything, by id.
#include <algorithm>

#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

// All resources that a tag call names, or the error for the first that does not exist.
Answer find_all(OpContext& context, const Json& ids, std::vector<Tags*>& found) {
  for (const Json& item : ids) {
    const auto& id = item.get_ref<const std::string&>();
    const TaggedKind* kind = tagged_kind(id);
    if (kind == nullptr) return fail("InvalidID", "The ID '" + id + "' is not valid");
    Tags* tags = edit_tags(context, id);
    if (tags == nullptr) return unknown_id(kind->unknown, "ID", kind->prefix, id);
    found.push_back(tags);
  }
  if (found.empty()) return fail("MissingParameter", "The request names no resource");
  return done();
}

Answer create_tags(OpContext& context, const Json& params) {
  std::vector<Tags*> found;
  Answer bad = find_all(context, params.at("Resources"), found);
  if (!bad.ok()) return bad;
  const Tags added = read_tags(params.at("Tags"));
  if (added.empty()) return fail("MissingParameter", "The request has no tag");
  for (const auto& [key, value] : added) {
    if (key.starts_with("aws:")) {
      return fail("InvalidParameterValue",
                  "Tag keys starting with 'aws:' are reserved for internal use");
    }
  }
  if (const auto why = refuse_tags(added)) return fail("InvalidParameterValue", *why);
  for (const Tags* tags : found) {
    Tags all = added;
    all.insert(tags->begin(), tags->end());
    if (all.size() > kTagsMax) {
      return fail("TagLimitExceeded", "The maximum number of tags for a resource is 50");
    }
  }
  for (Tags* tags : found) {
    for (const auto& [key, value] : added) (*tags)[key] = value;
  }
  return done();
}

// A tag without a Value goes whatever its value is; one that is not there is no error.
Answer delete_tags(OpContext& context, const Json& params) {
  std::vector<Tags*> found;
  Answer bad = find_all(context, params.at("Resources"), found);
  if (!bad.ok()) return bad;
  for (Tags* tags : found) {
    if (!params.contains("Tags")) {
      std::erase_if(*tags, [](const auto& tag) { return !tag.first.starts_with("aws:"); });
    }
    for (const Json& tag : list(params, "Tags")) {
      const auto at = tags->find(text(tag, "Key"));
      if (at == tags->end() || at->first.starts_with("aws:")) continue;
      if (!tag.contains("Value") || text(tag, "Value") == at->second) tags->erase(at);
    }
  }
  return done();
}

bool fits_all(const std::vector<Filter>& filters, const TaggedKind& kind, const std::string& id,
              const std::string& key, const std::string& value) {
  return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
    if (filter.name == "resource-id") return fits(filter, {id});
    if (filter.name == "resource-type") return fits(filter, {std::string(kind.type)});
    if (filter.name == "key") return fits(filter, {key});
    if (filter.name == "value") return fits(filter, {value});
    return fits_tags(filter, {{key, value}});
  });
}

Answer describe_tags(OpContext& context, const Json& params) {
  std::vector<Filter> filters;
  Answer bad = read_filters(params, "resource-id resource-type key value", filters);
  if (!bad.ok()) return bad;
  Json items = Json::array();
  each_tagged(
      context.ec2(), context.sight, [&](const auto& kind, const auto& id, const Tags& tags) {
        for (const auto& [key, value] : tags) {
          if (!fits_all(filters, kind, id, key, value)) continue;
          items.push_back(
              {{"ResourceId", id}, {"ResourceType", kind.type}, {"Key", key}, {"Value", value}});
        }
      });
  return done({{"Tags", std::move(items)}});
}

constexpr OpRule kEc2TagOps[] = {
    {"ec2", "CreateTags", create_tags, kMutates, "Resources!:l Tags!:l"},
    {"ec2", "DeleteTags", delete_tags, kMutates, "Resources!:l Tags:l"},
    {"ec2", "DescribeTags", describe_tags, kReads, "@paged"},
};

}  // namespace

std::span<const OpRule> ec2_tag_ops() {
  return kEc2TagOps;
}

}  // namespace byoc::sim
