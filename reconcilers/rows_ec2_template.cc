// Launch templates. Names: botocore ec2/2016-11-15.
#include "reconcilers/parts.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

constexpr const char* kData = "LaunchTemplateData";

// EKS takes and shows the version as text.
void read_template(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  const Json& version = member(item, "LatestVersionNumber");
  if (version.is_number()) own["LatestVersion"] = version.dump();
  read_tagged(row, own, out);
}

void merge_versions(const Json& body, Observed& into) {
  const Json& versions = member(body, "LaunchTemplateVersions");
  if (!versions.is_array()) return;
  Json own = Json::array();
  for (const Json& version : versions) {
    const Json& number = member(version, "VersionNumber");
    Json data = member(version, kData);
    if (!number.is_number() || !data.is_object()) continue;
    // Some endpoints show the template's own tags among those for what it launches.
    Json& specifications = data["TagSpecifications"];
    for (std::size_t i = specifications.size(); i-- > 0;) {
      if (specifications[i].value("ResourceType", "") == "launch-template") specifications.erase(i);
    }
    own.push_back({{"VersionNumber", number}, {kData, std::move(data)}});
  }
  if (own.size() == 1) {  // nothing to choose from
    into.fields[kData] = std::move(own[0][kData]);
    into.fields["LatestVersion"] = own[0]["VersionNumber"].dump();
  } else {
    into.fields["LaunchTemplateVersions"] = std::move(own);
  }
}

Json new_version(const Desired&, const Json& params, const Observed& observed) {
  return {{"LaunchTemplateId", observed.id}, {kData, params.at(kData)}};
}

constexpr Look kTemplates = {.operation = "DescribeLaunchTemplates",
                             .params = kOurs,
                             .items = "LaunchTemplates",
                             .read = read_template};

}  // namespace

std::vector<Row> rows_ec2_template() {
  return {
      {.type = "launch-template",
       .service = "ec2",
       .looks = {kTemplates,
                 by_id(kTemplates, R"({"LaunchTemplateIds":["@id"]})"),
                 {.from = Look::From::each,
                  .operation = "DescribeLaunchTemplateVersions",
                  .params = R"({"LaunchTemplateId":"@id"})",
                  .merge = merge_versions,
                  .detail = true}},
       .id = "LaunchTemplateId",
       .create = "CreateLaunchTemplate",
       .made = "LaunchTemplate",
       .again = Again::by_token,
       .token = "ClientToken",
       .tagging = Tagging::specification,
       .tag_resource = "launch-template",
       .set = {{.field = "LaunchTemplateData",
                .operation = "CreateLaunchTemplateVersion",
                .make = new_version,
                .moves = "LatestVersion"}},
       .exact = {"LaunchTemplateData"},
       .versions = {.list = "LaunchTemplateVersions",
                    .number = "VersionNumber",
                    .field = "LaunchTemplateData",
                    .shown = "LatestVersion",
                    .used_by = "nodegroup",
                    .used_id = "launchTemplate/id",
                    .used_number = "launchTemplate/version"},
       .riders = {{.path = "/LaunchTemplateData/TagSpecifications",
                   .why = "other tags of nodes and their disks wait for the next change that "
                          "replaces the nodes"}},
       .remove = "DeleteLaunchTemplate",
       .remove_params = R"({"LaunchTemplateId":"@id"})"},
  };
}

}  // namespace byoc
