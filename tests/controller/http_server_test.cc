// What a hostile, slow or odd client meets: limits, deadlines, malformed requests, the end.
#include "controller/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "tests/controller/directory_fixture.h"
#include "tests/controller/raw_http.h"

namespace byoc {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::StartsWith;

// Answers with what was asked; /stream is one that never ends, /news waits for some, /large and
// /endless have more text than a socket holds.
class HttpServerTest : public DirectoryTest {
 protected:
  void start() {
    HttpServerOptions options;
    options.local = listen_on_path(path(), std::nullopt).value();
    options.network = listen_on_loopback("127.0.0.1:0").value();
    options.limits = limits_;
    server_ = HttpServer::make(std::move(options), [this](const IncomingRequest& request) {
                return answer(request);
              }).value();
    port_ = server_->network_port();
    server_->start();
  }
  [[nodiscard]] std::string path() const { return dir_ / "http.sock"; }
  [[nodiscard]] RawHttp connect() const { return RawHttp::to_path(path()); }

  HttpReply answer(const IncomingRequest& request) {
    ++asked_;
    HttpReply reply;
    reply.headers = {{"Content-Type", "text/plain"}};
    const ApiRequest& asked = request.asked;
    if (request.too_large) reply.code = 413;
    if (!request.may_wait) reply.code = 429;
    if (!request.may_wait) return reply;
    if (asked.path == "/news" && !happened_) reply.later = steady_clock::now() + kLong;
    if (asked.path == "/large") reply.body = std::string(kLarge, 'x');
    if (asked.path == "/throw") throw std::bad_alloc();
    if (asked.path == "/stream" || asked.path == "/endless") {
      reply.stream = [this, alive = std::make_shared<Alive>(streams_),
                      endless = asked.path == "/endless"] {
        HttpPart part;
        part.again = steady_clock::now() + kLong;
        if (endless) part.text = std::string(kLarge, 'x');
        if (!endless && said_ < happened_) part.text = "news " + std::to_string(++said_) + "\n";
        return part;
      };
    }
    if (reply.body.empty()) reply.body = asked.method + " " + asked.path + "\n" + asked.body;
    if (reply.stream) reply.body.clear();
    return reply;
  }
  template <class Condition>
  static bool becomes(const Condition& condition) {
    const auto until = steady_clock::now() + kLong;
    while (!condition() && steady_clock::now() < until) std::this_thread::yield();
    return condition();
  }

  struct Alive {
    explicit Alive(std::atomic<int>& of) : count(of) { ++count; }
    Alive(const Alive&) = delete;
    Alive& operator=(const Alive&) = delete;
    ~Alive() { --count; }
    std::atomic<int>& count;
  };
  static constexpr auto kLong = std::chrono::seconds(20);
  static constexpr std::size_t kLarge = 8U << 20U;

  HttpLimits limits_;
  std::atomic<int> asked_{0};
  std::atomic<int> happened_{0};
  std::atomic<int> streams_{0};
  int said_ = 0;
  int port_ = 0;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AConnectionCarriesManyRequests) {
  start();
  RawHttp one = connect();
  EXPECT_EQ(one.ask("GET", "/a").body, "GET /a\n");
  EXPECT_EQ(one.ask("POST", "/b", "", "text").body, "POST /b\ntext");
  EXPECT_EQ(one.ask("PUT", "/c%20d%00e", "", "0").body, std::string("PUT /c d\0e\n0", 12));
  const RawAnswer head = one.ask("HEAD", "/abc");
  EXPECT_EQ(head.code, 200);
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_EQ(one.ask("DELETE", "/e").body, "DELETE /e\n");
  RawHttp network = RawHttp::to_port(port_);
  EXPECT_EQ(network.ask("GET", "/a").code, 200);
  EXPECT_EQ(network.ask("GET", "/a").code, 200);
}

TEST_F(HttpServerTest, RequestsMayBeSentAhead) {
  start();
  RawHttp one = connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests +=
        "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
  }
  EXPECT_TRUE(one.send(requests));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(one.answer().body, "POST /" + std::to_string(i) + "\nhi");
  }
}

