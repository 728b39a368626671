#include "cloud/aws/paging.h"

#include <iterator>
#include <utility>

#include "cloud/aws/quirks.h"

namespace byoc {
namespace {

bool is_token(const Json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty();
}

void append(const std::string& key, Json& from, Json& to) {
  const auto found = from.find(key);
  if (found == from.end() || !found->is_array()) return;
  Json& list = to[key];
  if (list.is_null()) {
    list = std::move(*found);
    return;
  }
  auto& target = list.get_ref<Json::array_t&>();
  auto& source = found->get_ref<Json::array_t&>();
  target.insert(target.end(), std::make_move_iterator(source.begin()),
                std::make_move_iterator(source.end()));
}

}  // namespace

void add_page_size(const Service& service, const Operation& operation, Json& params) {
  const Paging& paging = operation.paging;
  if (paging.limit.empty() || params.contains(paging.limit)) return;
  if (!forbids_page_size(service, params)) params[paging.limit] = paging.size;
}

Result<bool> add_page(const Operation& operation, Json page, Json& merged, Json& params) {
  const Paging& paging = operation.paging;
  bool more = paging.more.empty() || page.value(paging.more, false);
  bool moved = false;
  bool any = false;
  for (std::size_t i = 0; i < paging.input.size(); ++i) {
    const Json token = page.value(paging.output[i], Json());
    if (!is_token(token)) {
      params.erase(paging.input[i]);
      continue;
    }
    any = true;
    moved = moved || params.value(paging.input[i], Json()) != token;
    params[paging.input[i]] = token;
  }
  more = more && any;
  for (const std::string& output : paging.output) page.erase(output);
  if (!paging.more.empty()) page.erase(paging.more);
  if (merged.empty()) {
    merged = std::move(page);
  } else {
    for (const std::string& key : paging.result) append(key, page, merged);
  }
  if (more && !moved) {
    return error(Code::unavailable, operation.name + " repeats the marker of its last page");
  }
  return more;
}

}  // namespace byoc
