// The command line: what is understood, and that nothing else is (F40, F41).
#include "cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/flags.h"
#include "cli/verbs.h"
#include "tests/manifests/selector_cases.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Words as a shell would split them: at spaces, "''" is an empty one.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word == "''" ? "" : word);
  return words;
}

Result<Options> parse(const std::string& text) {
  return parse_options(words_of(text));
}

Options parsed(const std::string& text) {
  const Result<Options> options = parse(text);
  EXPECT_TRUE(options.ok()) << text << ": " << options.status().message;
  return options.ok() ? options.value() : Options{};
}

struct WrongLine {
  const char* line;
  const char* says;
};

class WrongLineTest : public testing::TestWithParam<WrongLine> {};

TEST_P(WrongLineTest, IsAnErrorThatSaysWhatWasMeant) {
  const Result<Options> options = parse(GetParam().line);
  ASSERT_FALSE(options.ok()) << GetParam().line;
  EXPECT_EQ(options.status().code, Code::invalid);
  EXPECT_THAT(options.status().message, HasSubstr(GetParam().says)) << GetParam().line;
}

INSTANTIATE_TEST_SUITE_P(
    Flags, WrongLineTest,
    testing::Values(
        WrongLine{"delete role/keep --namespcae=dev --yes", "did you mean `--namespace`?"},
        WrongLine{"delete role/keep --dryrun --yes", "did you mean `--dry-run`?"},
        WrongLine{"plan -f x.yaml --detailed-exitcod", "did you mean `--detailed-exitcode`?"},
        WrongLine{"delete role/keep --ys", "did you mean `--yes`?"},
        WrongLine{"get role --prune", "--prune is a flag of apply, plan, not of get"},
        WrongLine{"apply -f x.yaml --cascade", "--cascade is a flag of delete, not of apply"},
        WrongLine{"get -f x.yaml", "-f is a flag of apply"},
        WrongLine{"get role -q", "get has no flag -q; byocctl help get lists them"},
        WrongLine{"get role -wq", "get has no flag -q (in -wq)"},
        WrongLine{"delete -filename x.yaml", "did you mean `--filename`?"},
        WrongLine{"delete -force role/a", "did you mean `--force`?"},
        WrongLine{"delete role/a -yes", "did you mean `--yes`?"},
        WrongLine{"plan --flagfile=x", "plan has no flag --flagfile"},
        WrongLine{"plan --fromenv=yes", "plan has no flag --fromenv"},
        WrongLine{"delete role/a --undefok=dry --dry", "delete has no flag --undefok"},
        WrongLine{"delete role/a --nodry-run", "delete has no flag --nodry-run"},
        WrongLine{"delete role/a --no-yes", "delete has no flag --no-yes"},
        WrongLine{"delete role/a --no-wait=true", "--no-wait takes no value"},
        WrongLine{"delete role/a ---yes", "has no flag ---yes"},
        WrongLine{"delete role/a --=x", "has no flag --;"}));

INSTANTIATE_TEST_SUITE_P(
    Values, WrongLineTest,
    testing::Values(
        WrongLine{"get role -o yamll", "did you mean `yaml`?"},
        WrongLine{"get role -oyamll", "did you mean `yaml`?"},
        WrongLine{"get role --output=jsonpath",
                  "it must be json, yaml, wide, name, table, jsonpath"},
        WrongLine{"get role -o jsonpath=", "it must be"},
        WrongLine{"sweep -o yaml", "--output=yaml: it must be json"},
        WrongLine{"logs --level warnings", "it must be info, warn, error"},
        WrongLine{"delete role/a -n", "-n needs a value: -n NAMESPACE"},
        WrongLine{"delete role/a --namespace --yes", "--namespace needs a value"},
        WrongLine{"delete role/a --namespace= --yes",
                  "--namespace needs a value, not an empty one"},
        WrongLine{"delete role --selector= --yes", "--selector needs a value, not an empty one"},
        WrongLine{"delete role -l '' --yes", "--selector needs a value, not an empty one"},
        WrongLine{"get role -n ../x", "--namespace=../x: "},
        WrongLine{"get role -n Default", "write `default`"},
        WrongLine{"delete role/a -n \xff --yes", "--namespace="},
        WrongLine{"get role --region us-east-1a", "is an availability zone, not a region"},
        WrongLine{"apply -f x.yaml --region Mars", "--region=Mars: "},
        WrongLine{"sweep --region \xff", "--region="},
        WrongLine{"apply -f", "-f needs a value: -f FILE|DIR|-"},
        WrongLine{"apply -f --yes", "-f needs a value"},
        WrongLine{"apply -f ''", "--filename needs a value, not an empty one"},
        WrongLine{"delete role/a --yes=maybe", "--yes=maybe: it is true or false"},
        WrongLine{"delete role/a --yes=", "--yes needs a value, not an empty one"},
        WrongLine{"delete role/a --dry-run=sever", "did you mean `server`?"},
        WrongLine{"delete role/a --cascade=orphan", "--cascade=orphan: it is true or false"},
        WrongLine{"wait role/a --for delete --timeout soon", "no duration (90m, 1h30m, 45s)"},
        WrongLine{"wait role/a --for delete --timeout=-5s", "no duration"},
        WrongLine{"logs --from soon", "no time; write \"24 hours ago\""},
        WrongLine{"logs --from 2026-02-30T00:00:00Z", "no time"},
        WrongLine{"logs --to 2026-01-31T09:30:00+02:00", "no time"},
        WrongLine{"logs --limit -1", "--limit needs a value"},
        WrongLine{"logs --limit=-1", "it must be a number above 0"},
        WrongLine{"logs --limit=10x", "it must be a number above 0"},
        WrongLine{"logs --limit=99999999999999999999", "it must be a number above 0"},
        WrongLine{"delete role/a -n dev -n prod", "--namespace is given twice: dev and prod"},
        WrongLine{"delete role/a --wait --no-wait", "--wait is given twice"},
        WrongLine{"get role -l a=b -l c=d", "--selector is given twice"}));

