// A world in which everything of a graph exists as it should: what a look would find after the
// last pass. Ids are made from the keys.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reconcilers/order.h"
#include "reconcilers/reference.h"
#include "tests/reconcilers/seen.h"

namespace byoc {

inline std::string id_made_from(const Desired& node) {
  static const std::map<std::string, std::string> kPrefixes = {
      {"vpc", "vpc"},           {"subnet", "subnet"},
      {"route-table", "rtb"},   {"route-table-association", "rtbassoc"},
      {"address", "eipalloc"},  {"internet-gateway", "igw"},
      {"nat-gateway", "nat"},   {"security-group", "sg"},
      {"launch-template", "lt"}};
  const std::size_t slash = node.key.find('/');
  return kPrefixes.at(node.type) + "-" +
         (slash == std::string::npos ? "1" : node.key.substr(slash + 1));
}

// What AWS adds to a resource by itself.
inline void add_server_fields(const Row& row, const std::string& id, Json& fields) {
  if (!row.state.empty()) fields[std::string(row.state)] = row.ready.front();
  const std::string arn = "arn:aws:" + std::string(row.service) +
                          ":us-west-2:111122223333:" + std::string(row.type) + "/" + id;
  if (!row.arn.empty() && !fields.contains(row.arn)) fields[std::string(row.arn)] = arn;
  if (row.type == "access-entry") fields["accessEntryArn"] = arn;
  if (row.type == "log-group") fields["resourceArn"] = arn;
  if (row.type == "launch-template") fields["LatestVersion"] = "1";
  if (row.type == "policy") fields["DefaultVersionId"] = "v1";
  if (row.type != "cluster") return;
  fields["clusterName"] = id;
  if (!fields.contains("version")) fields["version"] = "1.33";
  fields["endpoint"] = "https://eks.example.com";
  fields["identity"] = {{"oidc", {{"issuer", "https://oidc.example.com/id/1"}}}};
  fields["issuerHost"] = "oidc.example.com/id/1";
}

inline std::vector<Observed> settled(const Owner& whose, const Graph& graph) {
  std::map<std::string, Json> known;
  const Lookup lookup = [&](const Reference& reference) -> Json {
    if (reference.secret) return graph.secrets.at(std::string(reference.member)).value.reveal();
    return member(known[std::string(reference.key)], reference.member);
  };
  std::vector<Observed> world;
  for (const OrderedNode& node : CreationOrder(graph)) {
    const Row& row = *node.row;
    const Desired& desired = graph.nodes[node.place];
    bool complete = true;
    Observed observed;
    observed.row = &row;
    observed.owner_uid = whose.uid;
    observed.fields = resolve(desired.params, lookup, complete);
    const std::string id_field(row.id);
    if (row.id.empty()) {
      observed.id = identity_of(row, observed.fields);
    } else if (observed.fields.contains(id_field)) {
      observed.id = observed.fields[id_field].get<std::string>();
    } else {
      observed.id = id_made_from(desired);
      observed.fields[id_field] = observed.id;
    }
    add_server_fields(row, observed.id, observed.fields);
    known[desired.key] = observed.fields;
    if (row.parent.empty()) {
      observed.key = desired.key;
    } else {
      const std::string parent_field(find_row(row.parent).id);
      observed.parent_id = observed.fields.at(parent_field).get<std::string>();
    }
    if (row.tagging != Tagging::none) {
      observed.tags = wanted_tags(whose, desired.key, desired.tags);
    }
    world.push_back(std::move(observed));
  }
  for (Observed& whole : world) {
    SetMarks marks;
    for (const Observed& one : world) {
      const bool marked = one.row->exclusive || one.row->remembered;
      if (!marked || one.row->parent != whole.row->type || one.parent_id != whole.id) continue;
      marks.insert(part_mark(*one.row, one.fields));
    }
    if (whole.row->remembers_parts && !marks.empty()) {
      whole.tags[std::string(kTagParts)] = marks_text(marks);
    }
  }
  return world;
}

}  // namespace byoc
