#include "cli/targets.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/ascii.h"
#include "base/join.h"
#include "manifests/schema.h"
#include "manifests/selector.h"
#include "manifests/spelling.h"

namespace byoc {
namespace {

constexpr std::string_view kAllKinds = "all";

Result<std::string> kind_for(const std::string& word) {
  std::string kind = kind_of_word(word);
  if (!kind.empty()) return kind;
  if (word.empty())
    return error(Code::invalid, "a kind is missing (there are " + joined(schema_kinds()) + ")");
  std::vector<std::string> known;
  for (const std::string& one : schema_kinds()) known.push_back(lower(one));
  const std::string near = did_you_mean(lower(word), known);
  return error(Code::invalid, "there is no kind " + word + " (there are " + joined(schema_kinds()) +
                                  ")" + (near.empty() ? "" : "; " + near));
}

Status no_name(const std::string& kind) {
  return error(Code::invalid, "a name is missing after " + kind + " (is a variable empty?)");
}

// "cluster a b" and "role,cluster".
Result<Targets> kinds_then_names(const std::vector<std::string>& words) {
  Targets targets;
  std::string_view kinds = words.front();
  for (bool more = true; more;) {
    const std::size_t comma = kinds.find(',');
    const std::string word(kinds.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) kinds.remove_prefix(comma + 1);
    Result<std::string> kind = kind_for(word);
    if (!kind.ok()) return kind.status();
    if (words.size() == 1) targets.list.push_back({kind.value(), ""});
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].empty()) return no_name(word);
      if (words[i].find('/') != std::string::npos) {
        return error(Code::invalid, "\"" + words.front() + " " + words[i] +
                                        "\" names a kind twice; write KIND/NAME or KIND NAME");
      }
      targets.list.push_back({kind.value(), words[i]});
    }
  }
  return targets;
}

// One of "cluster/a role/b".
Result<Target> kind_slash_name(const std::string& word) {
  const std::size_t slash = word.find('/');
  if (slash == std::string::npos) {
    return error(Code::invalid, "\"" + word + "\" names no object; write KIND/NAME, as before it");
  }
  Result<std::string> kind = kind_for(word.substr(0, slash));
  if (!kind.ok()) return kind.status();
  const std::string name = word.substr(slash + 1);
  if (name.empty()) return no_name(word);
  if (name.find('/') != std::string::npos) {
    return error(Code::invalid, "\"" + word + "\" is no KIND/NAME");
  }
  return Target{std::move(kind).value(), name};
}

}  // namespace

bool Targets::has_names() const {
  return std::any_of(list.begin(), list.end(),
                     [](const Target& target) { return !target.name.empty(); });
}

Result<Targets> parse_targets(const std::vector<std::string>& words) {
  Targets targets;
  targets.all_kinds = words.empty() || words == std::vector<std::string>{std::string(kAllKinds)};
  if (targets.all_kinds) return targets;
  if (words.front() == kAllKinds) {
    return error(Code::invalid, "\"all\" means every kind; nothing can stand beside it");
  }
  if (words.front().find('/') == std::string::npos) return kinds_then_names(words);
  for (const std::string& word : words) {
    Result<Target> target = kind_slash_name(word);
    if (!target.ok()) return target.status();
    targets.list.push_back(std::move(target).value());
  }
  return targets;
}

Status check_targets(const Options& options, const Targets& targets) {
  const bool words = !options.arguments.empty();
  if (!options.files.empty() && (words || !options.selector.empty() || options.all)) {
    const std::string other = words ? options.arguments.front() : options.all ? "--all" : "-l";
    return error(Code::invalid, "-f names the objects; " + other + " has no place beside it");
  }
  if (targets.has_names() && !options.selector.empty()) {
    return error(Code::invalid, "a name and a selector (-l) contradict each other; leave one out");
  }
  if (targets.has_names() && options.all_namespaces) {
    return error(Code::invalid, "an object cannot be named in all namespaces (-A); say which: -n");
  }
  return {};
}

Status check_chosen(const Options& options, const Targets& targets) {
  if (options.all_namespaces && options.ns_given) {
    return error(Code::invalid, "-A and -n contradict each other; leave one out");
  }
  if (options.all && targets.has_names()) {
    return error(Code::invalid, "--all means all of the kind; leave the names out");
  }
  if (options.all && !options.selector.empty()) {
    return error(Code::invalid, "--all and a selector (-l) contradict each other; leave one out");
  }
  if (options.all || targets.has_names() || !options.selector.empty() || !options.files.empty()) {
    return {};
  }
  const std::string say_what =
      "say what to " + options.verb + (options.verb == "wait" ? " for: " : ": ");
  if (targets.all_kinds) {
    return error(Code::invalid,
                 say_what + "KIND/NAME, or a kind or \"all\" with --all, or -l SELECTOR");
  }
  const std::string kind = options.arguments.front();
  return error(Code::invalid, say_what + kind + "/NAME, or " + kind + " --all for every one");
}

Result<std::vector<Object>> select_objects(const Options& options, const std::vector<Object>& all) {
  std::vector<Status> missing;
  auto found = select_present(options, all, missing);
  if (found.ok() && !missing.empty()) return missing.front();
  return found;
}

Result<std::vector<Object>> select_present(const Options& options, const std::vector<Object>& all,
                                           std::vector<Status>& missing) {
  const auto targets = parse_targets(options.arguments);
  if (!targets.ok()) return targets.status();
  const auto selector = Selector::parse(options.selector);
  if (!selector.ok()) return selector.status();
  const auto visible = [&](const Object& object) {
    return (options.all_namespaces || object.metadata.ns == options.ns) &&
           selector.value().fits(object.metadata.labels);
  };
  std::vector<Object> out;
  if (targets.value().all_kinds) {
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), visible);
    return out;
  }
  std::vector<ObjectKey> taken;  // an object that is named twice is one object
  for (const Target& target : targets.value().list) {
    bool found = false;
    for (const Object& object : all) {
      if (!visible(object) || object.kind != target.kind) continue;
      if (!target.name.empty() && object.metadata.name != target.name) continue;
      found = true;
      if (std::find(taken.begin(), taken.end(), object.key()) != taken.end()) continue;
      taken.push_back(object.key());
      out.push_back(object);
    }
    if (!found && !target.name.empty()) {
      missing.push_back(
          error(Code::not_found, target.kind + "/" + target.name + " does not exist"));
    }
  }
  return out;
}

Result<std::vector<Object>> choose_objects(Options options, const std::vector<Object>& all) {
  options.files.clear();  // what they name is not for the words to choose
  const auto targets = parse_targets(options.arguments);
  if (!targets.ok()) return targets.status();
  Status said = check_targets(options, targets.value());
  if (said.ok()) said = check_chosen(options, targets.value());
  if (!said.ok()) return said;
  return select_objects(options, all);
}

}  // namespace byoc
