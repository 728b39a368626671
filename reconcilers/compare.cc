#include "reconcilers/compare.h"

#include <algorithm>
#include <optional>

#include "manifests/canonical.h"
#include "reconcilers/reference.h"
#include "reconcilers/step.h"

namespace byoc {
namespace {

// Whether a tag key is one of those that the manifest leaves to others; "*" at the end fits all
// that begin so.
bool is_left_alone(const std::vector<std::string>& patterns, const std::string& key) {
  if (key.starts_with(kTagPrefix)) return false;  // nobody else's
  return std::any_of(patterns.begin(), patterns.end(), [&key](const std::string& pattern) {
    if (!pattern.ends_with('*')) return pattern == key;
    return key.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
  });
}

const Json kNull;

bool holds_list(const Json& desired, const Json& observed, const Sight* known) {
  if (!observed.is_array() || desired.size() != observed.size()) return false;
  const auto& wanted = desired.get_ref<const Json::array_t&>();
  const auto& seen = observed.get_ref<const Json::array_t&>();
  const auto alike = [known](const Json& want, const Json& have) {
    return holds(want, have, known);
  };
  if (std::equal(wanted.begin(), wanted.end(), seen.begin(), alike)) return true;
  std::vector<bool> used(seen.size(), false);
  return std::all_of(wanted.begin(), wanted.end(), [&](const Json& want) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (used[i] || !alike(want, seen[i])) continue;
      used[i] = true;
      return true;
    }
    return false;
  });
}

bool is_empty_value(const Json& value) {
  return value.is_null() || (value.is_structured() && value.empty()) ||
         (value.is_string() && value.get_ref<const std::string&>().empty());
}

Json document(const Json& value) {
  if (!value.is_string()) return value;
  return Json::parse(value.get_ref<const std::string&>(), nullptr, /*allow_exceptions=*/false);
}

bool listed(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool same_field(const Row& row, const Desired& desired, const std::string& field,
                const Json& wanted, const Json& seen) {
  if (listed(row.documents, field)) return same_document(wanted, seen);
  if (listed(row.ordered, field)) return wanted == seen || has_references(wanted);
  if (listed(row.exact, field)) return holds(wanted, seen) && holds(seen, wanted);
  if (desired.ignore.empty()) return holds(wanted, seen) || has_references(wanted);
  const Json compared = without_ignored(desired, field, wanted);
  return compared.is_null() || holds(compared, seen) || has_references(compared);
}

// Whether a field that no update can follow names what will be made again, with another id.
bool refers_to_absent(const Row& row, const std::string& field, const Json& value,
                      const Known& known) {
  if (!known.absent) return false;
  const auto set = std::find_if(row.set.begin(), row.set.end(),
                                [&field](const Set& one) { return one.field == field; });
  if (set != row.set.end() && set->keeps.empty()) return false;
  const Json& fixed = set == row.set.end() ? value : member(value, set->keeps);
  return any_reference(fixed, [&known](const Reference& one) { return known.absent(one.key); });
}

// Whether a version that is only ever raised has got as far, or farther.
bool stands_above(const Desired& desired, const std::string& field, const Json& wanted,
                  const Json& seen) {
  const auto& all = desired.at_least;
  if (std::find(all.begin(), all.end(), field) == all.end()) return false;
  if (seen.is_null()) return true;  // nobody can tell
  return wanted.is_string() && seen.is_string() &&
         !is_older(seen.get_ref<const std::string&>(), wanted.get_ref<const std::string&>());
}

}  // namespace

bool is_settable(const Row& row, const Change& change) {
  return std::any_of(row.set.begin(), row.set.end(), [&change](const Set& set) {
    if (set.field != change.field) return false;
    return set.keeps.empty() || member(change.to, set.keeps) == member(change.from, set.keeps);
  });
}

Json without(std::string_view path, const std::string& field, Json value) {
  const std::string prefix = "/" + field;
  if (path == prefix) return nullptr;
  if (!path.starts_with(prefix + "/")) return value;
  const Json::json_pointer inner(std::string(path.substr(prefix.size())));
  if (value.contains(inner)) value[inner.parent_pointer()].erase(inner.back());
  return value;
}

Json without_ignored(const Desired& desired, const std::string& field, const Json& value) {
  Json out = value;
  for (const std::string& path : desired.ignore) out = without(path, field, std::move(out));
  return out;
}

