// Pages of a list operation: the parameters of the next one, and all of them as one answer.
#pragma once

#include "base/json.h"
#include "base/status.h"
#include "cloud/aws/model.h"

namespace byoc {

inline constexpr int kPagesMax = 1000;

// Adds the model's page size where the caller gave none and the service allows one.
void add_page_size(const Service& service, const Operation& operation, Json& params);

// Takes one page into `merged` (the first page when it is empty) and sets the tokens of the next
// one in `params`. True when there is a next one. unavailable when the service repeats a token.
[[nodiscard]] Result<bool> add_page(const Operation& operation, Json page, Json& merged,
                                    Json& params);

}  // namespace byoc