INSTANTIATE_TEST_SUITE_P(
    Words, WrongLineTest,
    testing::Values(
        WrongLine{"aply -f x.yaml", "did you mean `apply`?"},
        WrongLine{"frobnicate", "byocctl help lists them"},
        WrongLine{"plan x.yaml", "did you mean `-f x.yaml`?"},
        WrongLine{"plan -f x.yaml y.yaml", "did you mean `-f y.yaml`?"},
        WrongLine{"apply", "say which manifests: -f FILE"},
        WrongLine{"sweep role/a", "sweep takes no word: \"role/a\" is one too many"},
        WrongLine{"approve role/a", "approve takes no word"},
        WrongLine{"version 2", "version takes no word"},
        WrongLine{"completion zsh", "completion knows no \"zsh\""},
        WrongLine{"completion bash zsh", "completion takes one word: \"zsh\""},
        WrongLine{"wait --for delete", "say what to wait for: KIND/NAME"},
        WrongLine{"help aply", "did you mean `apply`?"},
        WrongLine{"delete role/a --wait false", "\"false\" names no object"},
        WrongLine{"delete role/ --yes", "a name is missing after role/"},
        WrongLine{"delete role '' --yes", "a name is missing after role"},
        WrongLine{"delete /a --yes", "a kind is missing"},
        WrongLine{"delete '' --yes", "a kind is missing"},
        WrongLine{"delete role,, --all --yes", "a kind is missing"},
        WrongLine{"delete role --yes", "role --all for every one"},
        WrongLine{"delete role,cluster --yes", "role,cluster --all"},
        WrongLine{"delete all --yes", "say what to delete: KIND/NAME"},
        WrongLine{"delete --yes", "say what to delete: KIND/NAME"},
        WrongLine{"delete -A --yes", "say what to delete: KIND/NAME"},
        WrongLine{"delete all role/a --yes", "\"all\" means every kind"},
        WrongLine{"delete role/a cluster --yes", "\"cluster\" names no object"},
        WrongLine{"delete role cluster/a --yes", "names a kind twice"},
        WrongLine{"delete role/a/b --yes", "\"role/a/b\" is no KIND/NAME"},
        WrongLine{"delete rol/a --yes", "did you mean `role`?"},
        WrongLine{"delete role/a --all --yes", "leave the names out"},
        WrongLine{"delete role --all -l a=b --yes", "--all and a selector (-l) contradict"},
        WrongLine{"delete role --all -A -n dev --yes", "-A and -n contradict"},
        WrongLine{"delete role/a -A --yes", "cannot be named in all namespaces"},
        WrongLine{"delete role/a -l a=b --yes", "a name and a selector (-l) contradict"},
        WrongLine{"delete role/a -f x.yaml --yes", "-f names the objects; role/a has no place"},
        WrongLine{"delete -f x.yaml --all --yes", "-f names the objects; --all has no place"},
        WrongLine{"delete -f x.yaml -l a=b --yes", "-f names the objects; -l has no place"},
        WrongLine{"pause role", "role --all for every one"},
        WrongLine{"resume", "say what to resume"},
        WrongLine{"reconcile all", "say what to reconcile"},
        WrongLine{"wait role --for delete", "role --all for every one"},
        WrongLine{"wait role/a", "say what to wait for: --for condition=TYPE"},
        WrongLine{"wait role/a --for Ready", "did you mean `condition=Ready`?"},  // F49
        WrongLine{"wait role/a --for condition=Redy", "did you mean `Ready`?"},
        WrongLine{"wait role/a --for phase=Runing", "did you mean `Running`?"},
        WrongLine{"wait role/a --for condition=", "it must be condition=TYPE"},
        WrongLine{"wait role/a --for condition=Ready=", "it must be condition=TYPE"},
        WrongLine{"wait role/a --for created", "it must be condition=TYPE"},
        WrongLine{"wait role/a --for delete --stable 0", "it must be a number above 0"},
        WrongLine{"proxy --port 65536", "it must be a port"},
        WrongLine{"proxy --port http", "it must be a port"},
        WrongLine{"init a b", "init takes one word: \"b\" is one too many"},
        WrongLine{"init ''", "is empty"}, WrongLine{"apply -f x.yaml -l a=b", "add --prune"},
        WrongLine{"apply -f x.yaml --prune", "--prune needs a selector"},
        WrongLine{"logs role", "say whose: byocctl logs KIND/NAME"},
        WrongLine{"logs role/a role/b", "say whose"}, WrongLine{"logs all", "say whose"}));

