// Which objects are meant: Kubernetes' selectors of labels and of fields. What they take and refuse
// is what k8s.io/apimachinery takes and refuses: labels.Parse with selection.Requirement, and
// fields.ParseSelector. A selector that does not parse means nothing, never everything.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace byoc {

class Selector {
 public:
  Selector() = default;  // means everything

  // "team=a,tier!=web,gpu,!spot,zone in (a,b),age>3"; `invalid` with what is wrong about it.
  [[nodiscard]] static Result<Selector> parse(std::string_view text);

  [[nodiscard]] bool fits(const std::map<std::string, std::string>& labels) const;
  // Nothing is demanded: everything fits.
  [[nodiscard]] bool empty() const { return terms_.empty(); }

 private:
  friend class SelectorParser;
  enum class Op : std::uint8_t { in, not_in, exists, absent, greater, less };
  struct Term {
    std::string key;
    Op op = Op::exists;
    std::set<std::string> values;
    std::int64_t bound = 0;  // of greater and less
    [[nodiscard]] bool fits(const std::map<std::string, std::string>& labels) const;
  };
  std::vector<Term> terms_;
};

class FieldSelector {
 public:
  FieldSelector() = default;  // means everything

  // "metadata.name=demo,status.phase!=Ready"; `invalid` for another field than the `known` ones.
  [[nodiscard]] static Result<FieldSelector> parse(std::string_view text,
                                                   std::span<const std::string_view> known);

  // "metadata.name=demo" looks at /metadata/name; an absent one is "".
  [[nodiscard]] bool fits(const Json& object) const;
  [[nodiscard]] bool empty() const { return terms_.empty(); }

 private:
  struct Term {
    std::string path;
    bool equal = true;
    std::string value;
  };
  std::vector<Term> terms_;
};

}  // namespace byoc
