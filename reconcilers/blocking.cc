#include "reconcilers/blocking.h"

#include <algorithm>
#include <optional>

#include "base/join.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

struct InTheWay {
  const Blocking* form = nullptr;
  Json item;
  Blocker blocker;
};

// Tags that tell whose something is, and how a person would say it.
struct Mark {
  std::string_view key;  // ends with "/": of all keys that begin so, the rest of the key is shown
  std::string_view words;
};
constexpr Mark kMarks[] = {
    {kTagOwner, "of byoc's "},
    {"Name", "named "},
    {"kubernetes.io/cluster/", "of the cluster "},
    {"elbv2.k8s.aws/cluster", "of the cluster "},
    {"aws:eks:cluster-name", "of the cluster "},
    {"eks:cluster-name", "of the cluster "},
    {"cluster.k8s.amazonaws.com/name", "of the cluster "},
    {"kubernetes.io/service-name", "made for the Service "},
    {"service.k8s.aws/stack", "made for the Service "},
    {"ingress.k8s.aws/stack", "made for the Ingress "},
    {"aws:cloudformation:stack-name", "of the CloudFormation stack "},
};

bool has_members(std::string_view members, const Observed& observed, const Json& item) {
  Json wanted;
  if (!fill(members, observed.fields, observed.id, wanted)) return false;
  return std::all_of(wanted.items().begin(), wanted.items().end(),
                     [&](const auto& entry) { return member(item, entry.key()) == entry.value(); });
}

bool names_text(std::string_view quoted, const Observed& observed, const Json& item) {
  Json text;
  if (!fill(quoted, observed.fields, observed.id, text) || !text.is_string()) return false;
  Texts texts;
  add_texts(item, texts);
  return texts.contains(text.get_ref<const std::string&>());
}

bool is_harmless(const Blocking& form, const Observed& observed, const Json& item) {
  if (!form.needed.empty() && member(item, form.needed).is_null()) return true;
  if (!form.only.empty() && !has_members(form.only, observed, item)) return true;
  if (!form.names.empty() && !names_text(form.names, observed, item)) return true;
  return !form.harmless.empty() && has_members(form.harmless, observed, item);
}

// The command for this item; empty when it lacks a member that the command needs, or one that a
// shell would not take as it stands: names and descriptions may be anybody's.
std::string command_of(const Blocking& form, const Observed& observed, const Json& item,
                       const std::string& self) {
  std::string out;
  std::string_view rest = form.removal;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    std::string text(word);
    if (word == "@self") {
      text = self;
    } else if (word == "@id") {
      text = observed.id;
    } else if (word.starts_with('@')) {
      text = text_member(item, word.substr(1));
    }
    if (!is_plain_word(text)) return {};
    out += (out.empty() ? "" : " ") + text;
  }
  return out;
}

void add_item(const Blocking& form, const Observed& observed, const Json& item,
              std::vector<InTheWay>& out) {
  if (is_harmless(form, observed, item)) return;
  const Json& id = form.id.empty() ? item : member(item, form.id);
  if (!id.is_string() || id == observed.id) return;
  Blocker blocker;
  blocker.what = std::string(form.what);
  blocker.id = id.get<std::string>();
  if (!form.about.empty()) blocker.about = text_member(item, form.about);
  blocker.removal = command_of(form, observed, item, blocker.id);
  if (form.explain != nullptr) form.explain(item, blocker);
  out.push_back({&form, item, std::move(blocker)});
}

Query blocking_query(const Row& row, const Blocking& form, std::string_view operation,
                     Json params) {
  return make_query(form.service.empty() ? row.service : form.service, operation, std::move(params),
                    false);
}

std::optional<Query> list_query(const Blocking& form, const Observed& observed) {
  Json params;
  if (!fill(form.params, observed.fields, observed.id, params)) return std::nullopt;
  return blocking_query(*observed.row, form, form.operation, std::move(params));
}

std::optional<Query> tag_query(const InTheWay& one, const Observed& observed) {
  Json params;
  if (one.form->tags.operation.empty()) return std::nullopt;
  if (!fill(one.form->tags.params, one.item, one.blocker.id, params)) return std::nullopt;
  return blocking_query(*observed.row, *one.form, one.form->tags.operation, std::move(params));
}

const LookAnswer* answer_of(const std::optional<Query>& query, const Answers& answers) {
  if (!query) return nullptr;
  const auto found = answers.find(query->name);
  return found == answers.end() ? nullptr : &found->second;
}

// An ARN ends in the name by which other texts of AWS call the same thing.
bool is_called(const std::string& id, const std::string& name) {
  return id == name || id.ends_with("/" + name);
}

bool is_part_of_another(const Blocker& one, const std::vector<InTheWay>& all) {
  return std::any_of(all.begin(), all.end(), [&one](const InTheWay& other) {
    return std::any_of(one.part_of.begin(), one.part_of.end(), [&other](const std::string& name) {
      return is_called(other.blocker.id, name);
    });
  });
}

