#include <gmock/gmock.h>

#include "tests/controller/store_conformance.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class JournalConformance : public StoreConformance {
 protected:
  JournalConformance() : store_(fresh()) {}

  void add(const std::string& name, const std::string& operation, Time at) {
    JournalEntry entry;
    entry.object = {"Cluster", "default", name};
    entry.at = at;
    entry.service = "ec2";
    entry.operation = operation;
    entry.result = "ok";
    ASSERT_TRUE(store_->add_journal(entry).ok());
  }
  [[nodiscard]] std::vector<std::string> operations(const JournalQuery& query) {
    std::vector<std::string> out;
    const auto entries = store_->journal(query);
    for (const JournalEntry& entry : entries.value()) out.push_back(entry.operation);
    return out;
  }

  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(All, JournalConformance, testing::Values("memory", "file"),
                         [](const auto& one) { return one.param; });

TEST_P(JournalConformance, EveryWordIsKept) {
  JournalEntry entry;
  entry.object = {"Cluster", "team", "demo"};
  entry.at = kNow;
  entry.service = "ec2";
  entry.operation = "DeleteSubnet";
  entry.key = "subnet/a";
  entry.resource = "subnet-1";
  entry.why = "is not wanted any more";
  entry.result = "DependencyViolation";
  entry.message = std::string(5000, 'x');
  entry.request_id = "req-1";
  ASSERT_TRUE(store_->add_journal(entry).ok());
  const auto entries = store_->journal({});
  ASSERT_EQ(entries.value().size(), 1U);
  const JournalEntry& kept = entries.value()[0];
  EXPECT_EQ(kept.object, entry.object);
  EXPECT_EQ(kept.at, kNow);
  EXPECT_EQ(kept.key + " " + kept.resource + " " + kept.why,
            "subnet/a subnet-1 is not wanted any more");
  EXPECT_EQ(kept.result, "DependencyViolation");
  EXPECT_EQ(kept.message.size(), kEventMessageBytesMax);
  EXPECT_EQ(kept.request_id, "req-1");
}

TEST_P(JournalConformance, TheLatestOfOneObjectWithinATime) {
  const auto at = [](int minute) { return kNow + std::chrono::minutes(minute); };
  add("a", "One", at(1));
  add("b", "Two", at(2));
  add("a", "Three", at(3));
  add("a", "Four", at(4));
  JournalQuery query;
  EXPECT_THAT(operations(query), ElementsAre("One", "Two", "Three", "Four"));
  query.object = ObjectKey{"Cluster", "default", "a"};
  EXPECT_THAT(operations(query), ElementsAre("One", "Three", "Four"));
  query.limit = 2;
  EXPECT_THAT(operations(query), ElementsAre("Three", "Four"));
  query.from = at(4);
  EXPECT_THAT(operations(query), ElementsAre("Four"));
  query.from = {};
  query.to = at(1);
  EXPECT_THAT(operations(query), ElementsAre("One"));
  query.to = Time::max();
  query.after = store_->journal({}).value().back().id;
  EXPECT_THAT(operations(query), IsEmpty());
}

TEST_P(JournalConformance, ItOutlivesItsObject) {
  const Object stored = put(*store_, cluster("a"));
  add("a", "CreateVpc", kNow);
  ASSERT_TRUE(store_->remove(stored.key(), kNow).ok());
  EXPECT_THAT(operations({}), ElementsAre("CreateVpc"));
}

}  // namespace
}  // namespace byoc
