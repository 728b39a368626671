#include "controller/log.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

TEST(Log, FieldsForPeople) {
  EXPECT_EQ(format_fields({}), "");
  EXPECT_EQ(format_fields({{"object", "Cluster/demo"}, {"calls", "13"}}),
            " object=Cluster/demo calls=13");
  EXPECT_EQ(format_fields({{"message", "it said \"no\"\nand left"}, {"id", ""}}),
            R"( message="it said \"no\" and left" id="")");
}

TEST(Log, FieldsForTheJournal) {
  EXPECT_EQ(journal_message(LogLevel::warning, "failed", {{"object", "Role/ops"}}),
            "MESSAGE=failed object=Role/ops\nPRIORITY=4\nSYSLOG_IDENTIFIER=byocd\n"
            "BYOC_OBJECT=Role/ops\n");
  const std::string two_lines = journal_message(LogLevel::info, "x", {{"why", "a\nb"}});
  const std::string tail = std::string("BYOC_WHY\n") + '\3' + std::string(7, '\0') + "a\nb\n";
  EXPECT_TRUE(two_lines.ends_with(tail)) << two_lines;
}

TEST(Log, LinesGoToStderrUpToTheLevel) {
  open_log(LogLevel::info);
  testing::internal::CaptureStderr();
  log(LogLevel::info, "started", {{"objects", "3"}});
  log(LogLevel::debug, "not this");
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(said.ends_with("Z info started objects=3\n")) << said;
}

}  // namespace
}  // namespace byoc
