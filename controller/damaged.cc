#include "controller/damaged.h"

namespace byoc {
namespace {

constexpr const char* kDamaged = "DamagedRecord";  // no pass gives this reason

}  // namespace

Object damaged_record(const ObjectKey& key, const std::string& uid, const std::string& why) {
  Object object;
  object.kind = key.kind;
  object.metadata.ns = key.ns;
  object.metadata.name = key.name;
  object.metadata.uid = uid;
  object.status = {{"phase", "Error"}, {"reason", kDamaged}, {"message", why}};
  return object;
}

bool is_damaged(const Object& object) {
  const auto reason = object.status.find("reason");
  return reason != object.status.end() && *reason == kDamaged;
}

}  // namespace byoc
