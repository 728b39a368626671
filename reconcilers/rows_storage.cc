// S3 buckets, ECR repositories and CloudWatch log groups. Names: botocore s3/2006-03-01,
// ecr/2015-09-21 and logs/2014-03-28.
#include "reconcilers/parts.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

// Whose it is; its key is known from its name.
void merge_tags(const Json& body, Observed& into) {
  const std::string key = into.key;
  into.tags = read_tags(body);
  take_ownership_from_tags(into);
  into.key = key;
}

// The ARN that the tagging operations take has no ":*" at its end.
void read_log_group(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  std::string arn = item.value("arn", "");
  if (arn.ends_with(":*")) arn.resize(arn.size() - 2);
  own["resourceArn"] = arn;
  read_tagged(row, own, out);
}

// One setting of a bucket; absent when the bucket does not have it.
void read_setting(const Row& row, const Json& item, std::vector<Observed>& out) {
  const std::string field(row.set.front().field);
  Json fields = {{"Bucket", item.at("Bucket")}};
  if (field == "VersioningConfiguration") {
    fields[field] = {{"Status", item.value("Status", "Suspended")}};  // never set: the same
  } else {
    if (!item.contains(field)) return;
    fields[field] = item[field];
  }
  out.push_back(part_of(row, item.at("Bucket").get<std::string>(), std::move(fields)));
}

// What is in a bucket, a page at a time: a page is what one call can delete.
void read_contents(const Row& row, const Json& item, std::vector<Observed>& out) {
  const std::string bucket = item.at("Bucket").get<std::string>();
  Json keys = Json::array();
  for (const char* list : {"Versions", "DeleteMarkers"}) {
    for (const Json& version : member(item, list)) {
      keys.push_back({{"Key", version.at("Key")}, {"VersionId", version.at("VersionId")}});
    }
  }
  if (keys.empty()) return;
  std::string what = std::to_string(keys.size()) + (keys.size() == 1 ? " version" : " versions");
  what += " from " + keys[0].at("Key").get<std::string>();
  out.push_back(part_of(row, bucket, {{"Bucket", bucket}, {"What", what}, {"Objects", keys}}));
  if (!item.value("IsTruncated", false)) return;
  Observed more = part_of(row, bucket, {{"Bucket", bucket}, {"What", "more"}});
  more.life = Life::going;  // its turn comes with the next look
  out.push_back(std::move(more));
}

Row setting_row(std::string_view type, std::string_view read, std::string_view write,
                std::string_view field, std::string_view write_params) {
  return {.type = type,
          .service = "s3",
          .looks = {{.from = Look::From::parent,
                     .operation = read,
                     .params = R"({"Bucket":"@Bucket"})",
                     .read = read_setting,
                     .detail = true}},
          .identity = {"Bucket"},
          .parent = "bucket",
          .create = write,
          .set = {{.field = field, .operation = write, .params = write_params}},
          .remove_with_parent = true};
}

Row bucket_row() {
  return {.type = "bucket",
          .service = "s3",
          .global = true,
          .looks = {{.from = Look::From::named,
                     .operation = "HeadBucket",
                     .params = R"({"Bucket":"@Bucket"})",
                     .detail = true,
                     .may_be_refused = true},
                    {.from = Look::From::each,
                     .operation = "GetBucketTagging",
                     .params = R"({"Bucket":"@Bucket"})",
                     .items = "TagSet",
                     .merge = merge_tags,
                     .detail = true,
                     .may_be_refused = true}},
          .id = "Bucket",
          .arn_names = "@Bucket",
          .identity = {"Bucket"},
          .create = "CreateBucket",
          .again = Again::by_name,
          .tagging = Tagging::put_all,
          .tag = "PutBucketTagging",
          .tag_target = R"({"Bucket":"@Bucket"})",
          .ignored = {"CreateBucketConfiguration"},
          .remove = "DeleteBucket",
          .remove_params = R"({"Bucket":"@id"})",
          .holds_data = true};
}

