// Objects and their versions: enough of S3 to fill a bucket and to empty it again.
#include <algorithm>
#include <limits>

#include "tests/sim/store.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kDeleteObjectsMax = 1000;

using Versions = std::vector<S3Version>;

Versions::iterator find_version(S3Bucket& bucket, const std::string& key, const std::string& id) {
  return std::find_if(bucket.versions.begin(), bucket.versions.end(),
                      [&](const S3Version& v) { return v.key == key && v.version_id == id; });
}

// A new version on top; outside of versioning it replaces the version "null".
std::string push_version(OpContext& context, S3Bucket& bucket, S3Version version) {
  const bool keeps = bucket.versioning == "Enabled";
  version.version_id = keeps ? context.new_code(32) : "null";
  version.modified = context.now;
  if (!keeps) {
    const auto old = find_version(bucket, version.key, "null");
    if (old != bucket.versions.end()) bucket.versions.erase(old);
  }
  bucket.versions.push_back(version);
  return version.version_id;
}

bool is_latest(const Versions& versions, Versions::const_iterator version) {
  return std::none_of(version + 1, versions.end(),
                      [&](const S3Version& later) { return later.key == version->key; });
}

Answer put_object(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  S3Version version;
  version.key = text(params, "Key");
  version.size_bytes = static_cast<std::int64_t>(text(params, "Body").size());
  const std::string id = push_version(context, *bucket, std::move(version));
  Json body = Json::object();
  if (id != "null") body["VersionId"] = id;
  return done(std::move(body));
}

Answer list_object_versions(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  Json body = {{"Name", bucket->name}, {"IsTruncated", false}};
  const Versions& versions = bucket->versions;
  int room = number(params, "MaxKeys", std::numeric_limits<int>::max());
  for (auto at = versions.begin(); at != versions.end(); ++at) {
    if (!at->key.starts_with(text(params, "Prefix"))) continue;
    if (room-- == 0) {
      body["IsTruncated"] = true;
      break;
    }
    Json shown = {{"Key", at->key},
                  {"VersionId", at->version_id},
                  {"IsLatest", is_latest(versions, at)},
                  {"LastModified", format_time(at->modified)}};
    if (!at->delete_marker) shown["Size"] = at->size_bytes;
    body[at->delete_marker ? "DeleteMarkers" : "Versions"].push_back(std::move(shown));
  }
  return done(std::move(body));
}

// Naming a version removes it; not naming one hides the key behind a marker, or removes it where
// the bucket has no versions. Deleting what is not there succeeds.
Json delete_object(OpContext& context, S3Bucket& bucket, const Json& object) {
  const std::string& key = text(object, "Key");
  Json out = {{"Key", key}};
  if (object.contains("VersionId")) {
    out["VersionId"] = text(object, "VersionId");
    const auto found = find_version(bucket, key, text(object, "VersionId"));
    if (found == bucket.versions.end()) return out;
    if (found->delete_marker) {
      out["DeleteMarker"] = true;
      out["DeleteMarkerVersionId"] = found->version_id;
    }
    bucket.versions.erase(found);
  } else if (bucket.versioning.empty()) {
    const auto found = find_version(bucket, key, "null");
    if (found != bucket.versions.end()) bucket.versions.erase(found);
  } else {
    S3Version marker;
    marker.key = key;
    marker.delete_marker = true;
    out["DeleteMarker"] = true;
    out["DeleteMarkerVersionId"] = push_version(context, bucket, std::move(marker));
  }
  return out;
}

Answer delete_objects(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  const Json& order = params.at("Delete");
  const Json& objects = list(order, "Objects");
  if (objects.empty() || objects.size() > kDeleteObjectsMax) {
    return fail("MalformedXML",
                "The XML you provided was not well-formed or did not validate against our "
                "published schema");
  }
  Json deleted = Json::array();
  for (const Json& object : objects) deleted.push_back(delete_object(context, *bucket, object));
  if (flag(order, "Quiet")) return done();
  return done({{"Deleted", std::move(deleted)}});
}

constexpr OpRule kS3ObjectOps[] = {
    {"s3", "PutObject", put_object, kMutates, "Bucket! Key! Body"},
    {"s3", "ListObjectVersions", list_object_versions, kReads,
     "Bucket! Prefix MaxKeys:i KeyMarker VersionIdMarker"},
    {"s3", "DeleteObjects", delete_objects, kMutates, "Bucket! Delete!:o"},
};

}  // namespace

std::span<const OpRule> s3_object_ops() {
  return kS3ObjectOps;
}

}  // namespace byoc::sim
