// What every back end of the store must do, whatever it is made of. A new back end is one more
// entry in store_conformance_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/controller/store_fixture.h"

namespace byoc {

// One set of objects, and those who write them.
class BackEnd {
 public:
  BackEnd() = default;
  BackEnd(const BackEnd&) = delete;
  BackEnd& operator=(const BackEnd&) = delete;
  virtual ~BackEnd() = default;

  [[nodiscard]] virtual ObjectStore& one() = 0;
  // The same objects, as another writer has them.
  [[nodiscard]] virtual ObjectStore& other() = 0;
};

struct BackEndCase {
  std::string name;
  std::function<std::unique_ptr<BackEnd>(const fs::path& dir)> make;
};

// The part that any back end has. Its objects are Roles that a schema takes: some back ends check.
class ObjectStoreConformance : public StoreTest, public testing::WithParamInterface<BackEndCase> {
 protected:
  ObjectStoreConformance() : back_end_(GetParam().make(dir_)) {}

  [[nodiscard]] ObjectStore& store() { return back_end_->one(); }
  [[nodiscard]] ObjectStore& other() { return back_end_->other(); }
  static Object role(const std::string& name) {
    Object object;
    object.kind = "Role";
    object.metadata.name = name;
    object.metadata.finalizers = {std::string(kFinalizer)};
    object.spec = {{"description", "as it was"},
                   {"trust", {{"services", Json::array({"ec2.amazonaws.com"})}}}};
    return object;
  }
  // Its finalizers go, and then it does.
  void drop(const ObjectKey& key) {
    Object object = store().get(key).value();
    object.metadata.finalizers.clear();
    put(store(), object);
    const Status removed = store().remove(key, kNow);
    EXPECT_TRUE(removed.ok()) << removed.message;
  }

 private:
  std::unique_ptr<BackEnd> back_end_;
};

// What a store is that has all parts: in memory, and in a file.
class StoreConformance : public StoreTest, public testing::WithParamInterface<std::string> {
 protected:
  [[nodiscard]] std::unique_ptr<Store> fresh(StoreOptions options = {}) {
    return open(GetParam() == "memory" ? ":memory:" : path(), std::move(options));
  }
};

// "added demo", "deleted demo".
inline std::vector<std::string> told(const News& news) {
  std::vector<std::string> out;
  for (const ObjectNews& change : news.objects) {
    const char* word = change.type == ObjectNews::Type::added      ? "added "
                       : change.type == ObjectNews::Type::modified ? "modified "
                                                                   : "deleted ";
    out.push_back(word + change.object.metadata.name);
  }
  return out;
}

}  // namespace byoc
