#include "reconcilers/location.h"

#include <algorithm>

#include "base/ascii.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr const char* kLocation = "location";

// An unknown value contradicts nothing.
bool differs(const std::string& recorded, const std::string& here) {
  return !recorded.empty() && recorded != here;
}

// What byocctl calls it: "cluster/demo -n team".
std::string command_words(const ObjectKey& key) {
  std::string words = lower(key.kind) + "/" + key.name;
  return key.ns == "default" ? words : words + " -n " + key.ns;
}

}  // namespace

std::string partition_of(const std::string& arn) {
  const std::size_t begin = arn.find(':') + 1;
  return arn.starts_with("arn:") ? arn.substr(begin, arn.find(':', begin) - begin) : "aws";
}

AwsLocation location_of(const Object& object) {
  const Json& recorded = member(object.status, kLocation);
  if (recorded.is_object()) {
    return {text_member(recorded, "partition"), text_member(recorded, "accountId"),
            text_member(recorded, "region")};
  }
  AwsLocation location;  // earlier versions wrote the account only, and the manifest has the region
  location.account = text_member(object.status, "accountId");
  const std::string caller = text_member(object.status, "callerArn");
  if (!caller.empty()) location.partition = partition_of(caller);
  return location;
}

bool record_location(Object& object, const AwsLocation& location) {
  Json recorded = {{"partition", location.partition}, {"accountId", location.account}};
  if (!location.region.empty()) recorded["region"] = location.region;
  if (member(object.status, kLocation) == recorded) return false;
  object.status[kLocation] = std::move(recorded);
  return true;
}

bool may_have_resources(const Object& object, const std::map<std::string, Intent>& intents) {
  const bool promised = std::any_of(intents.begin(), intents.end(), [](const auto& item) {
    return item.second.state != Intent::State::open || item.second.sent != Time{};
  });
  if (promised) return true;
  const Json& inventory = member(object.status, "inventory");
  if (inventory.is_array() && !inventory.empty()) return true;
  // What is taken over is not promised before.
  const Json& adopt = member(object.spec, "adopt");
  return adopt == true && member(object.status, kLocation).is_object();
}

Status check_location(const Object& object, const AwsLocation& here,
                      const std::string& caller_arn) {
  const AwsLocation recorded = location_of(object);
  const std::string what = to_string(object.key());
  const std::string command = "byocctl delete " + command_words(object.key());
  if (differs(recorded.account, here.account)) {
    return error(Code::denied, what + " belongs to account " + recorded.account +
                                   ", where its resources are, but the credentials in use (" +
                                   caller_arn + ") are of account " + here.account +
                                   "; use credentials of account " + recorded.account +
                                   ". To move it, run `" + command + "` with those, and then " +
                                   "apply it with the others; when nobody can work in " +
                                   recorded.account + " any more, `" + command +
                                   " --force` forgets it and names what stays behind there");
  }
  if (differs(recorded.partition, here.partition)) {
    return error(Code::denied, what + " belongs to the partition " + recorded.partition +
                                   ", but the credentials in use (" + caller_arn +
                                   ") are of the partition " + here.partition);
  }
  if (!here.region.empty() && differs(recorded.region, here.region)) {
    return error(Code::denied, what + " belongs to the region " + recorded.region +
                                   ", where its resources are, and cannot be worked on in " +
                                   here.region + "; to move it, run `" + command +
                                   "` with the region " + recorded.region +
                                   " and then apply it anew");
  }
  return {};
}

}  // namespace byoc
