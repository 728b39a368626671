#include "reconcilers/answer.h"

#include <algorithm>

#include "base/attempt.h"
#include "base/check.h"
#include "reconcilers/ownership.h"

namespace byoc {
namespace {

constexpr std::uint8_t kList = 0x80;  // CBOR's major types, which its first byte begins with
constexpr std::uint8_t kMap = 0xa0;

// The first bytes of a list or a map of `size` members: the size in the first byte, or in the one
// byte, two or four that come after it.
void add_head(std::uint8_t type, std::size_t size, std::vector<std::uint8_t>& out) {
  constexpr std::size_t kInline = 24;
  if (size < kInline) return out.push_back(static_cast<std::uint8_t>(type | size));
  check(size <= 0xffffffff, "an answer with fewer than 2^32 items");
  const int width = size <= 0xff ? 0 : size <= 0xffff ? 1 : 2;  // as a power of two
  out.push_back(static_cast<std::uint8_t>(type | (kInline + static_cast<std::size_t>(width))));
  for (int shift = (8 << width) - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(size >> shift));
  }
}

}  // namespace

LookAnswer::LookAnswer(Status its_status, const Json& body) : status(std::move(its_status)) {
  const Status packing = attempt("an answer cannot be kept",
                                 [&] { packed_ = std::make_shared<const Packed>(pack(body)); });
  if (!packing.ok() && status.ok()) status = packing;
}

// What to_cbor() makes of the body, and where the items stand in it.
LookAnswer::Packed LookAnswer::pack(const Json& body) {
  Packed packed;
  std::vector<std::uint8_t> bytes;
  if (body.is_object()) {
    add_head(kMap, body.size(), bytes);
    for (const auto& [name, member] : body.items()) {
      Json::to_cbor(name, bytes);
      if (!member.is_array()) {
        Json::to_cbor(member, bytes);
        continue;
      }
      add_head(kList, member.size(), bytes);
      const bool objects = std::all_of(member.begin(), member.end(),
                                       [](const Json& item) { return item.is_object(); });
      if (objects) packed.lists.emplace_back(name);
      if (objects && std::all_of(member.begin(), member.end(), has_owner_tags)) {
        packed.owned.emplace_back(name);
      }
      for (const Json& item : member) {
        const std::size_t begin = bytes.size();
        Json::to_cbor(item, bytes);
        const std::string uid = owner_of(item);
        if (!uid.empty()) packed.items[uid].emplace_back(begin, bytes.size());
      }
    }
  } else {
    Json::to_cbor(body, bytes);
  }
  bytes.shrink_to_fit();
  packed.bytes = std::move(bytes);
  return packed;
}

Json LookAnswer::body() const {
  return packed_ == nullptr ? Json() : Json::from_cbor(packed_->bytes);
}

bool LookAnswer::has_list(std::string_view name) const {
  return packed_ != nullptr && std::any_of(packed_->lists.begin(), packed_->lists.end(),
                                           [name](const auto& list) { return list == name; });
}

bool LookAnswer::all_have_owners(std::string_view list) const {
  return packed_ != nullptr &&
         std::find(packed_->owned.begin(), packed_->owned.end(), list) != packed_->owned.end();
}

std::vector<Json> LookAnswer::items_of(const std::string& owner_uid) const {
  std::vector<Json> out;
  if (packed_ == nullptr) return out;
  const auto found = packed_->items.find(std::string_view(owner_uid));
  if (found == packed_->items.end()) return out;
  const std::uint8_t* const bytes = packed_->bytes.data();
  for (const auto& [begin, end] : found->second) {
    out.push_back(Json::from_cbor(bytes + begin, bytes + end));
  }
  return out;
}

std::vector<Json> LookAnswer::items_of_others(const std::string& owner_uid,
                                              std::string_view text) const {
  std::vector<Json> out;
  if (packed_ == nullptr) return out;
  const std::uint8_t* const bytes = packed_->bytes.data();
  for (const auto& [uid, places] : packed_->items) {
    if (std::string_view(uid) == owner_uid) continue;
    for (const auto& [begin, end] : places) {
      const std::string_view item(reinterpret_cast<const char*>(bytes) + begin, end - begin);
      if (item.find(text) == std::string_view::npos) continue;
      out.push_back(Json::from_cbor(bytes + begin, bytes + end));
    }
  }
  return out;
}

}  // namespace byoc