bool holds(const Json& desired, const Json& observed, const Sight* known) {
  if (desired.is_object()) {
    if (desired.empty()) return is_empty_value(observed) || observed.is_object();
    if (!observed.is_object()) return false;
    const auto& seen = observed.get_ref<const Json::object_t&>();
    for (const auto& [name, value] : desired.get_ref<const Json::object_t&>()) {
      const auto found = seen.find(name);
      if (!holds(value, found == seen.end() ? kNull : found->second, known)) return false;
    }
    return true;
  }
  if (desired.is_array()) {
    return desired.empty() ? is_empty_value(observed) : holds_list(desired, observed, known);
  }
  if (desired.is_binary()) {
    const auto reference = known == nullptr ? std::nullopt : sole_reference(desired);
    if (!reference) return false;
    const Json& value = (*known)(*reference);
    return !value.is_null() && holds(value, observed);
  }
  if (desired.is_string() && observed.is_string()) {
    return desired.get_ref<const std::string&>() == observed.get_ref<const std::string&>();
  }
  if (desired.is_null()) return is_empty_value(observed);
  if (desired.type() == observed.type() || (desired.is_number() && observed.is_number())) {
    return desired == observed;
  }
  if (is_empty_value(desired) && is_empty_value(observed)) return true;
  if (observed.is_null()) return desired.is_boolean() && !desired.get<bool>();
  const auto text = [](const Json& v) { return v.is_string() ? v.get<std::string>() : v.dump(); };
  return !observed.is_structured() && text(desired) == text(observed);
}

bool same_document(const Json& desired, const Json& observed) {
  if (desired == observed) return true;
  if (has_references(desired)) return false;
  const Json left = document(desired);
  const Json right = document(observed);
  if (left.is_discarded() || right.is_discarded()) return desired == observed;
  return canonical_policy(left) == canonical_policy(right);
}

std::vector<Change> compare_fields(const Row& row, const Desired& desired, const Known& known,
                                   const Observed& observed) {
  std::vector<Change> changes;
  for (const auto& [field, wanted] : desired.params.get_ref<const Json::object_t&>()) {
    if (listed(row.ignored, field) || listed(row.not_sent, field)) continue;
    const Json& answered = member(observed.fields, field);
    const Json& seen = answered.is_null() ? initial_of(row, field) : answered;
    // Most fields are as they should be: nothing is copied to see that.
    const bool strict =
        listed(row.exact, field) || listed(row.documents, field) || listed(row.ordered, field);
    if (!strict && holds(wanted, seen, &known.shown)) continue;
    if (known.later && any_reference(wanted, known.later)) {
      const Json free = without_ignored(desired, field, wanted);
      if (!free.is_null()) changes.push_back({field, without_ignored(desired, field, seen), free});
      continue;
    }
    bool complete = true;
    std::optional<Json> resolved;  // most fields hold no reference and are compared as they are
    if (has_references(wanted)) resolved = resolve(wanted, known.full, complete);
    const Json& value = resolved ? *resolved : wanted;
    const bool same = same_field(row, desired, field, value, seen);
    if (same && !refers_to_absent(row, field, value, known)) continue;
    if (stands_above(desired, field, value, seen)) continue;
    changes.push_back({field, without_ignored(desired, field, seen), value});
  }
  return changes;
}

TagChanges compare_tags(const Tags& wanted, const Tags& observed,
                        const std::vector<std::string>& left_alone) {
  TagChanges changes;
  const SetMarks set_by_us = read_marks(observed, kTagKeys);
  for (const auto& [key, value] : wanted) {
    const auto seen = observed.find(key);
    if (seen != observed.end() && (seen->second == value || is_left_alone(left_alone, key))) {
      continue;
    }
    changes.put.emplace(key, value);
  }
  for (const auto& [key, value] : observed) {
    if (wanted.contains(key) || is_left_alone(left_alone, key)) continue;
    const bool own = key == kTagKeys || key == kTagParts;
    const bool foreign = key.starts_with(kTagPrefix) || key.starts_with("aws:");
    if (own || (!foreign && set_by_us.contains(mark_of(key)))) changes.removed.push_back(key);
  }
  return changes;
}

}  // namespace byoc