// G51
TEST(OptionsTest, EverySpellingOfAValueIsUnderstood) {
  for (const char* line : {"get role -o json", "get role -ojson", "get role -o=json",
                           "get role --output json", "get role --output=json", "-o json get role",
                           "--output=json get role", "get -o json role"}) {
    const Options options = parsed(line);
    EXPECT_EQ(options.verb, "get") << line;
    EXPECT_EQ(options.output, "json") << line;
    EXPECT_THAT(options.arguments, ElementsAre("role")) << line;
  }
  EXPECT_EQ(parsed("get role -n dev").ns, "dev");
  EXPECT_EQ(parsed("get role -ndev").ns, "dev");
  EXPECT_EQ(parsed("--namespace dev get role").ns, "dev");
  EXPECT_EQ(parsed("get role -lteam=a").selector, "team=a");
  EXPECT_EQ(parsed("get role --selector team=a").selector, "team=a");
  EXPECT_EQ(parsed("get role -n=dev -n dev").ns, "dev") << "said twice, the same";
  EXPECT_EQ(parsed("get role").ns, "default") << "nothing is left of the lines before";
}

TEST(OptionsTest, SwitchesAreOnOffOrTogether) {
  EXPECT_TRUE(parsed("get -Aw").all_namespaces);
  EXPECT_TRUE(parsed("get -Aw").watch);
  EXPECT_TRUE(parsed("get -wAo json").all_namespaces);
  EXPECT_EQ(parsed("get -wAojson").output, "json");
  EXPECT_TRUE(parsed("get --all-namespaces --watch").watch);
  EXPECT_TRUE(parsed("get --all_namespaces").all_namespaces) << "underscores are dashes";
  EXPECT_TRUE(parsed("delete role/a").wait);
  for (const char* off : {"--no-wait", "--nowait", "--no_wait", "--wait=false", "--wait=0"}) {
    EXPECT_FALSE(parsed(std::string("delete role/a ") + off).wait) << off;
  }
  EXPECT_FALSE(parsed("delete role/a --yes=false").yes);
  EXPECT_TRUE(parsed("logs -f").watch) << "-f is to follow there";
  EXPECT_TRUE(parsed("logs --follow").watch);
}

TEST(OptionsTest, DryRunsAreSaidAsKubectlSaysThem) {
  for (const char* on :
       {"--dry-run", "--dry_run", "--dry-run=client", "--dry-run=server", "--dry-run=true"}) {
    EXPECT_TRUE(parsed(std::string("delete role/a --yes ") + on).dry_run) << on;
  }
  EXPECT_FALSE(parsed("delete role/a --dry-run=none").dry_run);
  EXPECT_FALSE(parsed("delete role/a --dry-run=false").dry_run);
  EXPECT_FALSE(parsed("delete role/a").dry_run);
}

TEST(OptionsTest, FilesAreNamedAsOftenAsOneLikes) {
  EXPECT_THAT(parsed("apply -f a.yaml --filename b -f=c --filename=- -fd").files,
              ElementsAre("a.yaml", "b", "c", "-", "d"));
  EXPECT_THAT(parsed("apply -f a.yaml -f a.yaml").files, ElementsAre("a.yaml", "a.yaml"));
}

TEST(OptionsTest, BehindTwoDashesNothingIsAFlag) {
  const Options options = parsed("get --output json -- role a");
  EXPECT_EQ(options.output, "json");
  EXPECT_THAT(options.arguments, ElementsAre("role", "a"));
  EXPECT_THAT(parse("delete --yes -- role/a --dry-run").status().message,
              HasSubstr("\"--dry-run\" names no object"));
}

