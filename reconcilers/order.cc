#include "reconcilers/order.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/check.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// What each node needs, as places; the nodes' own after one another.
class Needs {
 public:
  Needs(const Graph& graph, const Keys& keys) : keys_(keys), of_type_(all_rows().size()) {
    const auto count = static_cast<std::uint32_t>(graph.nodes.size());
    rows_.reserve(count);
    ends_.reserve(count);
    needs_.reserve(count * 2);
    for (std::uint32_t i = 0; i < count; ++i) {
      rows_.push_back(&find_row(graph.nodes[i].type));
      of_type_[index_of(*rows_[i])].push_back(i);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      add(graph.nodes[i], *rows_[i], count);
      ends_.push_back(needs_.size());
    }
  }

  [[nodiscard]] const Row* row(std::uint32_t place) const { return rows_[place]; }
  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t place) const {
    const std::size_t begin = place == 0 ? 0 : ends_[place - 1];
    return std::span(needs_).subspan(begin, ends_[place] - begin);
  }
  [[nodiscard]] std::vector<std::uint32_t> take() { return std::move(needs_); }

 private:
  static std::size_t index_of(const Row& row) {
    return static_cast<std::size_t>(&row - all_rows().data());
  }

  void add(const Desired& node, const Row& row, std::uint32_t count) {
    const auto begin = static_cast<std::ptrdiff_t>(needs_.size());
    const auto add_key = [&](std::string_view key) {
      const std::uint32_t place = keys_.find(key);
      if (place < count) needs_.push_back(place);
    };
    for (const std::string& key : node.after) add_key(key);
    references_.clear();
    add_references(node.params, references_);
    for (const Reference& reference : references_) add_key(reference.key);
    for (const std::string_view type : row.after) {
      const auto& places = of_type_[index_of(find_row(type))];
      needs_.insert(needs_.end(), places.begin(), places.end());
    }
    std::sort(needs_.begin() + begin, needs_.end());
    needs_.erase(std::unique(needs_.begin() + begin, needs_.end()), needs_.end());
  }

  const Keys& keys_;
  std::vector<const Row*> rows_;
  std::vector<std::vector<std::uint32_t>> of_type_;  // by the row's index
  std::vector<std::uint32_t> needs_;
  std::vector<std::size_t> ends_;  // of each node's own in needs_
  std::vector<Reference> references_;
};

class Orderer {
 public:
  Orderer(const Graph& graph, const Needs& needs)
      : graph_(graph), needs_(needs), marks_(graph.nodes.size(), Mark::untouched) {
    order_.reserve(marks_.size());
  }

  std::vector<OrderedNode> run() {
    for (std::uint32_t i = 0; i < marks_.size(); ++i) visit(i);
    if (circle_) check(false, "a circle of references through " + graph_.nodes[*circle_].key);
    return std::move(order_);
  }

  // A node that waits for itself, through others or not.
  std::optional<std::uint32_t> circle() {
    for (std::uint32_t i = 0; i < marks_.size(); ++i) visit(i);
    return circle_;
  }

 private:
  enum class Mark : std::uint8_t { untouched, on_the_way, done };

  void visit(std::uint32_t place) {
    if (marks_[place] == Mark::done) return;
    if (marks_[place] == Mark::on_the_way) {
      circle_ = place;
      return;
    }
    marks_[place] = Mark::on_the_way;
    const auto after = needs_.of(place);
    for (const std::uint32_t other : after) visit(other);
    marks_[place] = Mark::done;
    order_.push_back({place, needs_.row(place), after});
  }

  const Graph& graph_;
  const Needs& needs_;
  std::vector<Mark> marks_;
  std::vector<OrderedNode> order_;
  std::optional<std::uint32_t> circle_;
};

// "access-entry arn:aws:iam::111122223333:role/a": what a person knows it by.
std::string describe(const Desired& node) {
  std::string text = node.type;
  const Row* row = row_of(node.type);
  bool named = false;
  for (const std::string_view field : row != nullptr ? row->identity : decltype(row->identity){}) {
    const Json& value = member(node.params, field);
    if (value.is_null() || has_references(value)) continue;
    text += " " + (value.is_string() ? value.get<std::string>() : value.dump());
    named = true;
  }
  return named ? text : text + " (" + node.key + ")";
}

