#include "cli/tree_screen.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "tests/cli/now.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TreeModel one(TreeState state, const std::string& detail = "") {
  TreeModel model;
  TreeItem item;
  item.object = "Cluster/demo";
  item.key = "subnet/public-a";
  item.verb = TreeVerb::create;
  item.state = state;
  item.detail = detail;
  model.items = {item};
  return model;
}

// What was written to a stream.
class Written {
 public:
  Written() : file_(std::tmpfile(), std::fclose) {}
  [[nodiscard]] std::FILE* out() const { return file_.get(); }
  std::string take() {
    std::rewind(file_.get());
    std::array<char, 4096> bytes{};
    const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), file_.get());
    std::rewind(file_.get());
    EXPECT_EQ(::ftruncate(::fileno(file_.get()), 0), 0);
    return {bytes.data(), size};
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

TEST(Redraw, GoesUpOverWhatWasDrawn) {
  EXPECT_EQ(redraw({}, {"a", "b"}, 80), "a\x1b[K\nb\x1b[K\n");
  EXPECT_EQ(redraw({"a", "b"}, {"c"}, 80), "\r\x1b[2Ac\x1b[K\n\x1b[J");
}

TEST(Redraw, CountsTheRowsOfWrappedLines) {
  EXPECT_EQ(redraw({"1234567890", "", "1"}, {}, 4), "\r\x1b[5A\x1b[J");
}

TEST(LiveScreen, DrawsInPlaceAndShowsTheCursorAgain) {
  Written written;
  {
    LiveScreen screen(written.out(), {.live = true});
    ASSERT_TRUE(screen.draw(one(TreeState::running), kNow).ok());
    EXPECT_EQ(written.take(),
              "\x1b[?25lCluster/demo\x1b[K\n"
              "`- * subnet/public-a  creating\x1b[K\n"
              "0 of 1 done, 1 running\x1b[K\n");
    ASSERT_TRUE(screen.draw(one(TreeState::done), kNow).ok());
    EXPECT_EQ(written.take(),
              "\r\x1b[3ACluster/demo\x1b[K\n"
              "`- + subnet/public-a  created\x1b[K\n"
              "1 of 1 done\x1b[K\n\x1b[J");
  }
  EXPECT_EQ(written.take(), "\x1b[?25h");
}

TEST(LiveScreen, FinishesOnce) {
  Written written;
  {
    LiveScreen screen(written.out(), {.live = true});
    ASSERT_TRUE(screen.finish(one(TreeState::done), kNow).ok());
    EXPECT_TRUE(written.take().ends_with("1 of 1 done\x1b[K\n\x1b[?25h"));
  }
  EXPECT_EQ(written.take(), "");
}

TEST(LiveScreen, PrintsAboveTheTree) {
  Written written;
  LiveScreen screen(written.out(), {.live = true});
  ASSERT_TRUE(screen.draw(TreeModel{}, kNow).ok());
  written.take();
  ASSERT_TRUE(screen.print_above("warning: slow\n").ok());
  EXPECT_EQ(written.take(), "\r\x1b[1A\x1b[Jwarning: slow\n0 of 0 done\x1b[K\n");
}

// A pseudo terminal of a given size; what is written to it is read from the other side.
class Terminal {
 public:
  Terminal(unsigned short rows, unsigned short columns) {
    reader_ = ::posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT_EQ(::grantpt(reader_), 0);
    EXPECT_EQ(::unlockpt(reader_), 0);
    out_ = std::fopen(::ptsname(reader_), "w");
    EXPECT_NE(out_, nullptr);
    resize(rows, columns);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(out_);
    ::close(reader_);
  }
  void resize(unsigned short rows, unsigned short columns) const {
    struct winsize size {};
    size.ws_row = rows;
    size.ws_col = columns;
    EXPECT_EQ(::ioctl(reader_, TIOCSWINSZ, &size), 0);
  }
  // A terminal hands on what was written in pieces, and later: a mark tells where it ends.
  [[nodiscard]] std::string take() const {
    constexpr char kMark = '\a';
    std::fputc(kMark, out_);
    std::fflush(out_);
    std::string taken;
    for (char byte = 0; ::read(reader_, &byte, 1) == 1 && byte != kMark;) taken += byte;
    return taken;
  }
  [[nodiscard]] std::FILE* out() const { return out_; }

 private:
  int reader_ = -1;
  std::FILE* out_ = nullptr;
};

