#include "reconcilers/parts.h"

#include "reconcilers/reference.h"

namespace byoc {

void add_parts(const Json& item, const char* list, std::vector<Observed>& out,
               const std::function<std::optional<Observed>(const Json&)>& read) {
  const std::string owner_uid = owner_of(item);
  for (const Json& part : member(item, list)) {
    std::optional<Observed> observed = read(part);
    if (!observed) continue;
    observed->owner_uid = owner_uid;
    out.push_back(std::move(*observed));
  }
}

}  // namespace byoc
