// Every row names operations and members that the API models have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "reconcilers/kinds.h"
#include "reconcilers/row.h"
#include "tests/reconcilers/model.h"

namespace byoc {
namespace {

using testing::IsEmpty;

class EveryRow : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] const Row& row() const { return find_row(GetParam()); }
  [[nodiscard]] const Model& model() const { return Model::of(row().service); }

  // What a template's members would not fit.
  [[nodiscard]] std::vector<std::string> misfits(std::string_view operation,
                                                 std::string_view params) const {
    return model().misfits(operation, Json::parse(params));
  }
  [[nodiscard]] bool takes(std::string_view operation, std::string_view member_name) const {
    return !model().shape(operation, "input", member_name).is_null();
  }
  [[nodiscard]] bool answers(std::string_view operation, std::string_view path) const {
    return !model().shape(operation, "output", path).is_null();
  }
  // Whether some answer or parameter of the row carries a field of this name (or the row's reader
  // makes it for the removal: what is in a bucket, and a name for it).
  [[nodiscard]] bool knows(std::string_view field) const {
    const std::string name(field);
    if (name == "What") return row().type == "bucket-contents";
    for (const Look& look : row().looks) {
      if (takes(look.operation, name) || answers(look.operation, path_in(look.items, name)) ||
          answers(look.operation, path_in(look.items, "0/" + name))) {
        return true;
      }
    }
    if (!row().create.empty() &&
        (takes(row().create, name) || answers(row().create, path_in(row().made, name)))) {
      return true;
    }
    if (row().remove_params.find("\"@" + name + "\"") != std::string_view::npos) return true;
    return std::any_of(row().set.begin(), row().set.end(),
                       [&](const Set& set) { return set.field == field; });
  }
  static std::string path_in(std::string_view items, const std::string& name) {
    return items.empty() ? name : std::string(items) + "/" + name;
  }
};

TEST_P(EveryRow, LooksAskAndReadWhatTheApiHas) {
  ASSERT_FALSE(row().looks.empty());
  for (const Look& look : row().looks) {
    EXPECT_THAT(misfits(look.operation, look.params), IsEmpty());
    EXPECT_TRUE(answers(look.operation, look.items)) << look.operation << " " << look.items;
    const bool list =
        model().shape(look.operation, "output", look.items).value("type", "") == "list";
    if (look.from == Look::From::bulk) {
      EXPECT_TRUE(list) << look.items;
    }
    EXPECT_EQ(look.from == Look::From::each, look.merge != nullptr) << look.operation;
  }
}

TEST_P(EveryRow, CreateTakesTokenAndTags) {
  if (row().create.empty()) {
    EXPECT_FALSE(row().parent.empty()) << "only parts are never made";
    return;
  }
  ASSERT_TRUE(model().has(row().create)) << row().create;
  if (!row().made.empty()) {
    EXPECT_TRUE(answers(row().create, row().made)) << row().made;
  }
  EXPECT_EQ(row().again == Again::by_token, !row().token.empty());
  if (!row().token.empty()) {
    EXPECT_TRUE(takes(row().create, row().token)) << row().token;
  }
  switch (row().tagging) {
    case Tagging::none:
      EXPECT_FALSE(row().parent.empty()) << "without tags, owned by a parent";
      break;
    case Tagging::specification: EXPECT_TRUE(takes(row().create, "TagSpecifications")); break;
    case Tagging::list: EXPECT_TRUE(takes(row().create, "Tags")); break;
    case Tagging::small_list:
    case Tagging::map: EXPECT_TRUE(takes(row().create, "tags")); break;
    case Tagging::put_all: EXPECT_FALSE(takes(row().create, "Tags")); break;
  }
}

TEST_P(EveryRow, TagOperationsTakeTheirTarget) {
  if (row().tagging == Tagging::none) return;
  if (row().tagging == Tagging::specification) {
    EXPECT_FALSE(row().tag_resource.empty());
    for (const char* operation : {"CreateTags", "DeleteTags"}) {
      EXPECT_THAT(misfits(operation, R"({"Resources":["@id"],"Tags":[{"Key":"k"}]})"), IsEmpty());
    }
    return;
  }
  Json put = Json::parse(row().tag_target);
  Json drop = put;
  if (row().tagging == Tagging::list) {
    put["Tags"] = Json::array({{{"Key", "k"}, {"Value", "v"}}});
    drop["TagKeys"] = Json::array({"k"});
  } else if (row().tagging == Tagging::small_list) {
    put["tags"] = Json::array({{{"Key", "k"}, {"Value", "v"}}});
    drop["tagKeys"] = Json::array({"k"});
  } else if (row().tagging == Tagging::map) {
    put["tags"] = {{"k", "v"}};
    drop["tagKeys"] = Json::array({"k"});
  } else {
    put["Tagging"]["TagSet"] = Json::array({{{"Key", "k"}, {"Value", "v"}}});
  }
  EXPECT_THAT(model().misfits(row().tag, put), IsEmpty());
  if (row().tagging == Tagging::put_all) {
    EXPECT_TRUE(row().untag.empty());
  } else {
    EXPECT_THAT(model().misfits(row().untag, drop), IsEmpty());
  }
}

