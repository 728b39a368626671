// IAM policy documents: the grammar, as far as a mistake in it is refused or surprising.
// Source: IAM user guide, "Grammar of the IAM JSON policy language".
#include <algorithm>

#include "base/ascii.h"
#include "manifests/format.h"
#include "manifests/pointer.h"
#include "manifests/spelling.h"
#include "manifests/text_check.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

// Source: IAM API reference, policyDocumentType: tab, line ends and U+0020 to U+00FF.
constexpr char32_t kPolicyCharacterMax = 0xFF;

const std::vector<std::string>& statement_words() {
  static const std::vector<std::string> kWords = {
      "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"};
  return kWords;
}

std::string lowered_text(std::string text) {
  for (char& c : text) c = lower(c);
  return text;
}

class PolicyCheck {
 public:
  PolicyCheck(std::string pointer, bool text, Findings& findings)
      : pointer_(std::move(pointer)), text_(text), findings_(findings) {}

  void check(const Json& document) {
    for (const auto& [name, value] : document.items()) {
      if (name == "Version" || name == "Statement" || name == "Id") continue;
      error("/" + name, "a policy has no member " + quoted_value(name),
            did_you_mean(name, {"Version", "Statement", "Id"}));
    }
    check_version(document);
    const auto statement = document.find("Statement");
    if (statement == document.end()) {
      return error("", "the policy has no `Statement`",
                   "write Version: \"2012-10-17\" and Statement: [...]");
    }
    if (statement->is_object()) return check_statement(*statement, "/Statement");
    if (!statement->is_array() || statement->empty()) {
      return error("/Statement", "`Statement` must be a list with at least one statement");
    }
    for (std::size_t i = 0; i < statement->size(); ++i) {
      check_statement((*statement)[i], pointer_to("/Statement", i));
    }
  }

 private:
  // Inside JSON text there are no places of its parts: the sentence has to say where.
  void error(const std::string& place, std::string text, std::string hint = "") {
    if (text_ && !place.empty()) text = pointer_shown(place) + ": " + text;
    findings_.error(text_ ? pointer_ : pointer_ + place, std::move(text), std::move(hint));
  }
  void warning(const std::string& place, std::string text, std::string hint) {
    findings_.warning(text_ ? pointer_ : pointer_ + place, std::move(text), std::move(hint));
  }

  void check_version(const Json& document) {
    const auto version = document.find("Version");
    if (version == document.end()) {
      return warning("", "the policy has no `Version`: IAM takes the old language of 2008-10-17",
                     "add Version: \"2012-10-17\"");
    }
    if (*version != "2012-10-17" && *version != "2008-10-17") {
      error("/Version", "the version of the policy language is not known",
            "write \"2012-10-17\", in quotes");
    }
  }

  void check_statement(const Json& statement, const std::string& place) {
    if (!statement.is_object()) return error(place, "a statement must be a map");
    for (const auto& [name, value] : statement.items()) {
      if (name == "Principal" || name == "NotPrincipal") {
        error(pointer_to(place, name), "a policy of a role names no `" + name + "`",
              "say who is trusted in spec.trust");
      } else if (std::find(statement_words().begin(), statement_words().end(), name) ==
                 statement_words().end()) {
        error(pointer_to(place, name), "a statement has no member " + quoted_value(name),
              did_you_mean(name, statement_words()));
      }
    }
    const auto effect = statement.find("Effect");
    if (effect == statement.end()) {
      error(place, "the statement has no `Effect`", "write Effect: Allow");
    } else if (*effect != "Allow" && *effect != "Deny") {
      error(place + "/Effect", "`Effect` must be Allow or Deny, in this spelling");
    }
    check_choice(statement, place, "Action", "NotAction");
    check_choice(statement, place, "Resource", "NotResource");
    check_condition(statement, place);
    check_pass_role(statement, place);
  }

