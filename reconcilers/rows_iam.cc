// IAM roles, policies, instance profiles and identity providers. Names: botocore iam/2010-05-08.
#include "reconcilers/parts.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {
namespace {

// Everything about a role is asked by its name: what other roles the account has is nobody's
// business, and may be thousands.
constexpr std::string_view kOfRole = R"({"RoleName":"@id"})";

// With the role's name from the question.
void read_part_of_role(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json fields = Json::object();
  for (const std::string_view name : row.identity) fields[std::string(name)] = item.at(name);
  const std::string role = text_member(item, "RoleName");
  out.push_back(part_of(row, role, std::move(fields)));
}

void merge_inline_document(const Json& body, Observed& into) {
  into.fields["PolicyDocument"] = body.at("PolicyDocument");
}

// A new role's ARN briefly reads as its unique id (aws-rules K1): it is not to be used yet.
void read_role(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  const std::string arn = item.value("Arn", "");
  const bool settled = arn.starts_with("arn:");
  if (!settled) own.erase("Arn");
  read_tagged(row, own, out);
  if (settled) return;
  out.back().life = Life::pending;
  out.back().reason = "its ARN is not known everywhere yet";
}

void read_profile(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  own.erase("Roles");
  read_tagged(row, own, out);
}

void merge_document(const Json& body, Observed& into) {
  into.fields["PolicyDocument"] = body.at("PolicyVersion").at("Document");
}

void read_old_version(const Row& row, const Json& item, std::vector<Observed>& out) {
  if (item.value("IsDefaultVersion", false)) return;
  out.push_back(
      part_of(row, item.at("PolicyArn").get<std::string>(),
              {{"PolicyArn", item.at("PolicyArn")}, {"VersionId", item.at("VersionId")}}));
}

// IAM shows the URL without its scheme.
void read_provider(const Row& row, const Json& item, std::vector<Observed>& out) {
  Json own = item;
  const std::string url = item.value("Url", "");
  if (!url.starts_with("https://")) own["Url"] = "https://" + url;
  read_tagged(row, own, out);
}

Row role_row() {
  constexpr std::string_view kUpdate =
      R"({"RoleName":"@id","MaxSessionDuration":"@MaxSessionDuration",)"
      R"("Description":"@Description"})";
  return {.type = "role",
          .service = "iam",
          .global = true,
          .looks = {{.from = Look::From::named,
                     .operation = "GetRole",
                     .params = R"({"RoleName":"@RoleName"})",
                     .items = "Role",
                     .read = read_role,
                     .one = true,
                     .detail = true},
                    // The tagging API leaves roles out, ListRoles shows no tags, and ListRoleTags
                    // is a call for each role of the account.
                    {.from = Look::From::sweep,
                     .operation = "GetAccountAuthorizationDetails",
                     .params = R"({"Filter":["Role"]})",
                     .items = "RoleDetailList"}},
          .id = "RoleName",
          .arn = "Arn",
          .identity = {"RoleName"},
          .settle_seconds = 5,
          .create = "CreateRole",
          .made = "Role",
          .again = Again::by_name,
          .tagging = Tagging::list,
          .tag = "TagRole",
          .untag = "UntagRole",
          .tag_target = R"({"RoleName":"@id"})",
          .set = {{.field = "AssumeRolePolicyDocument",
                   .operation = "UpdateAssumeRolePolicy",
                   .params = R"({"RoleName":"@id","PolicyDocument":"@AssumeRolePolicyDocument"})"},
                  {.field = "MaxSessionDuration", .operation = "UpdateRole", .params = kUpdate},
                  {.field = "Description", .operation = "UpdateRole", .params = kUpdate}},
          .documents = {"AssumeRolePolicyDocument"},
          .remove = "DeleteRole",
          .remove_params = R"({"RoleName":"@id"})",
          .blockers = {{.what = "instance profile",
                        .operation = "ListInstanceProfilesForRole",
                        .params = R"({"RoleName":"@id"})",
                        .items = "InstanceProfiles",
                        .id = "InstanceProfileName",
                        .about = "Path",
                        .removal = "aws iam remove-role-from-instance-profile --role-name @id "
                                   "--instance-profile-name @self"},
                       {.what = "attached policy",
                        .operation = "ListAttachedRolePolicies",
                        .params = R"({"RoleName":"@id"})",
                        .items = "AttachedPolicies",
                        .id = "PolicyArn",
                        .removal = "aws iam detach-role-policy --role-name @id --policy-arn "
                                   "@self"},
                       {.what = "inline policy",
                        .operation = "ListRolePolicies",
                        .params = R"({"RoleName":"@id"})",
                        .items = "PolicyNames",
                        .removal = "aws iam delete-role-policy --role-name @id --policy-name "
                                   "@self"}},
          .remembers_parts = true};
}

std::vector<Row> role_parts() {
  constexpr std::string_view kMember =
      R"({"RoleName":"@RoleName","InstanceProfileName":"@InstanceProfileName"})";
  const auto list = [](std::string_view operation, std::string_view items) {
    return Look{.from = Look::From::parent,
                .operation = operation,
                .params = kOfRole,
                .items = items,
                .read = read_part_of_role,
                .sparing = true};
  };
  Look names = list("ListRolePolicies", "PolicyNames");
  names.named = "PolicyName";
  const Look document = {.from = Look::From::each,
                         .operation = "GetRolePolicy",
                         .params = R"({"RoleName":"@RoleName","PolicyName":"@PolicyName"})",
                         .merge = merge_inline_document,
                         .detail = true};
  return {
      {.type = "role-policy",
       .service = "iam",
       .looks = {list("ListAttachedRolePolicies", "AttachedPolicies")},
       .identity = {"RoleName", "PolicyArn"},
       .parent = "role",
       .create = "AttachRolePolicy",
       .remove = "DetachRolePolicy",
       .remove_params = R"({"RoleName":"@RoleName","PolicyArn":"@PolicyArn"})",
       .parents = {{.type = "policy", .field = "PolicyArn"}},
       .exclusive = true},

      {.type = "role-inline-policy",
       .service = "iam",
       .looks = {names, document},
       .identity = {"RoleName", "PolicyName"},
       .parent = "role",
       .create = "PutRolePolicy",
       .set = {{.field = "PolicyDocument",
                .operation = "PutRolePolicy",
                .params = R"({"RoleName":"@RoleName","PolicyName":"@PolicyName",)"
                          R"("PolicyDocument":"@PolicyDocument"})"}},
       .documents = {"PolicyDocument"},
       .remove = "DeleteRolePolicy",
       .remove_params = R"({"RoleName":"@RoleName","PolicyName":"@PolicyName"})",
       .exclusive = true},

      // Of a role, not of a profile: at deletion the role must leave every profile, ours or not.
      {.type = "instance-profile-role",
       .service = "iam",
       .looks = {list("ListInstanceProfilesForRole", "InstanceProfiles")},
       .identity = {"RoleName", "InstanceProfileName"},
       .parent = "role",
       .create = "AddRoleToInstanceProfile",
       .remove = "RemoveRoleFromInstanceProfile",
       .remove_params = kMember,
       .parents = {{.type = "instance-profile", .field = "InstanceProfileName"}},
       .remembered = true,
       .remove_before = {"instance-profile"}},
  };
}

std::vector<Row> policy_rows() {
  return {
      {.type = "policy",
       .service = "iam",
       .global = true,
       .looks = {{.from = Look::From::named,
                  .operation = "GetPolicy",
                  .params = R"({"PolicyArn":"@Arn"})",
                  .items = "Policy",
                  .one = true,
                  .detail = true},
                 {.from = Look::From::each,
                  .operation = "GetPolicyVersion",
                  .params = R"({"PolicyArn":"@id","VersionId":"@DefaultVersionId"})",
                  .merge = merge_document,
                  .detail = true}},
       .id = "Arn",
       .arn = "Arn",
       .identity = {"Arn"},
       .create = "CreatePolicy",
       .made = "Policy",
       .again = Again::by_name,
       .tagging = Tagging::list,
       .tag = "TagPolicy",
       .untag = "UntagPolicy",
       .tag_target = R"({"PolicyArn":"@id"})",
       .set = {{.field = "PolicyDocument",
                .operation = "CreatePolicyVersion",
                .params = R"({"PolicyArn":"@id","PolicyDocument":"@PolicyDocument",)"
                          R"("SetAsDefault":true})"}},
       .ignored = {"Description"},
       .not_sent = {"Arn"},
       .documents = {"PolicyDocument"},
       .remove = "DeletePolicy",
       .remove_params = R"({"PolicyArn":"@id"})"},

      // IAM keeps five versions; only the default one is of use, and the others hinder deletion.
      {.type = "policy-version",
       .service = "iam",
       .looks = {{.from = Look::From::parent,
                  .operation = "ListPolicyVersions",
                  .params = R"({"PolicyArn":"@Arn"})",
                  .items = "Versions",
                  .read = read_old_version,
                  .detail = true}},
       .id = "VersionId",
       .identity = {"PolicyArn", "VersionId"},
       .parent = "policy",
       .remove = "DeletePolicyVersion",
       .remove_params = R"({"PolicyArn":"@PolicyArn","VersionId":"@VersionId"})",
       .exclusive = true,
       .only_ours = true},
  };
}

Row profile_row() {
  return {.type = "instance-profile",
          .service = "iam",
          .global = true,
          .looks = {{.from = Look::From::named,
                     .operation = "GetInstanceProfile",
                     .params = R"({"InstanceProfileName":"@InstanceProfileName"})",
                     .items = "InstanceProfile",
                     .read = read_profile,
                     .one = true,
                     .detail = true}},
          .id = "InstanceProfileName",
          .arn = "Arn",
          .identity = {"InstanceProfileName"},
          .create = "CreateInstanceProfile",
          .made = "InstanceProfile",
          .again = Again::by_name,
          .tagging = Tagging::list,
          .tag = "TagInstanceProfile",
          .untag = "UntagInstanceProfile",
          .tag_target = R"({"InstanceProfileName":"@id"})",
          .remove = "DeleteInstanceProfile",
          .remove_params = R"({"InstanceProfileName":"@id"})"};
}

Row provider_row() {
  return {.type = "oidc-provider",
          .service = "iam",
          .global = true,
          .looks = {{.from = Look::From::named,
                     .operation = "GetOpenIDConnectProvider",
                     .params = R"({"OpenIDConnectProviderArn":"@OpenIDConnectProviderArn"})",
                     .read = read_provider,
                     .detail = true}},
          .id = "OpenIDConnectProviderArn",
          .identity = {"OpenIDConnectProviderArn"},
          .create = "CreateOpenIDConnectProvider",
          .again = Again::by_name,
          .tagging = Tagging::list,
          .tag = "TagOpenIDConnectProvider",
          .untag = "UntagOpenIDConnectProvider",
          .tag_target = R"({"OpenIDConnectProviderArn":"@id"})",
          .ignored = {"ThumbprintList"},
          .not_sent = {"OpenIDConnectProviderArn"},
          .remove = "DeleteOpenIDConnectProvider",
          .remove_params = R"({"OpenIDConnectProviderArn":"@id"})",
          .derived = true};  // of a cluster's issuer
}

}  // namespace

std::vector<Row> rows_iam() {
  std::vector<Row> rows = {role_row(), profile_row(), provider_row()};
  for (Row& row : role_parts()) rows.push_back(std::move(row));
  for (Row& row : policy_rows()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace byoc
