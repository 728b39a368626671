#include "cli/text.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("é"), 1);
  EXPECT_EQ(display_width("e\u0301"), 1);  // with a combining accent
  EXPECT_EQ(display_width("日本"), 4);
  EXPECT_EQ(display_width("\U0001F680"), 2);
  EXPECT_EQ(display_width("├─ ✓"), 4);
  EXPECT_EQ(display_width("\x1b[31mred\x1b[0m"), 3);
}

TEST(DisplayWidth, TakesBrokenUtf8ByteByByte) {
  EXPECT_EQ(display_width("\xff\xfe"), 2);
  EXPECT_EQ(display_width("a\xc3"), 2);
  EXPECT_EQ(display_width("\xe6\x97z"), 3);
}

TEST(Pad, FillsUpToTheWidth) {
  EXPECT_EQ(pad("日", 4), "日  ");
  EXPECT_EQ(pad("long", 2), "long");
}

TEST(CutToWidth, KeepsWholeCharacters) {
  EXPECT_EQ(cut_to_width("abcdef", 6, "..."), "abcdef");
  EXPECT_EQ(cut_to_width("abcdefg", 6, "..."), "abc...");
  EXPECT_EQ(cut_to_width("日本語", 4, "…"), "日…");
  EXPECT_EQ(cut_to_width("abcdefg", 0, "..."), "abcdefg");
}

TEST(CutToWidth, KeepsTheEndOfAColour) {
  EXPECT_EQ(cut_to_width("\x1b[31mabcdef\x1b[0m", 4, "…"), "\x1b[31mabc…\x1b[0m");
}

TEST(Printable, DisarmsControlCharacters) {
  EXPECT_EQ(printable("plain"), "plain");
  EXPECT_EQ(printable("one\ntwo\r\n  three\n"), "one two  three");
  EXPECT_EQ(printable("\x1b[2Jgone\x07"), "[2Jgone");
  EXPECT_EQ(printable("a\u009bb"), "a b");  // the one-character escape
}

TEST(Indented, PrefixesEveryLine) {
  EXPECT_EQ(indented("a\nb\n", "  "), "  a\n  b\n");
  EXPECT_EQ(indented("a", "> "), "> a\n");
  EXPECT_EQ(indented("", "> "), "");
}

}  // namespace
}  // namespace byoc
