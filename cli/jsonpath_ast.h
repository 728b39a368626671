// What a JSONPath template consists of; made by jsonpath_parse.cc, followed by jsonpath.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace byoc {

struct JsonPathFilter;

struct JsonPathSlice {
  std::optional<long> first;
  std::optional<long> last;
  long step = 1;  // at least 1
};

// One step from some values to others. `descend` first goes to all values below.
struct JsonPathStep {
  enum class Kind { members, elements, slice, all, filter, root };
  Kind kind = Kind::all;
  bool descend = false;
  std::vector<std::string> names;  // members
  std::vector<long> indices;       // elements
  JsonPathSlice slice;
  std::shared_ptr<const JsonPathFilter> filter;
};

using JsonPathSteps = std::vector<JsonPathStep>;

struct JsonPathOperand {
  std::optional<Json> literal;
  JsonPathSteps path;  // from the element under test, when there is no literal
};

struct JsonPathFilter {
  JsonPathOperand left;
  std::string op;  // "==", "!=", "<", "<=", ">", ">="; empty: `left` exists
  JsonPathOperand right;
};

struct JsonPathNode {
  enum class Kind { text, path, range };
  Kind kind = Kind::text;
  std::string text;
  JsonPathSteps path;
  std::vector<JsonPathNode> body;  // range
};

[[nodiscard]] Result<std::vector<JsonPathNode>> parse_jsonpath(std::string_view text);

}  // namespace byoc
