// LookAnswer: the answer to a query, as it is kept and shared by everybody who asked the same.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/status.h"
#include "base/time.h"

namespace byoc {

// The body is kept as CBOR (RFC 8949), a fifth of what it takes as values: a controller keeps the
// answers about all of its objects, and looks at one object at a time.
class LookAnswer {
 public:
  LookAnswer() = default;
  LookAnswer(Status status, const Json& body);

  Status status;
  Time asked{};  // when the question was sent: the answer shows nothing newer for certain

  // The whole body, made again with each call; for an answer whose status is ok.
  [[nodiscard]] Json body() const;
  // Whether the body has a list of objects under this name.
  [[nodiscard]] bool has_list(std::string_view name) const;
  // Whether every item of this list names an owner in its tags, as it must where that was asked
  // for.
  [[nodiscard]] bool all_have_owners(std::string_view list) const;
  // The items of the body's lists whose tags name this owner.
  [[nodiscard]] std::vector<Json> items_of(const std::string& owner_uid) const;
  // The items whose tags name another owner and that hold this text.
  [[nodiscard]] std::vector<Json> items_of_others(const std::string& owner_uid,
                                                  std::string_view text) const;

 private:
  struct Packed {
    std::vector<std::uint8_t> bytes;
    // By owner: where its items begin and end.
    std::map<std::string, std::vector<std::pair<std::uint32_t, std::uint32_t>>, std::less<>> items;
    std::vector<std::string> lists;  // the names of the body's lists of objects
    std::vector<std::string> owned;  // of those in which every item names an owner
  };
  static Packed pack(const Json& body);

  std::shared_ptr<const Packed> packed_;
};

using Answers = std::map<std::string, LookAnswer>;  // by query name

}  // namespace byoc
