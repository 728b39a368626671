#include "cli/print.h"

#include <cctype>
#include <utility>

#include "cli/print_columns.h"
#include "cli/table.h"
#include "controller/request.h"
#include "manifests/to_yaml.h"

namespace byoc {
namespace {

constexpr std::string_view kJsonPath = "jsonpath=";

// Kinds in the order of their first object.
std::vector<std::string> kinds_of(const std::vector<Object>& objects) {
  std::vector<std::string> kinds;
  for (const Object& object : objects) {
    bool known = false;
    for (const std::string& kind : kinds) known = known || kind == object.kind;
    if (!known) kinds.push_back(object.kind);
  }
  return kinds;
}

std::string print_kind(const std::vector<Object>& objects, const std::string& kind,
                       const OutputFormat& format, Time now, bool with_kind) {
  Table table;
  table.columns = columns_of(kind);
  if (format.namespaces) table.columns.insert(table.columns.begin(), {"NAMESPACE"});
  for (const Object& object : objects) {
    if (object.kind != kind) continue;
    const std::string name = with_kind ? short_name(object) : object.metadata.name;
    std::vector<std::string>& cells = table.rows.emplace_back(cells_of(object, name, now));
    if (format.namespaces) cells.insert(cells.begin(), object.metadata.ns);
  }
  TableStyle style;
  style.wide = format.kind == OutputFormat::Kind::wide;
  style.headers = format.headers;
  return print_table(table, style);
}

std::string print_tables(const std::vector<Object>& objects, const OutputFormat& format, Time now) {
  const std::vector<std::string> kinds = kinds_of(objects);
  std::string text;
  for (const std::string& kind : kinds) {
    if (!text.empty()) text += '\n';
    text += print_kind(objects, kind, format, now, kinds.size() > 1);
  }
  return text;
}

std::string print_names(const std::vector<Object>& objects) {
  std::string text;
  for (const Object& object : objects) text += short_name(object) + "\n";
  return text;
}

}  // namespace

Result<OutputFormat> parse_output_format(std::string_view text) {
  using Form = OutputFormat::Kind;
  constexpr std::pair<std::string_view, Form> kWords[] = {
      {"", Form::table},    {"table", Form::table}, {"wide", Form::wide},
      {"json", Form::json}, {"yaml", Form::yaml},   {"name", Form::name}};
  OutputFormat format;
  for (const auto& [word, kind] : kWords) {
    if (text != word) continue;
    format.kind = kind;
    return format;
  }
  if (!text.starts_with(kJsonPath)) {
    return error(Code::invalid, "unknown output format \"" + std::string(text) +
                                    "\"; use table, wide, json, yaml, name or jsonpath=TEMPLATE");
  }
  Result<JsonPath> path = JsonPath::parse(text.substr(kJsonPath.size()));
  if (!path.ok()) return path.status();
  format.kind = Form::jsonpath;
  format.jsonpath = std::move(path).value();
  return format;
}

Json output_json(const std::vector<Object>& objects, bool single) {
  if (single && objects.size() == 1) return to_json(objects.front());
  Json items = Json::array();
  for (const Object& object : objects) items.push_back(to_json(object));
  return {{"apiVersion", "v1"},
          {"kind", "List"},
          {"metadata", {{"resourceVersion", ""}}},
          {"items", std::move(items)}};
}

Result<std::string> print_objects(const std::vector<Object>& objects, const OutputFormat& format,
                                  Time now, bool single) {
  switch (format.kind) {
    case OutputFormat::Kind::json:
      return output_json(objects, single).dump(4, ' ', false, Json::error_handler_t::replace) +
             "\n";
    case OutputFormat::Kind::yaml: return to_yaml(output_json(objects, single));
    case OutputFormat::Kind::name: return print_names(objects);
    case OutputFormat::Kind::jsonpath:
      check(format.jsonpath.has_value(), "Kind::jsonpath needs a template");
      return format.jsonpath->print(output_json(objects, single));
    case OutputFormat::Kind::table:
    case OutputFormat::Kind::wide: break;
  }
  return print_tables(objects, format, now);
}

std::string short_name(const Object& object) {
  std::string text;
  for (const char letter : object.kind) {
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return text + "/" + object.metadata.name;
}

std::string phase_of(const Object& object) {
  const auto phase = object.status.find("phase");
  const bool known = phase != object.status.end() && phase->is_string() && !phase->empty();
  const std::string text = object.deleting() ? "Terminating"
                           : known           ? phase->get<std::string>()
                                             : "<none>";
  return is_paused(object) ? text + ",Paused" : text;
}

}  // namespace byoc
