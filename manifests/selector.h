// Which objects are meant: Kubernetes' selectors of labels and of fields.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace byoc {

class Selector {
 public:
  Selector() = default;  // means everything

  // "team=a,tier!=web,gpu,!spot,zone in (a,b)"; invalid with what is wrong about it.
  [[nodiscard]] static Result<Selector> parse(std::string_view text);

  [[nodiscard]] bool fits(const std::map<std::string, std::string>& labels) const;
  // The same of fields: "metadata.name=demo" looks at /metadata/name; an absent one is "".
  [[nodiscard]] bool fits_fields(const Json& object) const;

 private:
  struct Term {
    std::string key;
    bool wanted = true;               // false: !key, key!=value, key notin (...)
    std::vector<std::string> values;  // empty: that it is there is enough
  };
  [[nodiscard]] static Result<Term> parse_term(std::string_view text);

  std::vector<Term> terms_;
};

}  // namespace byoc
