// JSON pointers (RFC 6901) as text, and how they are shown to people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace byoc {

// "/spec/tags" and "a/b" -> "/spec/tags/a~1b".
[[nodiscard]] std::string pointer_to(const std::string& pointer, std::string_view token);
[[nodiscard]] std::string pointer_to(const std::string& pointer, std::size_t index);

// "/spec/tags/a~1b" -> {"spec", "tags", "a/b"}.
[[nodiscard]] std::vector<std::string> pointer_tokens(std::string_view pointer);

// "/spec/network" of "/spec/network/zones"; the same for the root, "".
[[nodiscard]] std::string pointer_parent(const std::string& pointer);

// "/spec/network/zones/1" -> "spec.network.zones[1]"; words that are no plain field names stand in
// quotes: spec.tags["a/b"].
[[nodiscard]] std::string pointer_shown(std::string_view pointer);

}  // namespace byoc
