// The state of S3, ECR and CloudWatch Logs as a person would tell it: no times.
#include "tests/sim/world.h"

namespace byoc::sim {

Json dump(const S3& s3) {
  Json out = Json::object();
  s3.buckets.each([&](const std::string& name, const S3Bucket& bucket) {
    Json objects = Json::array();
    for (const S3Version& version : bucket.versions) {
      objects.push_back(version.key + (version.delete_marker ? " (deleted)" : ""));
    }
    out[name] = {{"account", bucket.account},
                 {"region", bucket.region},
                 {"versioning", bucket.versioning},
                 {"encryption", bucket.encryption},
                 {"tags", bucket.tags},
                 {"publicAccess", bucket.public_access},
                 {"objects", std::move(objects)}};
  });
  return out;
}

Json dump(const Ecr& ecr) {
  Json out = Json::object();
  ecr.repositories.each([&](const std::string& name, const EcrRepository& repository) {
    out[name] = {{"images", repository.images}, {"tags", repository.tags}};
  });
  return out;
}

Json dump(const Logs& logs) {
  Json out = Json::object();
  logs.groups.each([&](const std::string& name, const LogGroup& group) {
    out[name] = {{"retentionDays", group.retention_days}, {"tags", group.tags}};
  });
  return out;
}

}  // namespace byoc::sim
