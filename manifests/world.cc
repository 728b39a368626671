// Reading values of unsure type, and finding objects by key.
#include "manifests/topics.h"

namespace byoc {

const Json* value_at(const Json& from, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  return from.contains(place) ? &from.at(place) : nullptr;
}

std::string text_at(const Json& from, const std::string& pointer) {
  const Json* value = value_at(from, pointer);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

const Json& list_at(const Json& from, const std::string& pointer) {
  static const Json kEmpty = Json::array();
  const Json* value = value_at(from, pointer);
  return value != nullptr && value->is_array() ? *value : kEmpty;
}

bool is_in_inventory(const Json& status, const std::string& key) {
  for (const Json& resource : list_at(status, "/inventory")) {
    if (text_at(resource, "/key") == key) return true;
  }
  return false;
}

const Json* field_of(const Json* map, const std::string& name) {
  if (map == nullptr || !map->is_object()) return nullptr;
  const auto found = map->find(name);
  return found == map->end() ? nullptr : &*found;
}

std::vector<std::string> texts_at(const Json& from, const std::string& pointer) {
  std::vector<std::string> out;
  for (const Json& item : list_at(from, pointer)) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

World::World(const std::vector<Manifest>& manifests, const std::vector<Object>& existing)
    : manifests_(manifests), existing_(existing) {
  for (const Manifest& manifest : manifests) {
    wanted_by_key_.emplace(manifest.object.key(), &manifest.object);
  }
  for (const Object& object : existing) existing_by_key_.emplace(object.key(), &object);
}

const Object* World::find(const ObjectKey& key) const {
  const auto found = wanted_by_key_.find(key);
  return found != wanted_by_key_.end() ? found->second : find_existing(key);
}

const Object* World::find_existing(const ObjectKey& key) const {
  const auto found = existing_by_key_.find(key);
  return found != existing_by_key_.end() ? found->second : nullptr;
}

bool stands_already(const Object& object, const World& world, const std::string& pointer) {
  const Object* existing = world.find_existing(object.key());
  if (existing == nullptr) return false;
  const Json* before = value_at(existing->spec, pointer);
  const Json* after = value_at(object.spec, pointer);
  return before == nullptr || after == nullptr ? before == after : *before == *after;
}

}  // namespace byoc
