#include "base/kept.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

namespace byoc {
namespace {

constexpr std::uintptr_t kPage = 4096;

TEST(Kept, BlocksShareTheirPagesWithNothingElse) {
  constexpr int kCount = 1000;
  using Burst = std::array<char, 2 * kPage>;
  std::vector<std::unique_ptr<Burst>> bursts;
  KeptMap<int, int> kept;
  std::set<std::uintptr_t> pages;
  for (int i = 0; i < kCount; ++i) {
    bursts.push_back(std::make_unique<Burst>());
    pages.insert(reinterpret_cast<std::uintptr_t>(&kept.emplace(i, i).first->second) / kPage);
  }
  EXPECT_LT(pages.size(), 100U) << "one each if they lay among the bursts";
}

TEST(Kept, WhatIsFreedIsUsedAgain) {
  std::set<const void*> places;
  for (int i = 0; i < 1000; ++i) {
    KeptVector<std::array<char, 48>> one(1);
    places.insert(one.data());
  }
  EXPECT_LT(places.size(), 10U);
}

TEST(Kept, AnyThreadFreesWhatAnotherOneKept) {
  KeptMap<KeptString, int> kept;
  std::thread([&kept] {
    for (int i = 0; i < 1000; ++i) kept.emplace(KeptString(40, 'a') + KeptString(1, 'b'), i);
    kept.emplace("c", 1);
  }).join();
  EXPECT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept.find(std::string_view("c"))->second, 1);
  kept.clear();
  std::thread([&kept] { kept.emplace("d", 2); }).join();
  EXPECT_EQ(kept.at("d"), 2);
}

}  // namespace
}  // namespace byoc
