// S3 buckets and their settings. Names are global; a bucket answers in its own region only.
#include <algorithm>
#include <cctype>

#include "tests/sim/ec2.h"
#include "tests/sim/store.h"

namespace byoc::sim {
namespace {

constexpr std::string_view kHomeRegion = "us-east-1";  // has no location constraint

bool is_bucket_char(char c) {
  return std::islower(static_cast<unsigned char>(c)) != 0 ||
         std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

bool is_bucket_name(const std::string& name) {
  if (name.size() < 3 || name.size() > 63) return false;
  if (!std::all_of(name.begin(), name.end(), is_bucket_char)) return false;
  const auto is_end = [](char c) { return c != '-' && c != '.'; };
  if (!is_end(name.front()) || !is_end(name.back())) return false;
  if (name.find("..") != std::string::npos) return false;
  for (const std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"}) {
    if (name.starts_with(prefix)) return false;
  }
  return !name.ends_with("-s3alias") && !name.ends_with("--ol-s3");
}

std::optional<Answer> refuse_location(const OpContext& context, const std::string& location) {
  const std::string& region = context.region.name;
  if (region == kHomeRegion && location.empty()) return std::nullopt;
  if (location == kHomeRegion) {
    return fail("InvalidLocationConstraint", "The specified location-constraint is not valid");
  }
  if (location == region) return std::nullopt;
  return fail("IllegalLocationConstraintException",
              "The " + (location.empty() ? std::string("unspecified") : location) +
                  " location constraint is incompatible for the region specific endpoint this "
                  "request was sent to.");
}

std::optional<Answer> refuse_bucket_tags(const Json& set) {
  if (set.size() > kTagsMax) {
    return fail("BadRequest", "Bucket tag count cannot be greater than 50");
  }
  std::set<std::string> keys;
  for (const Json& tag : set) {
    const auto& key = tag.at("Key").get_ref<const std::string&>();
    const auto& value = tag.at("Value").get_ref<const std::string&>();
    if (key.starts_with("aws:")) {
      return fail("InvalidTag", "System tags cannot be added/updated by requester");
    }
    if (key.empty() || key.size() > 128) return fail("InvalidTag", "The TagKey is invalid");
    if (value.size() > 256) return fail("InvalidTag", "The TagValue is invalid");
    if (!keys.insert(key).second) {
      return fail("InvalidTag", "Cannot provide multiple Tags with the same key");
    }
  }
  return std::nullopt;
}

Answer taken(const OpContext& context, const S3Bucket& bucket) {
  if (bucket.account != context.account.id) {
    return fail("BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all "
                "users of the system. Please select a different name and try again.",
                409);
  }
  if (bucket.region == kHomeRegion && context.region.name == kHomeRegion) {
    return done({{"Location", '/' + bucket.name}});  // as before 2018: creating again succeeds
  }
  return fail("BucketAlreadyOwnedByYou",
              "Your previous request to create the named bucket succeeded and you already own it.",
              409);
}

S3Bucket new_bucket(const OpContext& context, const std::string& name) {
  S3Bucket bucket;
  bucket.name = name;
  bucket.account = context.account.id;
  bucket.region = context.region.name;
  bucket.created = context.now;
  bucket.encryption = Json::parse(
      R"({"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                     "BucketKeyEnabled": false}]})");
  bucket.public_access = {{"BlockPublicAcls", true},
                          {"IgnorePublicAcls", true},
                          {"BlockPublicPolicy", true},
                          {"RestrictPublicBuckets", true}};  // since April 2023
  return bucket;
}

Answer create_bucket(OpContext& context, const Json& params) {
  Table<S3Bucket>& buckets = context.world.s3.buckets;
  const std::string& name = text(params, "Bucket");
  if (!is_bucket_name(name)) {
    return fail("InvalidBucketName", "The specified bucket is not valid.");
  }
  const Json none = Json::object();
  const Json* configuration = member(params, "CreateBucketConfiguration");
  if (configuration == nullptr) configuration = &none;
  if (auto no = refuse_location(context, text(*configuration, "LocationConstraint"))) {
    return *std::move(no);
  }
  if (auto no = refuse_bucket_tags(list(*configuration, "Tags"))) return *std::move(no);
  if (const S3Bucket* bucket = buckets.find(name); bucket != nullptr)
    return taken(context, *bucket);
  int owned = 0;
  buckets.each([&](const auto&, const S3Bucket& b) { owned += b.account == context.account.id; });
  if (owned >= context.world.s3.bucket_quota) {
    return fail("TooManyBuckets", "You have attempted to create more buckets than allowed");
  }
  S3Bucket bucket = new_bucket(context, name);
  bucket.tags = read_tags(list(*configuration, "Tags"));
  buckets.add(name, std::move(bucket), context.lag());
  return done({{"Location", "http://" + name + ".s3.amazonaws.com/"}});
}

Answer head_bucket(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket != nullptr) return done({{"BucketRegion", bucket->region}});
  return fail(std::to_string(error.http), "", error.http);  // an answer to HEAD has no body
}

Answer list_buckets(OpContext& context, const Json& params) {
  Json buckets = Json::array();
  context.world.s3.buckets.each_listed(context.sight, [&](const auto&, const S3Bucket& bucket) {
    if (bucket.account != context.account.id) return;
    if (!bucket.name.starts_with(text(params, "Prefix"))) return;
    if (params.contains("BucketRegion") && bucket.region != text(params, "BucketRegion")) return;
    buckets.push_back({{"Name", bucket.name},
                       {"CreationDate", format_time(bucket.created)},
                       {"BucketRegion", bucket.region}});
  });
  return done({{"Buckets", std::move(buckets)}, {"Owner", {{"ID", context.account.id}}}});
}