TEST_F(HttpServerTest, ARequestMayComeLetterByLetter) {
  start();
  RawHttp one = connect();
  for (const char letter :
       std::string("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: t\r\n\r\n")) {
    ASSERT_TRUE(one.send(std::string(1, letter)));
  }
  EXPECT_EQ(one.answer().body, "POST /a\nabcd");
  EXPECT_EQ(one.ask("GET", "/b").code, 200) << "the connection goes on";
}

TEST_F(HttpServerTest, ABodyIsAskedForByThoseWhoWaitForThat) {
  start();
  RawHttp one = connect();
  one.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(one.read_until("\r\n\r\n"));
  EXPECT_EQ(one.answer(false).code, 100);
  one.send("ok");
  EXPECT_EQ(one.answer().body, "POST /a\nok");
}

TEST_F(HttpServerTest, ABodyHasALimit) {
  limits_.body_bytes = 100;
  start();
  EXPECT_EQ(connect().ask("POST", "/a", "", std::string(100, 'x')).code, 200);
  for (const char* size : {"101", "4294967297", "18446744073709551615"}) {
    RawHttp one = connect();
    one.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::string(size) + "\r\n\r\n");
    EXPECT_EQ(one.answer().code, 413) << size << ", before any of it was sent";
  }
  RawHttp chunked = connect();
  chunked.send("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 5; ++i) chunked.send("32\r\n" + std::string(50, 'x') + "\r\n");
  chunked.send("0\r\n\r\n");
  EXPECT_EQ(chunked.answer().code, 413);
}

