// Launch templates. Names: botocore ec2/2016-11-15.
#include "reconcilers/parts.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

// EKS takes and shows the version as text.
void read_template(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  const Json& version = member(item, "LatestVersionNumber");
  if (version.is_number()) own["LatestVersion"] = version.dump();
  read_tagged(row, own, out);
}

void merge_data(const Json& body, Observed& into) {
  const Json& data = member(body, "LaunchTemplateVersions/0/LaunchTemplateData");
  if (data.is_null()) return;
  Json own = data;
  // Some endpoints show the template's own tags among those for what it launches.
  Json& specifications = own["TagSpecifications"];
  for (std::size_t i = specifications.size(); i-- > 0;) {
    if (specifications[i].value("ResourceType", "") == "launch-template") specifications.erase(i);
  }
  into.fields["LaunchTemplateData"] = std::move(own);
}

Json new_version(const Desired&, const Json& params, const Observed& observed) {
  return {{"LaunchTemplateId", observed.id},
          {"LaunchTemplateData", params.at("LaunchTemplateData")}};
}

}  // namespace

std::vector<Row> rows_ec2_template() {
  return {
      {.type = "launch-template",
       .service = "ec2",
       .looks = {{.operation = "DescribeLaunchTemplates",
                  .params = kOurs,
                  .items = "LaunchTemplates",
                  .read = read_template},
                 {.from = Look::From::each,
                  .operation = "DescribeLaunchTemplateVersions",
                  .params = R"({"LaunchTemplateId":"@id","Versions":["$Latest"]})",
                  .merge = merge_data,
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
       .remove = "DeleteLaunchTemplate",
       .remove_params = R"({"LaunchTemplateId":"@id"})"},
  };
}

}  // namespace byoc
