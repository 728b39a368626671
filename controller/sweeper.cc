#include "controller/sweeper.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/attempt.h"
#include "controller/candidate.h"
#include "controller/provider.h"
#include "controller/record.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

constexpr Duration kPatience = std::chrono::minutes(5);  // for all answers of a look

std::string place_of(const Stray& stray) {
  return stray.region + "|" + stray.type + "|" + stray.id;
}

}  // namespace

Scopes sweep_scopes(const std::vector<Object>& objects, const Secrets& secrets,
                    const std::string& default_region) {
  std::set<std::pair<std::string, std::string>> seen;  // role and region
  Scopes scopes;
  const auto add = [&](Principal principal) {
    if (!seen.emplace(principal.role_arn, principal.region).second) return;
    scopes.push_back(std::make_shared<const Principal>(std::move(principal)));
  };
  Principal ambient;
  ambient.region = default_region;
  add(ambient);
  const auto find = [&](const ObjectKey& key) { return find_object(objects, key); };
  for (const Object& object : objects) {
    const ObjectKind* kind = find_kind(object.kind);
    if (kind == nullptr) continue;
    auto principal = provider_of(*kind).sweep_access_of(
        *kind, {object, find, default_region, secrets, /*dry_run=*/false});
    if (principal) add(*std::move(principal));
  }
  return scopes;
}

Sweep::Sweep(Cloud& cloud, const Scopes& scopes, std::set<std::string> live)
    : scopes_(scopes), live_(std::move(live)), answers_(scopes.size()) {
  for (std::size_t scope = 0; scope < scopes_.size(); ++scope) {
    for (const Query& query : sweep_queries()) {
      const Ticket ticket =
          cloud.start({query.service, query.operation, query.params, scopes_[scope]});
      flying_.emplace(ticket, Asked{scope, query.name});
    }
  }
}

bool Sweep::take(Completion& completion) {
  const auto found = flying_.find(completion.ticket);
  if (found == flying_.end()) return false;
  const Asked asked = found->second;
  flying_.erase(found);
  const std::string what =
      scopes_[asked.scope]->region + ": " + asked.query.substr(0, asked.query.find('{'));
  LookAnswer answer(completion.status, completion.body);
  Status status = answer.status;
  if (status.ok()) {
    status = attempt("its answer cannot be read", [&] {
      static_cast<void>(find_strays({{asked.query, answer}}, scopes_[asked.scope]->region, live_));
    });
  }
  if (status.ok() && !is_sound(asked.query, answer)) {
    status = error(Code::unavailable, "its answer lacks the list that was asked for");
  }
  if (!status.ok()) answer = LookAnswer(status, nullptr);
  if (status.code == Code::unsupported) {
    unread_.insert(what);
  } else if (!status.ok()) {
    status.message = what + ": " + status.message;
    failures_.push_back(std::move(status));
  }
  answers_[asked.scope][asked.query] = std::move(answer);
  return true;
}

std::vector<std::string> Sweep::places() const {
  std::vector<std::string> places;
  for (const auto& scope : scopes_) {
    places.push_back(scope->region + (scope->role_arn.empty() ? "" : " as " + scope->role_arn));
  }
  return places;
}

std::vector<Stray> Sweep::strays() const {
  std::vector<Stray> all;
  std::set<std::string> seen;  // IAM is seen from every region
  for (std::size_t scope = 0; scope < scopes_.size(); ++scope) {
    for (Stray& stray : find_strays(answers_[scope], scopes_[scope]->region, live_)) {
      const Row* row = row_of(stray.type);
      const bool global = row != nullptr && row->global;
      const std::string place = (global ? "" : stray.region) + "|" + stray.type + "|" + stray.id;
      if (seen.insert(place).second) all.push_back(std::move(stray));
    }
  }
  return all;
}

bool finish(Sweep& sweep, Cloud& cloud, const std::function<bool()>& interrupted) {
  const Time until = cloud.now() + kPatience;
  while (!sweep.finished() && !interrupted() && cloud.now() < until) {
    auto completion = cloud.wait(until);
    if (completion) static_cast<void>(sweep.take(*completion));
  }
  return sweep.finished();
}

std::vector<Stray> StrayMemory::take(const std::vector<Stray>& seen, Time now) {
  std::map<std::string, Time> since;
  std::vector<Stray> dangling;
  for (const Stray& stray : seen) {
    const std::string place = place_of(stray);
    const auto known = since_.find(place);
    const Time first = known == since_.end() ? now : known->second;
    since[place] = first;
    if (known != since_.end() && now - first >= age_min_) dangling.push_back(stray);
  }
  since_ = std::move(since);
  return dangling;
}

Result<std::vector<Stray>> own_strays(Records& store, const std::vector<Stray>& strays,
                                      LeftBy whose) {
  const auto tombstones = store.tombstones();
  if (!tombstones.ok()) return tombstones.status();
  std::set<std::string> uids;
  for (const Tombstone& tombstone : tombstones.value()) {
    if (whose == LeftBy::any || tombstone.sweep) uids.insert(tombstone.uid);
  }
  std::vector<Stray> own;
  std::copy_if(strays.begin(), strays.end(), std::back_inserter(own), [&](const Stray& stray) {
    const Row* row = row_of(stray.type);
    return uids.contains(stray.uid) && row != nullptr && !row->holds_data;
  });
  return own;
}

Result<std::vector<ObjectKey>> reclaim_all(Store& store, const std::vector<Stray>& strays,
                                           Time now) {
  std::map<std::pair<std::string, std::string>, std::vector<Stray>> by_uid;  // and region
  for (const Stray& stray : strays) by_uid[{stray.uid, stray.region}].push_back(stray);
  std::vector<ObjectKey> keys;
  for (const auto& [uid, group] : by_uid) {
    const Reclaim record = reclaim(group, now);
    for (const Intent& intent : record.intents) {
      const Status status = store.put_intent(intent);
      if (!status.ok()) return status;
    }
    const auto stored = create_with_status(store, record.object, now);
    if (stored.ok()) keys.push_back(stored.value().key());
    // The same uid in a second region: its turn comes with the next sweep.
    if (!stored.ok() && stored.status().code != Code::already_exists) return stored.status();
  }
  return keys;
}

}  // namespace byoc