// All that is in the way; what only belongs to something else that is, is left out.
std::vector<InTheWay> find_blockers(const Observed& observed, const Answers& answers) {
  std::vector<InTheWay> all;
  for (const Blocking& form : observed.row->blockers) {
    const LookAnswer* answer = answer_of(list_query(form, observed), answers);
    if (answer == nullptr || !answer->status.ok()) continue;
    const Json body = answer->body();
    for (const Json& item : member(body, form.items)) {
      if (form.inner.empty()) add_item(form, observed, item, all);
      for (const Json& inner : form.inner.empty() ? Json() : member(item, form.inner)) {
        add_item(form, observed, inner, all);
      }
    }
  }
  std::vector<InTheWay> out;
  for (const InTheWay& one : all) {
    const bool named = std::any_of(out.begin(), out.end(), [&one](const InTheWay& other) {
      return other.blocker.what == one.blocker.what && other.blocker.id == one.blocker.id;
    });
    if (!named && !is_part_of_another(one.blocker, all)) out.push_back(one);
  }
  return out;
}

Tags tags_of(const InTheWay& one, const Observed& observed, const Answers& answers) {
  const LookAnswer* answer = answer_of(tag_query(one, observed), answers);
  if (answer == nullptr || !answer->status.ok()) {
    return one.item.is_object() ? read_tags(one.item) : Tags();
  }
  const Json body = answer->body();
  return read_tags({{"Tags", member(body, one.form->tags.tags)}});
}

void add_words(const Tags& tags, std::vector<std::string>& words) {
  for (const Mark& mark : kMarks) {
    for (const auto& [key, value] : tags) {
      const bool prefix = mark.key.ends_with('/');
      if (prefix ? !key.starts_with(mark.key) || value != "owned" : key != mark.key) continue;
      std::string text(mark.words);
      text += prefix ? key.substr(mark.key.size()) : value;
      if (std::find(words.begin(), words.end(), text) == words.end()) words.push_back(text);
    }
  }
}

std::string blocker_text(const InTheWay& one, const Observed& observed, const Answers& answers,
                         std::string_view region) {
  const Blocker& blocker = one.blocker;
  const Tags tags = tags_of(one, observed, answers);
  std::vector<std::string> words;
  if (!blocker.about.empty()) words.push_back(blocker.about);
  add_words(tags, words);
  std::string text = blocker.what + " " + blocker.id;
  if (!words.empty()) text += " (" + joined(words) + ")";
  std::replace(text.begin(), text.end(), '`', '\'');  // what stands between those is a command
  const auto owner = tags.find(std::string(kTagOwnerUid));
  if (owner != tags.end() && owner->second == observed.owner_uid) return text;  // byoc removes it
  const std::string where = region.empty() ? "" : " --region " + std::string(region);
  if (!blocker.removal.empty()) return text + ", which `" + blocker.removal + where + "` removes";
  if (!blocker.finder.empty()) return text + ", whose owner `" + blocker.finder + where + "` shows";
  return text;
}

std::string unseen_text(const Observed& observed, const Answers& answers) {
  std::vector<std::string> unseen;
  for (const Blocking& form : observed.row->blockers) {
    const std::optional<Query> query = list_query(form, observed);
    const LookAnswer* answer = answer_of(query, answers);
    if (answer == nullptr || answer->status.code != Code::denied) continue;
    std::string right = right_for(query->service, query->operation);
    if (std::find(unseen.begin(), unseen.end(), right) == unseen.end()) {
      unseen.push_back(std::move(right));
    }
  }
  if (unseen.empty()) return {};
  return " There may be more in its way, which cannot be seen without the right" +
         std::string(unseen.size() == 1 ? " " : "s ") + joined(unseen) + ".";
}

}  // namespace

std::vector<Query> blocking_queries(const Observed& observed, const Answers& answers) {
  std::vector<Query> queries;
  for (const Blocking& form : observed.row->blockers) {
    if (auto query = list_query(form, observed)) queries.push_back(*std::move(query));
  }
  const std::vector<InTheWay> found = find_blockers(observed, answers);
  for (std::size_t i = 0; i < std::min(found.size(), kBlockersNamedMax); ++i) {
    if (auto query = tag_query(found[i], observed)) queries.push_back(*std::move(query));
  }
  return queries;
}

std::string name_blockers(const Observed& observed, const Answers& answers,
                          std::string_view region) {
  const std::vector<InTheWay> found = find_blockers(observed, answers);
  const std::string_view where = observed.row->global ? std::string_view() : region;
  std::string text;
  for (std::size_t i = 0; i < std::min(found.size(), kBlockersNamedMax); ++i) {
    text += (i == 0 ? " In its way: " : "; ") + blocker_text(found[i], observed, answers, where);
  }
  if (found.size() > kBlockersNamedMax) {
    text += "; and " + std::to_string(found.size() - kBlockersNamedMax) + " more";
  }
  const std::string unseen = unseen_text(observed, answers);
  return unseen.empty() || text.empty() ? text + unseen : text + "." + unseen;
}

bool is_plain_word(std::string_view word) {
  constexpr std::string_view kPlain = "-._/:+=,@";
  return !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kPlain.find(c) != std::string_view::npos;
  });
}

std::string right_for(std::string_view service, std::string_view operation) {
  const bool balancer = service == "elb" || service == "elbv2";  // two APIs of one service
  return std::string(balancer ? "elasticloadbalancing" : service) + ":" + std::string(operation);
}

}  // namespace byoc
