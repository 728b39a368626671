// The client's end of HTTP, against a socket that says what a test wants.
#include "controller/api_client.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/percent.h"
#include "controller/api_socket.h"
#include "tests/controller/store_fixture.h"

namespace byoc {
namespace {

using testing::HasSubstr;

class ApiClientTest : public StoreTest {
 protected:
  ApiClientTest() : listener_(listen_on_path(socket(), std::nullopt).value()) {
    ::fcntl(listener_.get(), F_SETFL, 0);  // the test waits in accept
  }
  [[nodiscard]] std::string socket() const { return dir_ / "test.sock"; }

  // What comes of `text` as an answer; the request is in asked_.
  Result<ApiAnswer> answered(const std::string& text, const ApiCall& call = {}) {
    std::thread server([&] {
      const OwnedFd fd(::accept(listener_.get(), nullptr, nullptr));
      std::array<char, 65536> buffer{};
      const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
      if (size > 0) asked_.assign(buffer.data(), static_cast<std::size_t>(size));
      EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(text.size()));
    });
    Result<ApiAnswer> answer = ask_byocd(socket(), call, std::chrono::seconds(60));
    server.join();
    return answer;
  }

  OwnedFd listener_;
  std::string asked_;
};

TEST_F(ApiClientTest, ARequestAndItsAnswer) {
  const ApiCall call{"PUT", "/a", {{"x", "1 2"}, {"y", "&"}}, {{"k", "v"}}};
  const auto answer = answered("HTTP/1.1 201 Created\r\nCONTENT-length: 7\r\n\r\n{\"b\":1}", call);
  ASSERT_TRUE(answer.ok()) << answer.status().message;
  EXPECT_EQ(answer.value().code, 201);
  EXPECT_EQ(answer.value().body, Json({{"b", 1}}));
  EXPECT_THAT(asked_, testing::StartsWith("PUT /a?x=1%202&y=%26 HTTP/1.1\r\n"));
  EXPECT_THAT(asked_, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(asked_, testing::EndsWith("\r\n\r\n{\"k\":\"v\"}"));
}

TEST_F(ApiClientTest, WhatIsNoWholeAnswerIsNone) {
  for (const char* text :
       {"", "HTTP/1.1 200 OK\r\n", "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"}) {
    const auto answer = answered(text);
    ASSERT_FALSE(answer.ok()) << text;
    EXPECT_EQ(answer.status().code, Code::unavailable);
    EXPECT_THAT(answer.status().message, HasSubstr("byocd does not answer"));
  }
}

TEST_F(ApiClientTest, ABodyThatIsNoJsonIsDiscarded) {
  const auto answer = answered("HTTP/1.1 500 x\r\nContent-Length: 2\r\n\r\nno");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer.value().code, 500);
  EXPECT_TRUE(answer.value().body.is_discarded());
}

TEST_F(ApiClientTest, WhoSaysNothingIsGivenUp) {
  EXPECT_THAT(ask_byocd(socket(), {}, Duration{1}).status().message, HasSubstr("time is over"));
}

TEST_F(ApiClientTest, NobodyListens) {
  EXPECT_EQ(ask_byocd((dir_ / "none.sock").string(), {}, Duration{1}).status().code,
            Code::not_found);
}

TEST(ApiClient, Escapes) {
  EXPECT_EQ(percent_encode("a-b_c.d~e"), "a-b_c.d~e");
  EXPECT_EQ(percent_encode("a b/c?\xc3\xa4"), "a%20b%2Fc%3F%C3%A4");
}

}  // namespace
}  // namespace byoc
