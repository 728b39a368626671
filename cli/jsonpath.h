// JSONPath templates as kubectl has them: text with {expressions}.
//
//   {.a.b[0]} {.a['b.c']} {.a\.b}   members, elements (negative ones from the end)
//   {.items[*].x} {.a.*} {..x}      all elements, all members, all descendants named x
//   {.a[1:3]} {.a[0,2]} {['x','y']} slices with an optional step, unions
//   {.items[?(@.x=="y")].z}         filters: == != < <= > >=, or a path alone (it exists)
//   {range .items[*]}...{end}       the text between, once for every result
//   {"text\n"} {'text'} {@} {$}     literals with \n \t \r \\ and quotes, here, the whole
//
// A template without braces that begins with ".", "[", "$" or "@" is taken as one expression.
// Several results are separated by a space; text prints bare, objects and lists as JSON. Missing
// members print nothing; an element beyond the end of a list is an error, as in kubectl.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace byoc {

struct JsonPathNode;

class JsonPath {
 public:
  // invalid, with the place in `text` (characters, from 1), when it is no template.
  [[nodiscard]] static Result<JsonPath> parse(std::string_view text);

  // The template filled from `root`.
  [[nodiscard]] Result<std::string> print(const Json& root) const;

 private:
  explicit JsonPath(std::shared_ptr<const std::vector<JsonPathNode>> nodes)
      : nodes_(std::move(nodes)) {}
  std::shared_ptr<const std::vector<JsonPathNode>> nodes_;
};

}  // namespace byoc