TEST_F(HttpServerTest, AHeadHasALimit) {
  start();
  const auto code = [&](std::size_t size) {
    RawHttp one = connect();
    one.send_request("GET", "/a", "Long: " + std::string(size, 'x') + "\r\n");
    return one.answer().code;
  };
  EXPECT_EQ(code(limits_.head_bytes - 200), 200);
  EXPECT_EQ(code(limits_.head_bytes), 431);
  EXPECT_THAT(code(10 * limits_.head_bytes), testing::AnyOf(431, 0));
  RawHttp many = connect();
  std::string fields;
  for (int i = 0; i < 20'000; ++i) fields += "a: b\r\n";
  many.send_request("GET", "/a", fields);
  EXPECT_THAT(many.answer().code, testing::AnyOf(431, 0));
  RawHttp target = connect();
  target.send_request("GET", "/" + std::string(1U << 20U, 'x'));
  EXPECT_THAT(target.answer().code, testing::AnyOf(414, 431, 0));
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(connect().ask("GET", "/a").code, 200) << "others do not notice";
}

TEST_F(HttpServerTest, WhatIsNoHttpIsRefused) {
  start();
  const std::vector<std::string> wrong = {
      "\r\n\r\n\r\n\x16\x03\x01\x02\r\n\r\n",
      "GET\r\n\r\n",
      "GET /a HTTP/9.9\r\nHost: a\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "POST /a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /a HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 3\r\n\r\nabc",
      "POST /a HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc",
  };
  for (const std::string& request : wrong) {
    RawHttp one = connect();
    one.send(request);
    one.finish_sending();
    EXPECT_THAT(one.answer().code, testing::AnyOf(400, 413, 505, 0)) << request;
  }
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(connect().ask("GET", "/a").code, 200);
}

TEST_F(HttpServerTest, AShorterBodyThanToldIsNoRequest) {
  limits_.receive = milliseconds(100);
  start();
  RawHttp one = connect();
  one.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nshort");
  one.finish_sending();
  EXPECT_TRUE(one.ends());
  EXPECT_EQ(asked_, 0);
}

TEST_F(HttpServerTest, ALongerBodyThanToldIsTheNextRequest) {
  start();
  RawHttp one = connect();
  one.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\n");
  EXPECT_EQ(one.answer().body, "POST /a\nhi");
  one.send("Host: a\r\n\r\n");
  EXPECT_EQ(one.answer().body, "GET /b\n");
}

TEST_F(HttpServerTest, WhoSendsNoMoreIsAnsweredStill) {
  start();
  RawHttp one = connect();
  one.send_request("GET", "/large");
  one.finish_sending();
  EXPECT_EQ(one.answer().body.size(), kLarge);
}

TEST_F(HttpServerTest, SlowSendersLoseTheirConnection) {
  limits_.idle = milliseconds(150);
  limits_.receive = milliseconds(150);
  start();
  RawHttp silent = connect();
  EXPECT_TRUE(silent.ends());
  RawHttp between = connect();
  EXPECT_EQ(between.ask("GET", "/a").code, 200);
  EXPECT_TRUE(between.ends());
  // A letter now and then does not help, neither in the head nor in the body.
  for (const char* begun : {"GET /a HTTP/1.1\r\nHost: ",
                            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"}) {
    RawHttp slow = connect();
    const auto since = steady_clock::now();
    slow.send(begun);
    while (!slow.ends_within(5) && steady_clock::now() - since < kLong) slow.send("x");
    EXPECT_LT(steady_clock::now() - since, kLong) << begun;
  }
}

TEST_F(HttpServerTest, WhoDoesNotReadLosesItsConnection) {
  limits_.stall = milliseconds(150);
  start();
  for (const char* target : {"/large", "/endless"}) {
    RawHttp one = connect();
    one.send_request("GET", target);
    one.read_until("\r\n\r\n");
    EXPECT_TRUE(one.ends_within(20'000)) << target;
  }
  EXPECT_TRUE(becomes([&] { return streams_ == 0; }));
}

TEST_F(HttpServerTest, AStreamSaysWhatHappens) {
  limits_.stall = milliseconds(50);
  start();
  RawHttp one = connect();
  one.send_request("GET", "/stream");
  ASSERT_TRUE(one.read_until("\r\n\r\n")) << "its head comes before it has anything to say";
  EXPECT_THAT(one.said(), HasSubstr("Transfer-Encoding: chunked"));
  for (int i = 1; i <= 3; ++i) {
    EXPECT_FALSE(one.ends_within(60)) << "which is longer than somebody may not read";
    ++happened_;
    server_->news();
    EXPECT_TRUE(one.read_until("news " + std::to_string(i)));
  }
}

TEST_F(HttpServerTest, AStreamEndsWithItsClient) {
  start();
  for (int i = 0; i < 3; ++i) {
    RawHttp one = connect();
    one.send_request("GET", i == 2 ? "/endless" : "/stream");
    ASSERT_TRUE(one.read_until("\r\n\r\n"));
    if (i == 1) one.finish_sending();
    if (i != 1) one = connect();
    EXPECT_TRUE(becomes([&] { return streams_ == 0; })) << i;
  }
  EXPECT_EQ(connect().ask("HEAD", "/stream").code, 200);
  EXPECT_TRUE(becomes([&] { return streams_ == 0; }));
}

TEST_F(HttpServerTest, AnOldClientGetsAStreamToo) {
  start();
  ++happened_;
  RawHttp one = connect();
  one.send("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(one.read_until("\r\n\r\nnews 1\n"));
}

TEST_F(HttpServerTest, AnAnswerMayComeLater) {
  start();
  RawHttp one = connect();
  one.send_request("POST", "/news", "", "body");
  one.send_request("GET", "/after");
  EXPECT_TRUE(becomes([&] { return asked_ == 1; }));
  EXPECT_EQ(connect().ask("GET", "/a").code, 200) << "others are answered meanwhile";
  ++happened_;
  server_->news();
  EXPECT_EQ(one.answer().body, "POST /news\nbody");
  EXPECT_EQ(one.answer().body, "GET /after\n");
}

TEST_F(HttpServerTest, WhatIsThrownEndsOneConnection) {
  start();
  EXPECT_EQ(connect().ask("GET", "/throw").code, 0);
  EXPECT_EQ(connect().ask("GET", "/a").code, 200);
}

TEST_F(HttpServerTest, WhoIsBusyKeepsItsPlace) {
  limits_.peers = 2;
  start();
  RawHttp first = connect();
  first.send_request("GET", "/stream");
  ASSERT_TRUE(first.read_until("\r\n\r\n"));
  RawHttp second = connect();
  second.send_request("GET", "/stream");
  ASSERT_TRUE(second.read_until("\r\n\r\n"));
  RawHttp third = connect();  // and finds nobody who could go
  third.send_request("GET", "/a");
  EXPECT_FALSE(third.speaks_within(100)) << "it stays in line";
  first = RawHttp(OwnedFd());
  EXPECT_EQ(third.answer().code, 200);
  EXPECT_EQ(RawHttp::to_port(port_).ask("GET", "/a").code, 200);
  ++happened_;
  server_->news();
  EXPECT_TRUE(second.read_until("news"));
}

TEST_F(HttpServerTest, WhoWaitsLeavesRoomForOthers) {
  limits_.peers = 4;
  limits_.waiting = 2;
  start();
  std::vector<RawHttp> waiting;
  for (const char* target : {"/news", "/stream"}) {
    waiting.push_back(connect());
    waiting.back().send_request("GET", target);
  }
  EXPECT_TRUE(becomes([&] { return asked_ == 2; }));
  EXPECT_EQ(connect().ask("GET", "/stream").code, 429);
  EXPECT_EQ(connect().ask("GET", "/news").code, 429);
  // Bodies that do not come and answers that are not read make room.
  std::vector<RawHttp> crowd;
  for (int i = 0; i < 20; ++i) {
    crowd.push_back(connect());
    if (i % 2 == 0) crowd.back().send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
    if (i % 2 == 1) crowd.back().send_request("GET", "/large");
  }
  ++happened_;
  server_->news();
  EXPECT_EQ(waiting[0].answer().code, 200);
  EXPECT_TRUE(waiting[1].read_until("news 1"));
}

TEST_F(HttpServerTest, TheLongestIdleMakesRoom) {
  limits_.network = 3;
  start();
  std::vector<RawHttp> crowd;
  for (int i = 0; i < 50; ++i) crowd.push_back(RawHttp::to_port(port_));
  EXPECT_EQ(RawHttp::to_port(port_).ask("GET", "/a").code, 200);
  EXPECT_TRUE(crowd[0].ends());
  EXPECT_EQ(crowd[49].ask("GET", "/a").code, 200);
}

TEST_F(HttpServerTest, TheNetworksBodiesAreNotRead) {
  start();
  RawHttp one = RawHttp::to_port(port_);
  one.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(one.answer().body, "POST /a\n");
  EXPECT_TRUE(one.ends());
}

TEST_F(HttpServerTest, TheEndWaitsForNobody) {
  for (int round = 0; round < 5; ++round) {
    start();
    std::vector<RawHttp> clients;
    for (const char* text :
         {"", "GET /a HT", "GET /news HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", "GET /endless HTTP/1.1\r\nHost: a\r\n\r\n",
          "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"}) {
      for (int i = 0; i < 3; ++i) {
        clients.push_back(connect());
        clients.back().send(text);
      }
    }
    if (round > 0) {
      EXPECT_TRUE(becomes([&] { return streams_ == 6; }));
    }
    const auto since = steady_clock::now();
    server_->stop();
    EXPECT_LT(steady_clock::now() - since, std::chrono::seconds(4));
    EXPECT_EQ(streams_, 0);
    server_->stop();
    for (RawHttp& client : clients) EXPECT_FALSE(client.read_until("never"));
    EXPECT_EQ(connect_to_path(path()).status().code, Code::not_found);
  }
}

}  // namespace
}  // namespace byoc