TEST_P(EveryRow, UpdatesNameOperationsAndMembers) {
  for (const Set& set : row().set) {
    EXPECT_TRUE(model().has(set.operation)) << set.operation;
    EXPECT_EQ(set.make == nullptr, !set.params.empty()) << set.field;
    if (set.make == nullptr) {
      EXPECT_THAT(misfits(set.operation, set.params), IsEmpty());
    }
    if (!set.initial.empty()) {
      EXPECT_FALSE(Json::parse(set.initial, nullptr, false).is_discarded()) << set.field;
    }
    if (set.in_create && !row().create.empty()) {
      EXPECT_TRUE(takes(row().create, set.field)) << row().create << " " << set.field;
    }
  }
}

TEST_P(EveryRow, RemoveTakesItsParameters) {
  if (row().remove.empty()) {
    EXPECT_TRUE(row().remove_with_parent);
    return;
  }
  EXPECT_THAT(misfits(row().remove, row().remove_params), IsEmpty());
}

// Members that a template or a command names, and that it asks of an item.
std::vector<std::string> members_of(const Blocking& one) {
  std::vector<std::string> out = {std::string(one.about), std::string(one.needed)};
  for (const std::string_view text : {one.only, one.harmless}) {
    if (text.empty()) continue;
    const Json members = Json::parse(text);
    for (const auto& [path, value] : members.items()) out.push_back(path);
  }
  std::istringstream words{std::string(one.removal)};
  for (std::string word; words >> word;) {
    if (word.starts_with('@') && word != "@self" && word != "@id") out.push_back(word.substr(1));
  }
  return out;
}

// F57
TEST_P(EveryRow, BlockersAreReadAsTheModelSays) {
  for (const Blocking& one : row().blockers) {
    const Model& asked = Model::of(one.service.empty() ? row().service : one.service);
    EXPECT_THAT(asked.misfits(one.operation, Json::parse(one.params)), IsEmpty()) << one.what;
    EXPECT_FALSE(one.what.empty());
    EXPECT_TRUE(one.removal.starts_with("aws ")) << one.what;
    std::string item = path_in(one.items, "0");
    if (!one.inner.empty()) item = path_in(path_in(item, std::string(one.inner)), "0");
    const auto has = [&](const std::string& name) {
      return !asked.shape(one.operation, "output", name.empty() ? item : path_in(item, name))
                  .is_null();
    };
    EXPECT_TRUE(has(std::string(one.id))) << one.operation << " " << one.id;
    for (const std::string& name : members_of(one)) {
      EXPECT_TRUE(has(name)) << one.operation << " " << name;
    }
    if (one.tags.operation.empty()) continue;
    EXPECT_THAT(asked.misfits(one.tags.operation, Json::parse(one.tags.params)), IsEmpty());
    EXPECT_FALSE(asked.shape(one.tags.operation, "output", one.tags.tags).is_null()) << one.what;
  }
}

TEST_P(EveryRow, FieldsThatItNamesExist) {
  for (const std::string_view field : {row().id, row().arn, row().state, row().why}) {
    if (!field.empty()) {
      EXPECT_TRUE(knows(field)) << field;
    }
  }
  for (const std::string_view field : row().identity) EXPECT_TRUE(knows(field)) << field;
  for (const auto* names : {&row().documents, &row().exact, &row().ignored}) {
    for (const std::string_view field : *names) EXPECT_TRUE(takes(row().create, field)) << field;
  }
  for (const std::string_view field : row().not_sent) {
    EXPECT_FALSE(takes(row().create, field)) << field << " could be sent";
    EXPECT_TRUE(knows(field)) << field;
  }
  if (row().state.empty()) {
    EXPECT_TRUE(row().ready.empty() && row().failed.empty() && row().going.empty());
  } else {
    EXPECT_FALSE(row().ready.empty());
  }
}

TEST_P(EveryRow, OrderNamesRowsThatExist) {
  std::set<std::string_view> types;
  for (const Row& other : all_rows()) types.insert(other.type);
  for (const auto* names : {&row().after, &row().remove_before}) {
    for (const std::string_view type : *names) {
      EXPECT_TRUE(types.contains(type)) << type;
      EXPECT_NE(type, row().type);
    }
  }
  if (!row().parent.empty()) {
    EXPECT_TRUE(types.contains(row().parent)) << row().parent;
  }
  EXPECT_TRUE(row().parent.empty() || !row().identity.empty()) << "parts are matched by identity";
}

std::vector<std::string> all_types() {
  std::vector<std::string> types;
  for (const Row& row : all_rows()) types.emplace_back(row.type);
  return types;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Rows, EveryRow, testing::ValuesIn(all_types()), test_name);

TEST(Rows, EveryRowIsUsedByAKind) {
  std::set<std::string_view> used;
  for (const ObjectKind& kind : all_kinds()) {
    for (const std::string_view type : kind.types) used.insert(find_row(type).type);
  }
  for (const Row& row : all_rows()) EXPECT_TRUE(used.contains(row.type)) << row.type;
}

}  // namespace
}  // namespace byoc
