// Conditions of an object: Kubernetes' form in status.conditions, sorted by type.
#include <algorithm>

#include "manifests/object.h"

namespace byoc {
namespace {

Json* conditions_of(Object& object) {
  if (!object.status.is_object()) return nullptr;
  const auto found = object.status.find("conditions");
  return found == object.status.end() || !found->is_array() ? nullptr : &*found;
}

bool is_of_type(const Json& condition, std::string_view type) {
  return condition.is_object() && condition.value("type", "") == type;
}

template <class List>
auto find_in(List& list, std::string_view type) {
  return std::find_if(list.begin(), list.end(), [&](const Json& c) { return is_of_type(c, type); });
}

}  // namespace

bool set_condition(Object& object, const Condition& condition, Time now) {
  Json next = {{"type", condition.type},
               {"status", condition.status},
               {"reason", condition.reason},
               {"message", condition.message},
               {"observedGeneration", object.metadata.generation},
               {"lastTransitionTime", format_time(now)}};
  Json* list = conditions_of(object);
  if (list == nullptr) {
    object.status["conditions"] = Json::array({std::move(next)});
    return true;
  }
  const auto found = find_in(*list, condition.type);
  if (found != list->end()) {
    if (found->value("status", "") == condition.status) {
      next["lastTransitionTime"] = found->value("lastTransitionTime", format_time(now));
    }
    if (*found == next) return false;
    *found = std::move(next);
    return true;
  }
  const auto place = std::find_if(list->begin(), list->end(), [&](const Json& c) {
    return c.is_object() && c.value("type", "") > condition.type;
  });
  list->insert(place, std::move(next));
  return true;
}

std::optional<Condition> find_condition(const Object& object, std::string_view type) {
  const auto list = object.status.find("conditions");
  if (list == object.status.end() || !list->is_array()) return std::nullopt;
  const auto found = find_in(*list, type);
  if (found == list->end()) return std::nullopt;
  return Condition{std::string(type), found->value("status", "Unknown"), found->value("reason", ""),
                   found->value("message", "")};
}

bool remove_condition(Object& object, std::string_view type) {
  Json* list = conditions_of(object);
  if (list == nullptr) return false;
  const auto found = find_in(*list, type);
  if (found == list->end()) return false;
  list->erase(found);
  return true;
}

}  // namespace byoc
