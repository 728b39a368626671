// RemoteStore: those parts of a running byocd's store that its API has. What verbs read is the same
// either way.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "controller/store_parts.h"

namespace byoc {

class RemoteStore final : public ObjectStore, public Records, public Questions {
 public:
  // not_found when nobody listens on the socket, denied when we may not come in.
  [[nodiscard]] static Result<std::unique_ptr<RemoteStore>> connect(const std::string& socket_path);
  ~RemoteStore() override;

  Result<Object> get(const ObjectKey& key) override;
  Result<std::vector<Object>> list(const std::string& kind) override;
  // Of an object with a deletion time the mark alone is set; byocd does the rest, and knows the
  // time.
  Result<Object> put(Object object, Time now) override;
  Result<Object> put_status(Object object, Time now) override;
  // The same of what was applied: of a deleted object, too, it is what is written.
  [[nodiscard]] Result<Object> apply(Object object);
  // Drops the record, whatever its finalizers say; what it stands for stays behind.
  Status remove(const ObjectKey& key, Time now) override;
  Result<std::vector<Tombstone>> tombstones() override;

  Result<std::optional<Approval>> approval() override;
  Status grant(const std::string& id, Time now) override;

  Result<std::vector<Intent>> intents(const std::string& owner_uid) override;
  Result<std::vector<Event>> events(const std::optional<ObjectKey>& object) override;
  Result<std::vector<JournalEntry>> journal(const JournalQuery& query) override;

  Result<News> news(const NewsQuery& query) override;
  Result<bool> paused() override;
  Status set_paused(bool paused) override;

  // The plan that byocd makes (controller/plan_report.h) for manifests and deletions; `paths` are
  // those that the manifests were read from. Waits until it is made, or `timeout` is over.
  [[nodiscard]] Result<Json> plan(const std::vector<Object>& objects,
                                  const std::vector<ObjectKey>& deletions,
                                  const std::vector<std::string>& paths, Duration timeout);

  // What people ask of an object beside its spec (controller/request.h).
  [[nodiscard]] Result<Object> request_pause(const ObjectKey& key, bool paused);
  [[nodiscard]] Result<Object> request_look(const ObjectKey& key);

 private:
  using Query = std::map<std::string, std::string>;
  explicit RemoteStore(std::string socket_path);
  [[nodiscard]] Result<Json> call(const std::string& method, const std::string& path,
                                  const Query& query = {}, const Json& body = nullptr,
                                  Duration patience = Duration{0});
  [[nodiscard]] Result<Object> call_object(const std::string& method, const std::string& path,
                                           const Json& body = nullptr);

  std::string socket_path_;
};

}  // namespace byoc
