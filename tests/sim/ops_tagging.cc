// Resource Groups Tagging API: one look over the tagged resources of an account and region.
#include <algorithm>

#include "tests/sim/census.h"
#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

bool fits_tag_filters(const Json& filters, const Tags& tags) {
  return std::all_of(filters.begin(), filters.end(), [&](const Json& filter) {
    const auto at = tags.find(text(filter, "Key"));
    if (at == tags.end()) return false;
    const Json& values = list(filter, "Values");
    return values.empty() ||
           std::find(values.begin(), values.end(), Json(at->second)) != values.end();
  });
}

// "ec2" fits all of EC2, "ec2:vpc" only VPCs.
bool fits_types(const Json& types, const std::string& type) {
  return types.empty() || std::any_of(types.begin(), types.end(), [&](const Json& item) {
           const auto& wanted = item.get_ref<const std::string&>();
           return type == wanted || type.starts_with(wanted + ':');
         });
}

// IAM is not there: its resources belong to no region, and AWS shows few of them.
Answer get_resources(OpContext& context, const Json& params) {
  Json items = Json::array();
  each_thing(context.world, context.sight, [&](const Thing& thing) {
    if (thing.account != context.account.id || thing.region != context.region.name) return;
    if (thing.tags->empty() || !fits_types(list(params, "ResourceTypeFilters"), thing.type) ||
        !fits_tag_filters(list(params, "TagFilters"), *thing.tags)) {
      return;
    }
    items.push_back({{"ResourceARN", thing.arn}, {"Tags", show_tags(*thing.tags)}});
  });
  return done({{"ResourceTagMappingList", std::move(items)}});
}

constexpr OpRule kTaggingOps[] = {
    {"resourcegroupstaggingapi", "GetResources", get_resources, kReads,
     "TagFilters:l ResourceTypeFilters:l ResourcesPerPage:i"},
};

}  // namespace

std::span<const OpRule> tagging_ops() {
  return kTaggingOps;
}

}  // namespace byoc::sim