Status one_thing_twice(const Desired& one, const Desired& other) {
  const std::string first = describe(one);
  const std::string second = describe(other);
  if (first == second) {
    return error(Code::invalid, first + " is asked for twice, as " + one.key +
                                    (one.key == other.key ? "" : " and as " + other.key) +
                                    "; remove one of them from the manifest");
  }
  return error(Code::invalid, first + " and " + second +
                                  " would be one and the same; remove or rename one of them in the "
                                  "manifest");
}

// What makes it one thing in AWS: its type and identity, references as they are written.
std::string identity_text(const Desired& node, const Row& row) {
  Json fields = Json::array({node.type});
  for (const std::string_view field : row.identity) {
    const Json& value = member(node.params, field);
    if (value.is_null()) return {};
    fields.push_back(value);
  }
  return row.identity.empty() ? std::string() : fields.dump();
}

Status check_distinct_nodes(const Graph& graph) {
  std::map<std::string_view, const Desired*> keys;
  std::map<std::string, const Desired*> identities;
  for (const Desired& node : graph.nodes) {
    const Row* row = row_of(node.type);
    if (row == nullptr) return error(Code::invalid, "no resource is of the type " + node.type);
    const auto [key, fresh] = keys.emplace(node.key, &node);
    if (!fresh) return one_thing_twice(*key->second, node);
    std::string identity = identity_text(node, *row);
    if (identity.empty()) continue;
    const auto [same, alone] = identities.emplace(std::move(identity), &node);
    if (!alone) return one_thing_twice(*same->second, node);
  }
  return {};
}

// A secret stands where its graph says, and nowhere else.
Status check_secrets(const Graph& graph) {
  for (const Desired& node : graph.nodes) {
    for (const auto& [field, value] : node.params.items()) {
      for (const Reference& reference : references(value)) {
        if (!reference.secret) continue;
        const auto known = graph.secrets.find(std::string(reference.member));
        const bool here = known != graph.secrets.end() && known->second.type == node.type &&
                          known->second.field == field;
        if (here) continue;
        return error(Code::invalid, describe(node) + " may not hold the secret " +
                                        std::string(reference.member) + " in " + field);
      }
    }
  }
  return {};
}

Status check_references(const Graph& graph, const Keys& keys) {
  for (const Desired& node : graph.nodes) {
    for (const Reference& reference : references(node.params)) {
      if (reference.secret || keys.find(reference.key) != Keys::kNone) continue;
      return error(Code::invalid, describe(node) + " refers to " + std::string(reference.key) +
                                      ", which is no part of this object");
    }
  }
  return {};
}

}  // namespace

Status check_graph(const Graph& graph) {
  if (Status status = check_distinct_nodes(graph); !status.ok()) return status;
  const Keys keys = keys_of(graph);
  if (Status status = check_references(graph, keys); !status.ok()) return status;
  if (Status status = check_secrets(graph); !status.ok()) return status;
  const auto circle = Orderer(graph, Needs(graph, keys)).circle();
  if (!circle) return {};
  return error(Code::invalid, describe(graph.nodes[*circle]) +
                                  " would have to be there before itself; its references go "
                                  "round in a circle");
}

CreationOrder::CreationOrder(const Graph& graph, const Keys& keys) {
  Needs needs(graph, keys);
  order_ = Orderer(graph, needs).run();
  needs_ = needs.take();  // what the nodes point into
}

CreationOrder::CreationOrder(const Graph& graph) : CreationOrder(graph, keys_of(graph)) {}

Keys keys_of(const Graph& graph) {
  Keys keys(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const std::string& key = graph.nodes[i].key;
    if (keys.add(key) != i) check(false, "two desired resources with the key " + key);
  }
  return keys;
}

}  // namespace byoc