TEST(LiveScreen, FollowsTheSizeOfTheTerminal) {
  const Terminal terminal(10, 20);
  LiveScreen screen(terminal.out(), {.live = true});
  ASSERT_TRUE(screen.draw(one(TreeState::running), kNow).ok());
  EXPECT_EQ(terminal.take(),
            "\x1b[?25lCluster/demo\x1b[K\r\n"
            "`- * subnet/publi...\x1b[K\r\n"
            "0 of 1 done, 1 ru...\x1b[K\r\n");
  // Narrower: the terminal has wrapped the three lines to two, two and two rows.
  terminal.resize(3, 10);
  ASSERT_TRUE(screen.draw(one(TreeState::running), kNow).ok());
  EXPECT_EQ(terminal.take(),
            "\r\x1b[6A"
            "... 2 m...\x1b[K\r\n"
            "0 of 1 ...\x1b[K\r\n\x1b[J");
}

TEST(LiveScreen, ABrokenTerminalIsAnError) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> full(std::fopen("/dev/full", "w"),
                                                             std::fclose);
  LiveScreen screen(full.get(), {.live = true});
  const Status status = screen.draw(one(TreeState::done), kNow);
  EXPECT_EQ(status.code, Code::unavailable);
  EXPECT_EQ(status.message, "cannot write to the terminal: No space left on device");
}

TEST(PlainLines, OneLineForEachChange) {
  PlainLines plain;
  EXPECT_THAT(plain.changes(one(TreeState::waiting)), IsEmpty());
  EXPECT_THAT(plain.changes(one(TreeState::waiting, "waiting for vpc")),
              ElementsAre("Cluster/demo  subnet/public-a  to create: waiting for vpc"));
  EXPECT_THAT(plain.changes(one(TreeState::running)),
              ElementsAre("Cluster/demo  subnet/public-a  creating"));
  EXPECT_THAT(plain.changes(one(TreeState::running, "pending")), IsEmpty());
  TreeModel done = one(TreeState::done);
  done.items[0].id = "subnet-0abc";
  done.items[0].started = kNow;
  done.items[0].finished = kNow + Duration(300);
  EXPECT_THAT(plain.changes(done),
              ElementsAre("Cluster/demo  subnet/public-a  created subnet-0abc  (0.3s)"));
  EXPECT_THAT(plain.changes(done), IsEmpty());
}

TEST(PlainLines, FailuresTellWhyAndObjectsWhatTheyWaitFor) {
  PlainLines plain;
  TreeModel model = one(TreeState::failed, "denied");
  model.objects = {{"Cluster/demo", "Pending", "waiting for Role/research"}};
  EXPECT_THAT(plain.changes(model),
              ElementsAre("Cluster/demo  waiting for Role/research",
                          "Cluster/demo  subnet/public-a  create failed: denied"));
  model.objects[0].waits.clear();
  model.items[0].detail = "quota";
  EXPECT_THAT(plain.changes(model),
              ElementsAre("Cluster/demo  subnet/public-a  create failed: quota"));
}

ScreenStyle style_with(bool terminal, const std::map<std::string, const char*>& variables) {
  return screen_style(terminal, [&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  });
}

TEST(ScreenStyle, FollowsTheEnvironment) {
  const auto shown = [](const ScreenStyle& style) {
    return std::string(style.live ? "live" : "plain") + (style.color ? " color" : "") +
           (style.unicode ? " unicode" : "");
  };
  EXPECT_EQ(shown(style_with(true, {{"TERM", "xterm"}, {"LANG", "C.UTF-8"}})),
            "live color unicode");
  EXPECT_EQ(shown(style_with(true, {{"TERM", "xterm"}, {"NO_COLOR", "1"}})), "live");
  EXPECT_EQ(shown(style_with(true, {{"TERM", "xterm"}, {"NO_COLOR", ""}})), "live color");
  EXPECT_EQ(shown(style_with(true, {{"TERM", "dumb"}, {"LANG", "de_DE.utf8"}})), "plain unicode");
  EXPECT_EQ(shown(style_with(true, {})), "plain");
  EXPECT_EQ(shown(style_with(false, {{"TERM", "xterm"}, {"LANG", "C.UTF-8"}})), "plain unicode");
  EXPECT_EQ(shown(style_with(true, {{"TERM", "xterm"}, {"LC_ALL", "C"}, {"LANG", "C.UTF-8"}})),
            "live color");
}

}  // namespace
}  // namespace byoc
