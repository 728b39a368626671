#include "reconcilers/row.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/check.h"
#include "reconcilers/health.h"
#include "reconcilers/ownership.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Templates are few and constant: each is parsed once.
const Json& parsed(std::string_view text) {
  static std::map<std::string_view, Json> cache;
  const auto found = cache.find(text);
  if (found != cache.end()) return found->second;
  return cache.emplace(text, Json::parse(text)).first->second;
}

bool fill_value(const Json& value, const Json& fields, const Json& id, Json& out) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (!text.starts_with('@')) {
      out = value;
      return true;
    }
    if (text == "@id") {
      out = id;
      return !id.is_string() || !id.get_ref<const std::string&>().empty();
    }
    out = member(fields, std::string_view(text).substr(1));
    return !out.is_null();
  }
  out = value;
  if (!value.is_structured()) return true;
  bool complete = true;
  auto part = value.begin();
  for (Json& target : out) complete = fill_value(*part++, fields, id, target) && complete;
  return complete;
}

std::vector<Row> make_rows() {
  std::vector<Row> rows;
  for (auto* make : {rows_ec2_network, rows_ec2_gateway, rows_ec2_group, rows_ec2_template,
                     rows_iam, rows_eks, rows_storage}) {
    for (Row& row : make()) rows.push_back(std::move(row));
  }
  say_what_is_shown(rows);
  return rows;
}

}  // namespace

const std::vector<Row>& all_rows() {
  static const std::vector<Row> kRows = make_rows();
  return kRows;
}

const Row* row_of(std::string_view type) {
  static const auto kIndex = [] {
    std::unordered_map<std::string_view, const Row*> index;
    for (const Row& row : all_rows()) {
      check(index.emplace(row.type, &row).second, "two rows of one type");
    }
    return index;
  }();
  const auto found = kIndex.find(type);
  return found == kIndex.end() ? nullptr : found->second;
}

const Row& find_row(std::string_view type) {
  const Row* row = row_of(type);
  if (row == nullptr) check(false, "no row of type " + std::string(type));
  return *row;
}

bool fill(std::string_view template_text, const Json& fields, const Json& id, Json& out) {
  return fill_value(parsed(template_text), fields, id, out);
}

std::string_view hint_about(const Row& row, std::string_view aws_code) {
  for (const Hint& hint : row.hints) {
    if (hint.aws_code == aws_code) return hint.words;
  }
  return {};
}

const Json& initial_of(const Row& row, std::string_view field) {
  static const Json kNone;
  for (const Set& set : row.set) {
    if (set.field == field && !set.initial.empty()) return parsed(set.initial);
  }
  return kNone;
}

std::string identity_of(const Row& row, const Json& fields) {
  std::string text;
  for (const std::string_view name : row.identity) {
    const Json& value = member(fields, name);
    if (value.is_null()) return {};
    if (!text.empty()) text += '|';
    text += value.is_string() ? value.get_ref<const std::string&>() : value.dump();
  }
  return text;
}

std::string protection_of(const Observed& observed) {
  const Row& row = *observed.row;
  if (row.protection.empty() || member(observed.fields, row.protection) != true) return {};
  return std::string(row.type) + " " + observed.id +
         " is protected from deletion in AWS, and nothing is removed before that is ended: " +
         std::string(row.unprotect) + " " + observed.id;
}

std::string part_mark(const Row& row, const Json& fields) {
  std::string text(row.type);
  const auto& of_parent = find_row(row.parent).identity;
  for (const std::string_view name : row.identity) {
    if (contains(of_parent, name)) continue;
    const Json& value = member(fields, name);
    if (value.is_null()) return {};
    text += '|' + (value.is_string() ? value.get_ref<const std::string&>() : value.dump());
  }
  return mark_of(text);
}

void read_issues(const Row& row, Observed& observed) {
  observed.issues.clear();
  if (row.issues.empty()) return;
  for (const Json& item : member(observed.fields, row.issues)) {
    Issue issue{text_member(item, "code"), text_member(item, "message"), {}};
    for (const Json& id : member(item, "resourceIds")) {
      if (id.is_string()) issue.resources.push_back(id.get<std::string>());
    }
    observed.issues.push_back(std::move(issue));
  }
}

void read_life(const Row& row, Observed& observed) {
  if (row.state.empty()) return;
  const Json& state = member(observed.fields, row.state);
  const std::string word = state.is_string() ? state.get<std::string>() : std::string();
  observed.healthy = !contains(row.degraded, word);
  read_issues(row, observed);
  if (contains(row.ready, word) || contains(row.degraded, word)) {
    observed.life = Life::ready;
  } else if (contains(row.failed, word)) {
    observed.life = Life::failed;
  } else if (contains(row.going, word)) {
    observed.life = Life::going;
  } else {
    observed.life = Life::pending;
  }
  if (observed.life == Life::ready && observed.healthy) return;
  observed.reason = issues_text(observed.issues);
  if (!observed.reason.empty()) return;
  const Json& why = row.why.empty() ? Json() : member(observed.fields, row.why);
  observed.reason = why.is_string() ? why.get<std::string>() : word;
}

Observed part_of(const Row& row, std::string parent_id, Json fields) {
  Observed observed;
  observed.row = &row;
  observed.fields = std::move(fields);
  observed.parent_id = std::move(parent_id);
  const Json& id = member(observed.fields, row.id);
  observed.id = id.is_string() ? id.get<std::string>() : identity_of(row, observed.fields);
  read_life(row, observed);
  return observed;
}

void read_tagged(const Row& row, const Json& item, std::vector<Observed>& out) {
  Observed observed;
  observed.row = &row;
  observed.fields = item;
  observed.tags = read_tags(item);
  take_ownership_from_tags(observed);
  const Json& id = member(item, row.id);
  if (id.is_string()) observed.id = id.get<std::string>();
  for (const char* name : {"CreateTime", "CreateDate", "createdAt", "CreationTime"}) {
    const Json& created = member(item, name);
    if (created.is_string()) observed.created = parse_time(created.get_ref<const std::string&>());
  }
  const Json& created = member(item, "creationTime");  // of log groups: milliseconds
  if (created.is_number())
    observed.created = Time(std::chrono::milliseconds(created.get<int64_t>()));
  read_life(row, observed);
  if (!row.state.empty() && !row.gone.empty()) {
    const Json& state = member(item, row.state);
    if (state.is_string() && contains(row.gone, state.get_ref<const std::string&>())) return;
  }
  out.push_back(std::move(observed));
}

}  // namespace byoc