TEST(OptionsTest, AllIsSaidWhereSomethingChanges) {
  EXPECT_TRUE(parsed("delete role --all").all);
  EXPECT_TRUE(parsed("delete all --all").all);
  EXPECT_TRUE(parsed("pause --all").all);
  EXPECT_EQ(parsed("delete role -l team=a").selector, "team=a");
  EXPECT_EQ(parsed("get role").arguments.size(), 1U) << "looking at all is harmless";
  EXPECT_TRUE(parsed("get").arguments.empty());
}

// F43: for every verb that takes one, before anything is looked at.
TEST(OptionsTest, ASelectorThatDoesNotParseDoesNothing) {
  for (const SelectorCase& one : kSelectorCases) {
    const bool right = one.verdict != SelectorCase::wrong;
    EXPECT_EQ(parse_options({"delete", "role", "--yes", "-l", one.text}).ok(), right) << one.text;
    EXPECT_EQ(parse_options({"apply", "-f", "x", "--prune", "--selector=" + one.text}).ok(), right)
        << one.text;
  }
  for (const char* verb : {"get", "describe", "events", "delete", "reconcile", "pause", "resume"}) {
    const auto options = parse_options({verb, "role", "-l", "env notin (prod staging)"});
    ASSERT_FALSE(options.ok()) << verb;
    EXPECT_THAT(options.status().message, HasSubstr("where , or ) must be"));
    EXPECT_FALSE(parse_options({verb, "role", "-l", "  "}).ok()) << "spaces select everything";
  }
}

TEST(OptionsTest, TimesAreRead) {
  EXPECT_FALSE(parsed("delete role/a").timeout.has_value());
  EXPECT_EQ(parsed("delete role/a --timeout 1h30m").timeout, std::chrono::minutes(90));
  EXPECT_EQ(parsed("delete role/a --timeout=0").timeout, Duration{0});
  EXPECT_EQ(timeout_of(parsed("delete role/a")), std::chrono::minutes(90));
}

TEST(OptionsTest, AskingAboutAVerbNeverRunsIt) {
  for (const char* line : {"delete role/a --yes --help", "delete --help", "delete -h role/a --all",
                           "--help delete", "help delete"}) {
    const Options options = parsed(line);
    EXPECT_EQ(options.verb, "help") << line;
    EXPECT_THAT(options.arguments, ElementsAre("delete")) << line;
  }
  EXPECT_EQ(parsed("--version").verb, "version");
  EXPECT_EQ(parsed("--help").verb, "help");
  EXPECT_EQ(parsed("").verb, "");
  EXPECT_EQ(parsed("diff -f x").verb, "plan");
  EXPECT_FALSE(parse("delete role/a --help --frob").ok());
}

// The table itself.
TEST(OptionsTest, NoNameOrLetterMeansTwoFlagsOfAVerb) {
  for (const VerbEntry& verb : all_verbs()) {
    for (const FlagEntry& flag : all_flags()) {
      if (!takes_flag(verb.name, flag)) continue;
      EXPECT_EQ(find_flag(verb.name, flag.name), &flag) << verb.name << " " << flag.name;
      if (flag.letter != 0) {
        EXPECT_EQ(find_flag(verb.name, flag.letter), &flag) << flag.name;
      }
      EXPECT_FALSE(flag_help(flag).empty());
    }
  }
}

TEST(OptionsTest, EveryVerbOfAFlagExists) {
  for (const FlagEntry& flag : all_flags()) {
    if (flag.verbs == "*") continue;
    for (const std::string& verb : words_of(std::string(flag.verbs))) {
      ASSERT_NE(find_verb(verb), nullptr) << flag.name << ": " << verb;
      EXPECT_EQ(find_verb(verb)->name, verb);
    }
  }
}

// What a usage line shows is what the verb takes.
TEST(OptionsTest, UsageLinesNameFlagsOfTheirVerb) {
  for (const VerbEntry& verb : all_verbs()) {
    for (std::string word : words_of(std::string(verb.usage))) {
      std::erase_if(word, [](char letter) { return letter == '[' || letter == ']'; });
      if (!word.starts_with('-')) continue;
      const bool known = word.starts_with("--no-")
                             ? find_flag(verb.name, std::string_view(word).substr(5)) != nullptr
                         : word.starts_with("--")
                             ? find_flag(verb.name, std::string_view(word).substr(2)) != nullptr
                             : find_flag(verb.name, word[1]) != nullptr;
      EXPECT_TRUE(known) << verb.name << " " << word;
    }
  }
}

}  // namespace
}  // namespace byoc