Row contents_row() {
  return {.type = "bucket-contents",
          .service = "s3",
          .looks = {{.from = Look::From::parent,
                     .operation = "ListObjectVersions",
                     .params = R"({"Bucket":"@Bucket","MaxKeys":1000})",
                     .read = read_contents,
                     .removing = true}},
          .identity = {"What"},
          .parent = "bucket",
          .remove = "DeleteObjects",
          .remove_params = R"({"Bucket":"@Bucket","Delete":{"Objects":"@Objects","Quiet":true}})"};
}

Row repository_row() {
  return {.type = "repository",
          .service = "ecr",
          .looks = {{.from = Look::From::named,
                     .operation = "DescribeRepositories",
                     .params = R"({"repositoryNames":["@repositoryName"]})",
                     .items = "repositories",
                     .detail = true},
                    {.from = Look::From::each,
                     .operation = "ListTagsForResource",
                     .params = R"({"resourceArn":"@repositoryArn"})",
                     .items = "tags",
                     .merge = merge_tags,
                     .detail = true}},
          .id = "repositoryName",
          .arn = "repositoryArn",
          .arn_names = "repository/@repositoryName",
          .identity = {"repositoryName"},
          .create = "CreateRepository",
          .made = "repository",
          .again = Again::by_name,
          .tagging = Tagging::small_list,
          .tag = "TagResource",
          .untag = "UntagResource",
          .tag_target = R"({"resourceArn":"@repositoryArn"})",
          .remove = "DeleteRepository",
          .remove_params = R"({"repositoryName":"@id","force":true})",  // with its images
          .holds_data = true};
}

Row log_group_row() {
  return {
      .type = "log-group",
      .service = "logs",
      .looks = {{.from = Look::From::named,
                 .operation = "DescribeLogGroups",
                 .params = R"({"logGroupNamePrefix":"@logGroupName"})",
                 .items = "logGroups",
                 .read = read_log_group,
                 .detail = true},
                {.from = Look::From::each,
                 .operation = "ListTagsForResource",
                 .params = R"({"resourceArn":"@resourceArn"})",
                 .items = "tags",
                 .merge = merge_tags,
                 .one = true,
                 .detail = true}},
      .id = "logGroupName",
      .arn_names = "log-group:@logGroupName",
      .identity = {"logGroupName"},
      .create = "CreateLogGroup",
      .again = Again::by_name,
      .tagging = Tagging::map,
      .tag = "TagResource",
      .untag = "UntagResource",
      .tag_target = R"({"resourceArn":"@resourceArn"})",
      .set = {{.field = "retentionInDays",
               .operation = "PutRetentionPolicy",
               .params = R"({"logGroupName":"@logGroupName","retentionInDays":"@retentionInDays"})",
               .in_create = false}},
      .remove = "DeleteLogGroup",
      .remove_params = R"({"logGroupName":"@id"})",
      .revives = true};  // by EKS, minutes after its cluster is gone
}

}  // namespace

std::vector<Row> rows_storage() {
  return {
      bucket_row(),
      contents_row(),
      setting_row("bucket-public-access", "GetPublicAccessBlock", "PutPublicAccessBlock",
                  "PublicAccessBlockConfiguration",
                  R"({"Bucket":"@Bucket",)"
                  R"("PublicAccessBlockConfiguration":"@PublicAccessBlockConfiguration"})"),
      setting_row("bucket-encryption", "GetBucketEncryption", "PutBucketEncryption",
                  "ServerSideEncryptionConfiguration",
                  R"({"Bucket":"@Bucket",)"
                  R"("ServerSideEncryptionConfiguration":"@ServerSideEncryptionConfiguration"})"),
      setting_row("bucket-versioning", "GetBucketVersioning", "PutBucketVersioning",
                  "VersioningConfiguration",
                  R"({"Bucket":"@Bucket","VersioningConfiguration":"@VersioningConfiguration"})"),
      repository_row(),
      log_group_row()};
}

}  // namespace byoc
