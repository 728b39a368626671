#include "controller/request.h"

#include <gtest/gtest.h>

#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using RequestTest = StoreTest;

TEST_F(RequestTest, APauseIsAnAnnotationOrStandsInTheSpec) {
  const auto store = open(":memory:");
  const ObjectKey key = put(*store, cluster("demo")).key();
  EXPECT_FALSE(is_paused(store->get(key).value()));
  EXPECT_TRUE(is_paused(request_pause(*store, key, true, kNow).value()));
  const Object again = request_pause(*store, key, true, kNow).value();
  EXPECT_EQ(again.metadata.resource_version, store->get(key).value().metadata.resource_version);
  Object object = request_pause(*store, key, false, kNow).value();
  EXPECT_FALSE(is_paused(object));
  object.spec["paused"] = true;
  EXPECT_TRUE(is_paused(object));
}

// A pause that is spelled in another way is meant as one.
TEST_F(RequestTest, AnyValueButFalsePauses) {
  Object object = cluster("demo");
  for (const char* value : {"true", "yes", "", "False"}) {
    object.metadata.annotations[std::string(kPausedAnnotation)] = value;
    EXPECT_TRUE(is_paused(object)) << value;
  }
  object.metadata.annotations[std::string(kPausedAnnotation)] = "false";
  EXPECT_FALSE(is_paused(object));
}

TEST_F(RequestTest, NeitherTouchesTheStatus) {
  const auto store = open(":memory:");
  Object object = cluster("demo");
  object.status = {{"phase", "Ready"}};
  const ObjectKey key = put_whole(*store, object).key();
  EXPECT_EQ(request_pause(*store, key, true, kNow).value().status, object.status);
  EXPECT_EQ(request_look(*store, key, kNow).value().status, object.status);
  EXPECT_TRUE(is_paused(store->get(key).value())) << "the one does not undo the other";
}

TEST_F(RequestTest, ARequestThatIsTakenBackNeedsNoAnswer) {
  const auto store = open(":memory:");
  const ObjectKey key = put(*store, cluster("demo")).key();
  Object object = request_look(*store, key, kNow).value();
  answer_look(object, object);
  object = store->put_status(object, kNow).value();
  object.metadata.annotations.erase(std::string(kReconcileAnnotation));
  object = put(*store, object);
  EXPECT_FALSE(look_requested(object));
  answer_look(object, object);
  EXPECT_TRUE(object.status.empty());
}

TEST_F(RequestTest, ALookIsAnsweredByAPassThatSawTheRequest) {
  const auto store = open(":memory:");
  const ObjectKey key = put(*store, cluster("demo")).key();
  const Object before = store->get(key).value();
  const Object first = request_look(*store, key, kNow).value();
  EXPECT_TRUE(look_requested(first));
  Object ended = first;
  answer_look(ended, before);
  EXPECT_TRUE(look_requested(ended)) << "that pass began too early";
  const Object second = request_look(*store, key, kNow).value();
  ended = second;
  answer_look(ended, first);
  EXPECT_TRUE(look_requested(ended)) << "it was asked for once more";
  answer_look(ended, second);
  EXPECT_FALSE(look_requested(ended));
}

TEST_F(RequestTest, WhatIsNotThereCannotBeAsked) {
  const auto store = open(":memory:");
  EXPECT_EQ(request_pause(*store, {"Role", "default", "x"}, true, kNow).status().code,
            Code::not_found);
  EXPECT_EQ(request_look(*store, {"Role", "default", "x"}, kNow).status().code, Code::not_found);
}

}  // namespace
}  // namespace byoc
