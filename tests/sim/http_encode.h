// The parsers the other way round: an answer of the simulated AWS as it goes over the wire.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "cloud/aws/model.h"
#include "cloud/http.h"
#include "tests/sim/op.h"

namespace byoc::sim {

// Of a good answer.
[[nodiscard]] HttpResponse encode_body(const Service& service, const byoc::Operation& operation,
                                       Json body, const std::string& request_id);
[[nodiscard]] HttpResponse encode_error(const Service& service, const byoc::Operation& operation,
                                        const Answer& said, const std::string& request_id);
// What a proxy says in its place.
[[nodiscard]] HttpResponse page_of_a_proxy(std::uint64_t chance);

// Takes the page's members out of a list call's parameters. Answers with where the page begins.
[[nodiscard]] std::size_t take_marker(const byoc::Operation& operation, Json& params);
// Leaves `size` items from `begin` on in the answer, with the marker of the next page.
void cut_page(const byoc::Operation& operation, std::size_t begin, std::size_t size, Json& body);

}  // namespace byoc::sim