Answer get_location(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  Json location = bucket->region;
  if (bucket->region == kHomeRegion) location = nullptr;
  return done({{"LocationConstraint", std::move(location)}});
}

Answer get_tagging(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  if (bucket->tags.empty()) return fail("NoSuchTagSet", "The TagSet does not exist", 404);
  return done({{"TagSet", show_tags(bucket->tags)}});
}

Answer put_tagging(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  const Json& set = params.at("Tagging").at("TagSet");
  if (auto no = refuse_bucket_tags(set)) return *std::move(no);
  bucket->tags = read_tags(set);
  return done();
}

Answer delete_tagging(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  bucket->tags.clear();
  return done();
}

Answer get_public_access(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  if (bucket->public_access.is_null()) {
    return fail("NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found", 404);
  }
  return done({{"PublicAccessBlockConfiguration", bucket->public_access}});
}

Answer put_public_access(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  const Json& wanted = params.at("PublicAccessBlockConfiguration");
  Json next = Json::object();
  for (const char* name :
       {"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}) {
    next[name] = flag(wanted, name);
  }
  for (const auto& item : wanted.items()) {
    if (!next.contains(item.key())) return fail("MalformedXML", "unknown " + item.key());
  }
  bucket->public_access = std::move(next);
  return done();
}

Answer get_encryption(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  return done({{"ServerSideEncryptionConfiguration", bucket->encryption}});
}

Answer put_encryption(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  Json wanted = params.at("ServerSideEncryptionConfiguration");
  Json& rules = wanted.at("Rules");
  if (rules.size() != 1) return fail("MalformedXML", "exactly one encryption rule is needed");
  const std::string& algorithm =
      text(rules[0].at("ApplyServerSideEncryptionByDefault"), "SSEAlgorithm");
  if (algorithm != "AES256" && algorithm != "aws:kms" && algorithm != "aws:kms:dsse") {
    return fail("MalformedXML", "unknown SSEAlgorithm " + algorithm);
  }
  if (!rules[0].contains("BucketKeyEnabled")) rules[0]["BucketKeyEnabled"] = false;
  bucket->encryption = std::move(wanted);
  return done();
}

Answer get_versioning(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  Json body = Json::object();
  if (!bucket->versioning.empty()) body["Status"] = bucket->versioning;
  return done(std::move(body));
}

Answer put_versioning(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  const std::string& status = text(params.at("VersioningConfiguration"), "Status");
  if (status != "Enabled" && status != "Suspended") {
    return fail("IllegalVersioningConfigurationException",
                "The Versioning element must be specified");
  }
  bucket->versioning = status;
  return done();
}

Answer delete_bucket(OpContext& context, const Json& params) {
  auto [bucket, error] = find_bucket(context, params);
  if (bucket == nullptr) return error;
  if (!bucket->versions.empty()) {
    std::string message = "The bucket you tried to delete is not empty";
    if (!bucket->versioning.empty()) message += ". You must delete all versions in the bucket.";
    return fail("BucketNotEmpty", std::move(message), 409);
  }
  context.world.s3.buckets.remove(text(params, "Bucket"), context.now, context.hide_time());
  return done();
}

constexpr OpRule kS3BucketOps[] = {
    {"s3", "CreateBucket", create_bucket, kMutates, "Bucket! CreateBucketConfiguration:o"},
    {"s3", "HeadBucket", head_bucket, kReads, "Bucket!"},
    {"s3", "ListBuckets", list_buckets, kReads,
     "MaxBuckets:i ContinuationToken Prefix BucketRegion"},
    {"s3", "GetBucketLocation", get_location, kReads, "Bucket!"},
    {"s3", "GetBucketTagging", get_tagging, kReads, "Bucket!"},
    {"s3", "PutBucketTagging", put_tagging, kMutates, "Bucket! Tagging!:o"},
    {"s3", "DeleteBucketTagging", delete_tagging, kMutates, "Bucket!"},
    {"s3", "GetPublicAccessBlock", get_public_access, kReads, "Bucket!"},
    {"s3", "PutPublicAccessBlock", put_public_access, kMutates,
     "Bucket! PublicAccessBlockConfiguration!:o"},
    {"s3", "GetBucketEncryption", get_encryption, kReads, "Bucket!"},
    {"s3", "PutBucketEncryption", put_encryption, kMutates,
     "Bucket! ServerSideEncryptionConfiguration!:o"},
    {"s3", "GetBucketVersioning", get_versioning, kReads, "Bucket!"},
    {"s3", "PutBucketVersioning", put_versioning, kMutates, "Bucket! VersioningConfiguration!:o"},
    {"s3", "DeleteBucket", delete_bucket, kMutates, "Bucket!"},
};

}  // namespace

BucketAnswer find_bucket(OpContext& context, const Json& params) {
  S3Bucket* bucket = context.world.s3.buckets.find(text(params, "Bucket"), context.sight);
  if (bucket == nullptr) {
    return {nullptr, fail("NoSuchBucket", "The specified bucket does not exist", 404)};
  }
  if (bucket->account != context.account.id) {
    return {nullptr, fail("AccessDenied", "Access Denied", 403)};
  }
  if (bucket->region != context.region.name) {
    return {nullptr, fail("PermanentRedirect",
                          "The bucket you are attempting to access must be addressed using the "
                          "specified endpoint. Please send all future requests to this endpoint.",
                          301)};
  }
  return {bucket, {}};
}

std::span<const OpRule> s3_bucket_ops() {
  return kS3BucketOps;
}

}  // namespace byoc::sim
