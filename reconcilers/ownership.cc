#include "reconcilers/ownership.h"

#include <algorithm>

#include "base/hash.h"

namespace byoc {
namespace {

// With the longest name of an object before it and a word like "access-entry", a key still fits
// into the tag Name, which has 256 characters at most.
constexpr std::size_t kKeyPartMax = 160;

// Letters, digits and what else the value of a tag may hold (Tag Editor's user guide: all of
// _ . : / = + - @), without "=", which begins what is escaped.
bool may_stand_in_key(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("_.:/+-@").find(c) != std::string_view::npos;
}

constexpr std::size_t kMarkWidth = 5;      // of 32 characters: one in 33 million is the same
constexpr std::size_t kTagValueMax = 256;  // AWS's limit

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

void read_tag_list(const Json& list, Tags& out) {
  for (const Json& tag : list) {
    if (!tag.is_object()) continue;
    const auto key = tag.find("Key");
    const auto value = tag.find("Value");
    if (key != tag.end()) out[text_of(*key)] = value == tag.end() ? "" : text_of(*value);
  }
}

}  // namespace

Tags read_tags(const Json& item) {
  Tags tags;
  for (const char* name : {"Tags", "TagSet", "tags"}) {
    const auto found = item.find(name);
    if (found == item.end()) continue;
    if (found->is_array()) read_tag_list(*found, tags);
    if (!found->is_object()) continue;
    for (const auto& [key, value] : found->items()) tags[key] = text_of(value);
  }
  return tags;
}

std::string owner_of(const Json& item) {
  if (!item.is_object()) return {};
  for (const char* name : {"Tags", "TagSet", "tags"}) {
    const auto found = item.find(name);
    if (found == item.end()) continue;
    if (found->is_object()) {
      const auto uid = found->find(kTagOwnerUid);
      return uid == found->end() ? std::string() : text_of(*uid);
    }
    if (!found->is_array()) continue;
    for (const Json& tag : *found) {
      const auto key = tag.find("Key");
      const auto value = tag.find("Value");
      if (key != tag.end() && value != tag.end() && *key == kTagOwnerUid) return text_of(*value);
    }
  }
  return {};
}

bool has_owner_tags(const Json& item) {
  if (owner_of(item).empty()) return false;
  for (const char* name : {"Tags", "TagSet", "tags"}) {
    const auto found = item.find(name);
    if (found == item.end() || !found->is_array()) continue;
    for (const Json& tag : *found) {
      if (!tag.is_object() || text_of(member(tag, "Key")).empty()) return false;
      if (!member(tag, "Value").is_string()) return false;
    }
  }
  return true;
}

void take_ownership_from_tags(Observed& observed) {
  const auto value = [&](std::string_view name) {
    const auto found = observed.tags.find(std::string(name));
    return found == observed.tags.end() ? std::string() : found->second;
  };
  observed.owner_uid = value(kTagOwnerUid);
  observed.key = value(kTagKey);
  observed.intent = value(kTagIntent);
}

const Tags& WantedTags::of(const std::string& key, const Tags& user) {
  const auto [at, fresh] = made_.try_emplace(user);
  Made& made = at->second;
  if (fresh) {
    made.tags = user;
    SetMarks keys;
    for (const auto& [name, value] : user) keys.insert(mark_of(name));
    if (!keys.empty()) made.tags[std::string(kTagKeys)] = marks_text(keys);
    if (!user.contains("Name")) made.name = &made.tags["Name"];
    made.tags[std::string(kTagOwnerUid)] = owner_.uid;
    made.tags[std::string(kTagOwner)] = to_string(owner_.object);
    made.key = &made.tags[std::string(kTagKey)];
  }
  *made.key = key;
  if (made.name != nullptr) made.name->assign(owner_.object.name).append("/").append(key);
  return made.tags;
}

Tags wanted_tags(const Owner& owner, const std::string& key, const Tags& user) {
  return WantedTags(owner).of(key, user);
}

std::string key_part(std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  constexpr std::size_t kHash = 16;
  std::string part;
  for (const char c : text) {
    if (may_stand_in_key(c)) {
      part += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      part.append("=").append(1, kHexDigits[byte >> 4U]).append(1, kHexDigits[byte & 15U]);
    }
  }
  if (part.size() <= kKeyPartMax) return part;
  // "==" stands nowhere else: every other "=" is followed by a digit.
  return part.substr(0, kKeyPartMax - kHash - 2) +
         "==" + sha256_hex(std::string(text)).substr(0, kHash);
}

std::string mark_of(std::string_view text) {
  return sha256_base32(std::string(text)).substr(0, kMarkWidth);
}

std::string marks_text(const SetMarks& marks) {
  std::string text;
  for (const std::string& mark : marks) {
    if (text.size() + kMarkWidth <= kTagValueMax) text += mark;
  }
  return text;
}

SetMarks read_marks(const Tags& tags, std::string_view tag) {
  SetMarks marks;
  const auto found = tags.find(std::string(tag));
  if (found == tags.end()) return marks;
  for (std::size_t at = 0; at + kMarkWidth <= found->second.size(); at += kMarkWidth) {
    marks.insert(found->second.substr(at, kMarkWidth));
  }
  return marks;
}

Json tag_list(const Tags& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

std::string make_token(const std::string& owner_uid, const std::string& key,
                       const std::string& params_hash, Time promised) {
  return sha256_base32(owner_uid + '\n' + key + '\n' + params_hash + '\n' +
                       std::to_string(promised.time_since_epoch().count()));
}

std::string short_uid(const std::string& uid) {
  std::string digits = uid;
  std::erase(digits, '-');
  return digits.substr(0, 8);
}

std::string aws_name(std::string_view prefix, std::string_view middle, std::string_view suffix,
                     std::size_t max) {
  const auto join = [](std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return std::string(a) + std::string(b);
    return std::string(a) + "-" + std::string(b);
  };
  std::string whole = join(join(prefix, middle), suffix);
  std::replace(whole.begin(), whole.end(), '.', '-');
  if (whole.size() <= max) return whole;
  constexpr std::size_t kHash = 6;
  const std::string tail = join(sha256_hex(whole).substr(0, kHash), suffix);
  std::string head = join(prefix, middle).substr(0, max - tail.size() - 1);
  std::replace(head.begin(), head.end(), '.', '-');
  while (head.ends_with('-')) head.pop_back();
  return head + "-" + tail;
}

std::string cluster_name(const std::string& object_name) {
  constexpr std::size_t kEksNameMax = 100;
  return aws_name("", object_name, "", kEksNameMax);
}

}  // namespace byoc