  // Exactly one of the two, with at least one text.
  void check_choice(const Json& statement, const std::string& place, const std::string& one,
                    const std::string& other) {
    const bool has_one = statement.contains(one);
    const bool has_other = statement.contains(other);
    if (has_one == has_other) {
      return error(place, has_one ? "`" + one + "` and `" + other + "` exclude each other"
                                  : "the statement has no `" + one + "`");
    }
    const std::string name = has_one ? one : other;
    const Json& value = statement.at(name);
    const std::string at = pointer_to(place, name);
    if (value.is_string()) return check_word(name, value.get_ref<const std::string&>(), at);
    if (!value.is_array() || value.empty())
      return error(at, "`" + name + "` must be text or a list of texts");
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string item = pointer_to(at, i);
      if (value[i].is_string()) {
        check_word(name, value[i].get_ref<const std::string&>(), item);
      } else {
        error(item, "must be text");
      }
    }
  }

  void check_word(const std::string& name, const std::string& value, const std::string& place) {
    if (value == "*") return;
    if (name.ends_with("Action")) {
      const std::size_t colon = value.find(':');
      const bool fits = colon != std::string::npos && colon > 0 && colon + 1 < value.size() &&
                        value.find_first_of(" \t\n/") == std::string::npos;
      if (!fits)
        error(place, quoted_value(value) + " is no action",
              "write SERVICE:ACTION, such as s3:GetObject");
      return;
    }
    if (!value.starts_with("arn:") && !value.starts_with("${role.")) {
      error(place, quoted_value(value) + " is no ARN", "write an ARN, or *");
    }
  }

  // V21: whoever may pass any role on has the rights of all of them.
  void check_pass_role(const Json& statement, const std::string& place) {
    if (statement.value("Effect", Json()) != "Allow" || !names_word(statement, "Resource", "*"))
      return;
    const Json condition = statement.value("Condition", Json::object());
    if (lowered_text(condition.dump()).find("iam:passedtoservice") != std::string::npos) return;
    for (const char* action : {"iam:passrole", "iam:pass*", "iam:*"}) {
      if (!names_word(statement, "Action", action)) continue;
      warning(pointer_to(place, "Resource"),
              "`iam:PassRole` on every role gives the rights of all roles of the account",
              "name the ARN of the role that is passed on, such as ${role.NAME.arn}");
      return;
    }
  }

  // Whether a member is this word or a list with it, in letters of either case.
  static bool names_word(const Json& statement, const char* name, std::string_view word) {
    const auto value = statement.find(name);
    if (value == statement.end()) return false;
    const auto is_word = [&](const Json& item) {
      return item.is_string() && lowered_text(item.get<std::string>()) == word;
    };
    if (!value->is_array()) return is_word(*value);
    return std::any_of(value->begin(), value->end(), is_word);
  }

  // X12: policies that are written for one spelling of a tag key, and tags in another.
  void check_tag_keys(const Json& keys, const std::string& place) {
    const Json* tags = value_at(findings_.manifest().object.spec, "/tags");
    if (tags == nullptr || !tags->is_object()) return;
    for (const auto& [key, value] : keys.items()) {
      const std::size_t slash = key.find("Tag/");
      if (slash == std::string::npos) continue;
      const std::string tag = key.substr(slash + std::string_view("Tag/").size());
      if (tags->contains(tag)) continue;
      for (const auto& [own, text] : tags->items()) {
        if (lowered_text(own) != lowered_text(tag)) continue;
        warning(pointer_to(place, key),
                "the condition names the tag " + quoted_value(tag) + ", and the resources get " +
                    quoted_value(own),
                "write both in one spelling");
      }
    }
  }

  void check_condition(const Json& statement, const std::string& place) {
    const auto condition = statement.find("Condition");
    if (condition == statement.end()) return;
    if (!condition->is_object())
      return error(place + "/Condition", "`Condition` must be a map of tests");
    for (const auto& [test, keys] : condition->items()) {
      const std::string at = pointer_to(place + "/Condition", test);
      if (!keys.is_object() || keys.empty()) {
        error(at, "a test must be a map of condition keys");
      } else if (test.starts_with("ForAllValues:") &&
                 statement.value("Effect", Json()) == "Allow") {
        warning(at,
                "`ForAllValues` is true when the key is absent, so this allows more than it says",
                "use the test without ForAllValues on keys with one value");
      }
      if (keys.is_object()) check_tag_keys(keys, at);
    }
  }

  std::string pointer_;
  bool text_;
  Findings& findings_;
};

}  // namespace

void check_policy(const Json& document, const std::string& pointer, Findings& findings) {
  const bool text = document.is_string();
  const Json parsed =
      text ? Json::parse(document.get_ref<const std::string&>(), nullptr, false) : document;
  if (parsed.is_object()) PolicyCheck(pointer, text, findings).check(parsed);
  const std::u32string characters =
      characters_of(text ? document.get<std::string>() : document.dump());
  if (std::any_of(characters.begin(), characters.end(),
                  [](char32_t c) { return c > kPolicyCharacterMax; })) {
    findings.error(pointer, "IAM takes letters of Western Europe only in policies",
                   "use other words, or a wildcard");
  }
}

std::size_t policy_size(const Json& document) {
  const std::string text = document.is_string() ? document.get<std::string>() : document.dump();
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return c != ' ' && c != '\t' && c != '\n' && c != '\r';
  }));
}

}  // namespace byoc
