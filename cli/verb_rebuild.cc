// rebuild: a lost store made again, from the manifests and the tags in AWS.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <set>

#include "cli/session.h"
#include "cli/verbs.h"
#include "cli/work.h"
#include "controller/candidate.h"
#include "controller/rebuild.h"

namespace byoc {
namespace {

std::string counted(std::size_t resources) {
  return std::to_string(resources) + (resources == 1 ? " resource" : " resources");
}

void print_rebuilt(const RebuildResult& result) {
  for (const Rebuilt& one : result.objects) {
    const std::string name = to_string(one.object);
    switch (one.what) {
      case Rebuilt::What::nothing:
        std::printf("%s: nothing of it exists, and nothing was stored\n", name.c_str());
        break;
      case Rebuilt::What::known:
        std::printf("%s: %s, stored already (%s found)\n", name.c_str(), one.uid.c_str(),
                    counted(one.resources).c_str());
        break;
      case Rebuilt::What::restored:
        std::printf("%s: %s, stored now (%s found)\n", name.c_str(), one.uid.c_str(),
                    counted(one.resources).c_str());
        break;
    }
  }
  std::set<std::pair<std::string, std::string>> others;
  for (const Stray& stray : result.others) others.emplace(stray.owner, stray.uid);
  for (const auto& [owner, uid] : others) {
    std::printf("%s (%s) is in no manifest; its resources are left alone\n", owner.c_str(),
                uid.c_str());
  }
}

// Those of the uids that begin with one of the words.
std::vector<std::string> named(const std::vector<std::string>& words, const Sets& sets) {
  std::vector<std::string> uids;
  for (const auto& [uid, strays] : sets) {
    for (const std::string& word : words) {
      if (!word.empty() && uid.starts_with(word)) uids.push_back(uid);
    }
  }
  return uids;
}

// Which of several uids stays: named on the command line, else asked for. What the others have is
// deleted, once a person has agreed.
Result<std::string> choose_uid(const Options& options, const ObjectKey& key, const Sets& sets) {
  std::printf("There are resources of %zu %s:\n", sets.size(), to_string(key).c_str());
  for (const auto& [uid, strays] : sets) {
    std::printf("  %s  %s\n", uid.c_str(), counted(strays.size()).c_str());
  }
  std::vector<std::string> words = options.arguments;
  if (words.empty() && isatty(STDIN_FILENO) != 0) {
    std::printf("Which one stays? The uid, or how it begins: ");
    std::fflush(stdout);
    std::getline(std::cin, words.emplace_back());
  }
  const std::vector<std::string> uids = named(words, sets);
  if (uids.size() != 1) return std::string();
  std::size_t rest = 0;
  for (const auto& [uid, strays] : sets) rest += uid == uids.front() ? 0 : strays.size();
  if (confirmed(options, counted(rest) + " of the others will be deleted. This cannot be taken "
                                         "back. Go on?")) {
    return uids.front();
  }
  return error(Code::cancelled, to_string(key) + " is left as it is");
}

}  // namespace

int run_rebuild(const Options& options) {
  auto session = Session::open(options, Session::Access::change);
  if (!session.ok()) return fail(session.status());
  if (session.value()->daemon() != nullptr) {
    return fail("byocd runs, with a store of its own; stop it first");
  }
  const auto existing = session.value()->objects();
  if (!existing.ok()) return fail(existing.status());
  const Manifests manifests = read_manifests(*session.value(), options, existing.value());
  if (!manifests.ok) return kExitError;
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  std::vector<Object> objects;
  for (const Manifest& manifest : manifests.list) {
    const Object* stored = find_object(existing.value(), manifest.object.key());
    objects.push_back(candidate_for(manifest, stored, {}).object);
  }
  RebuildInput input{*session.value()->own_store(),
                     *cloud.value(),
                     session.value()->secrets(),
                     options.region,
                     interrupted,
                     {}};
  input.choose = [&](const ObjectKey& key, const Sets& sets) {
    return choose_uid(options, key, sets);
  };
  const auto result = rebuild(input, objects);
  if (!result.ok()) return fail(result.status());
  print_rebuilt(result.value());
  if (result.value().doubles.empty()) return kExitDone;
  Work work(*session.value(), *cloud.value(), options);
  return work.run(result.value().doubles, Work::Goal::vanish);
}

}  // namespace byoc
