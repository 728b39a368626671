#include "reconcilers/build.h"

#include "base/attempt.h"
#include "reconcilers/kinds.h"
#include "reconcilers/order.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

Built cannot_be_built(std::string reason, std::string message) {
  Built built;
  built.reason = std::move(reason);
  built.message = std::move(message);
  built.wrong = true;
  return built;
}

}  // namespace

Built build(const Object& object, const Owner& owner, const Facts& facts) {
  const ObjectKind* kind = find_kind(object.kind);
  if (kind == nullptr) {
    return cannot_be_built("UnknownKind", "this version of byoc does not know the kind " +
                                              object.kind + "; upgrade byoc, or remove the object");
  }
  Built built;
  const Status status = attempt("the spec of " + to_string(object.key()) + " cannot be read",
                                [&] { built = kind->build(object, owner, facts); });
  if (!status.ok()) return cannot_be_built("InvalidSpec", status.message);
  if (!built.reason.empty()) return built;
  const Status possible = check_graph(built.graph);
  return possible.ok() ? built : cannot_be_built("ImpossibleGraph", possible.message);
}

std::set<std::string> retained_types(const Object& object) {
  std::set<std::string> types;
  const ObjectKind* kind = find_kind(object.kind);
  if (kind == nullptr) return types;
  for (const RetainedPart& part : kind->retained) {
    const Json& value = member(object.spec, part.path);
    const bool said = value.is_string();
    if ((said ? value.get_ref<const std::string&>() : part.fallback) == "Retain") {
      types.emplace(part.type);
    }
  }
  return types;
}

Tags tags_of(const Object& object) {
  Tags tags;
  const Json& given = member(object.spec, "tags");
  if (!given.is_object()) return tags;
  for (const auto& [key, value] : given.items()) tags[key] = value.get<std::string>();
  return tags;
}

bool observes(const Object& object) {
  return text_member(object.spec, "managementPolicy") == "Observe";
}

void apply_management(const Object& object, Graph& graph) {
  const Tags tags = tags_of(object);
  const auto flag = [&](const char* name) {
    const Json& value = member(object.spec, name);
    return value.is_boolean() && value.get<bool>();
  };
  for (Desired& node : graph.nodes) {
    for (const auto& [key, value] : tags) node.tags.try_emplace(key, value);
    for (const Json& key : member(object.spec, "ignoreTags")) {
      node.ignore_tags.push_back(key.get<std::string>());
    }
    node.observe_only = observes(object);
    node.adopt = flag("adopt");
    node.replace = flag("allowReplace");
  }
}

}  // namespace byoc
