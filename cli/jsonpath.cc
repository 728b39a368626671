#include "cli/jsonpath.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "cli/jsonpath_ast.h"

namespace byoc {
namespace {

using Values = std::vector<const Json*>;

struct Scope {
  const Json* root;
  const Json* here;
};

Result<Values> follow(const JsonPathSteps& steps, const Scope& scope);

void add_descendants(const Json& value, Values& out) {
  out.push_back(&value);
  if (!value.is_structured()) return;
  for (const Json& child : value) add_descendants(child, out);
}

void add_members(const Json& value, const JsonPathStep& step, Values& out) {
  if (!value.is_object()) return;
  for (const std::string& name : step.names) {
    const auto found = value.find(name);
    if (found != value.end()) out.push_back(&*found);
  }
}

Status add_elements(const Json& value, const JsonPathStep& step, Values& out) {
  if (!value.is_array()) return {};
  const long size = static_cast<long>(value.size());
  for (const long index : step.indices) {
    const long at = index < 0 ? index + size : index;
    if (at < 0 || at >= size) {
      if (step.descend) continue;
      return error(Code::invalid, "jsonpath: there is no element " + std::to_string(index) +
                                      " in a list of " + std::to_string(size));
    }
    out.push_back(&value[static_cast<std::size_t>(at)]);
  }
  return {};
}

void add_slice(const Json& value, const JsonPathSlice& slice, Values& out) {
  if (!value.is_array()) return;
  const long size = static_cast<long>(value.size());
  const auto place = [size](long index) {
    return std::clamp(index < 0 ? index + size : index, 0L, size);
  };
  const long last = place(slice.last.value_or(size));
  for (long at = place(slice.first.value_or(0)); at < last; at += slice.step) {
    out.push_back(&value[static_cast<std::size_t>(at)]);
    if (slice.step > size) break;
  }
}

// -1, 0, 1; nothing when the two cannot be compared.
std::optional<int> order_of(const Json& left, const Json& right) {
  if (left.is_number() != right.is_number() || left.is_string() != right.is_string()) {
    return std::nullopt;
  }
  return left < right ? -1 : left == right ? 0 : 1;
}

bool holds(const std::string& op, const Json& left, const Json& right) {
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  const std::optional<int> order = order_of(left, right);
  if (!order) return false;
  if (op == "<") return *order < 0;
  if (op == "<=") return *order <= 0;
  return op == ">" ? *order > 0 : *order >= 0;
}

Result<Values> operand_values(const JsonPathOperand& operand, const Scope& scope) {
  if (operand.literal) return Values{&*operand.literal};
  return follow(operand.path, scope);
}

Result<bool> passes(const JsonPathFilter& filter, const Scope& scope) {
  const Result<Values> left = operand_values(filter.left, scope);
  if (!left.ok()) return left.status();
  if (filter.op.empty()) return !left.value().empty();
  const Result<Values> right = operand_values(filter.right, scope);
  if (!right.ok()) return right.status();
  if (left.value().empty() || right.value().empty()) return false;
  return holds(filter.op, *left.value().front(), *right.value().front());
}

Status add_passing(const Json& value, const JsonPathFilter& filter, const Json* root, Values& out) {
  if (!value.is_array()) return {};
  for (const Json& element : value) {
    const Result<bool> passed = passes(filter, {root, &element});
    if (!passed.ok()) return passed.status();
    if (passed.value()) out.push_back(&element);
  }
  return {};
}

Status add_step(const Json& value, const JsonPathStep& step, const Json* root, Values& out) {
  switch (step.kind) {
    case JsonPathStep::Kind::members: add_members(value, step, out); return {};
    case JsonPathStep::Kind::elements: return add_elements(value, step, out);
    case JsonPathStep::Kind::slice: add_slice(value, step.slice, out); return {};
    case JsonPathStep::Kind::filter: return add_passing(value, *step.filter, root, out);
    case JsonPathStep::Kind::root: out.push_back(root); return {};
    case JsonPathStep::Kind::all: break;
  }
  if (value.is_structured()) {
    for (const Json& child : value) out.push_back(&child);
  }
  return {};
}

Result<Values> follow(const JsonPathSteps& steps, const Scope& scope) {
  Values values{scope.here};
  for (const JsonPathStep& step : steps) {
    Values from;
    if (step.descend) {
      for (const Json* value : values) add_descendants(*value, from);
    } else {
      from = std::move(values);
    }
    values.clear();
    for (const Json* value : from) {
      const Status status = add_step(*value, step, scope.root, values);
      if (!status.ok()) return status;
    }
  }
  return values;
}

std::string spell(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Status print_nodes(const std::vector<JsonPathNode>& nodes, const Scope& scope, std::string& out) {
  for (const JsonPathNode& node : nodes) {
    if (node.kind == JsonPathNode::Kind::text) {
      out += node.text;
      continue;
    }
    const Result<Values> values = follow(node.path, scope);
    if (!values.ok()) return values.status();
    const char* gap = "";
    for (const Json* value : values.value()) {
      if (node.kind == JsonPathNode::Kind::path) {
        out += std::exchange(gap, " ") + spell(*value);
        continue;
      }
      const Status status = print_nodes(node.body, {scope.root, value}, out);
      if (!status.ok()) return status;
    }
  }
  return {};
}

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text) {
  Result<std::vector<JsonPathNode>> nodes = parse_jsonpath(text);
  if (!nodes.ok()) return nodes.status();
  return JsonPath(std::make_shared<const std::vector<JsonPathNode>>(std::move(nodes).value()));
}

Result<std::string> JsonPath::print(const Json& root) const {
  std::string text;
  const Status status = print_nodes(*nodes_, {&root, &root}, text);
  if (!status.ok()) return status;
  return text;
}

}  // namespace byoc
