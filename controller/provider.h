// Provider: what stands between an object and the world that its resources live in: as whom its
// calls are made, and what has to be asked before its graph can be built. Pass, sweeps and rebuild
// know no more of AWS than this; where a call then goes is the router's (cloud/router.h).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud.h"
#include "controller/secrets.h"
#include "reconcilers/kinds.h"
#include "reconcilers/look.h"

namespace byoc {

// The object of a key as it stands; null when there is none.
using FindObject = std::function<const Object*(const ObjectKey&)>;

// The object under whose identity another one works: itself, or one that it refers to, directly or
// through others. Null when it works as byoc itself, or that object is not there.
[[nodiscard]] const Object* identity_source(const Object& object, const FindObject& find);

struct AccessInput {
  const Object& object;
  FindObject find;             // of those that it refers to, directly and through them
  std::string default_region;  // where its manifest names none
  const Secrets& secrets;
  bool dry_run = false;
};

// How an object's calls are made; or why nobody can make them now.
struct Access {
  std::shared_ptr<const Principal> principal = nullptr;  // null: nobody
  std::map<std::string, Secret> secrets = {};            // that its build function needs
  Status failure = {};                                   // why there is no principal
  std::string reason = {};                               // CamelCase
  bool waiting = false;                                  // another object will end that
};

// What came of the facts: ok, or what cannot be known and by which answer.
struct FactsOutcome {
  Status failure = {};
  std::string reason = {};  // CamelCase
  std::string query = {};   // name of the answer that is to be asked for again
};

// A question whose answer tells what a refusal of another one means.
struct Witness {
  std::shared_ptr<const Principal> principal;
  Query query;
};

class Provider {
 public:
  Provider() = default;
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;
  virtual ~Provider() = default;

  [[nodiscard]] virtual Access access_of(const ObjectKind& kind,
                                         const AccessInput& input) const = 0;
  // As whom to look for what objects like this one left behind; nothing when a kind has no place of
  // its own to look at.
  [[nodiscard]] virtual std::optional<Principal> sweep_access_of(
      const ObjectKind& kind, const AccessInput& input) const = 0;

  // What must be asked for a graph of the object.
  [[nodiscard]] virtual std::vector<Query> fact_queries(const ObjectKind& kind,
                                                        const Object& object) const = 0;
  // Every one of `asked` has its answer.
  [[nodiscard]] virtual FactsOutcome read_facts(const std::vector<Query>& asked,
                                                const Answers& answers, const Principal& principal,
                                                Facts& facts) const = 0;

  // A refusal may have another cause than it says. What to ask once more, and as whom, to tell;
  // nothing: it says all.
  [[nodiscard]] virtual std::optional<Witness> witness_of(const FactsOutcome& outcome,
                                                          const Principal& principal) const = 0;
  // What the refusal means beside that answer.
  [[nodiscard]] virtual FactsOutcome explained(FactsOutcome outcome, const Principal& principal,
                                               const Witness& witness,
                                               const LookAnswer& answer) const = 0;
};

[[nodiscard]] const Provider& provider_of(const ObjectKind& kind);

// AWS (aws_provider.cc).
[[nodiscard]] const Provider& aws_provider();

}  // namespace byoc
