#include "cli/proxy.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <thread>

#include "controller/api_server.h"

namespace byoc {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string head_of(const std::string& fields) {
  return "GET /version HTTP/1.1\r\n" + fields + "\r\n";
}

TEST(ProxyHead, AsksByocdOnceAndWithoutWhatIsOfTheConnection) {
  const auto head = head_for_byocd(
      head_of("Host: localhost:8001\r\nConnection: keep-alive\r\nUpgrade: h2c\r\nAccept: a/b\r\n"));
  ASSERT_TRUE(head.ok()) << head.status().message;
  EXPECT_EQ(head.value(),
            "GET /version HTTP/1.1\r\nHost: localhost:8001\r\nAccept: a/b\r\n"
            "Connection: close\r\n\r\n");
  EXPECT_TRUE(head_for_byocd(head_of("host: 127.0.0.1:8001\r\n")).ok());
  EXPECT_TRUE(head_for_byocd(head_of("HOST: [::1]:8001\r\n")).ok());
}

// A name that leads to this machine, or a page that a browser shows, is not the user.
TEST(ProxyHead, RefusesOtherHostsAndWebPages) {
  for (const char* fields :
       {"Host: evil.example:8001\r\n", "Host: localhost.evil.example\r\n", "Host: 10.0.0.1\r\n", "",
        "Host: localhost\r\nHost: evil.example\r\n", "Host: localhost\r\nHost: localhost\r\n",
        "Host: localhost\r\nOrigin: https://evil.example\r\n",
        "Host: localhost\r\norigin: null\r\n"}) {
    const auto head = head_for_byocd(head_of(fields));
    ASSERT_FALSE(head.ok()) << fields;
    EXPECT_EQ(head.status().code, Code::denied) << fields;
  }
  for (const std::string& text :
       {std::string("\r\n"), std::string("PRI * HTTP/2.0\r\n\r\n"),
        head_of("Host: localhost\r\n folded\r\n"), head_of("Host localhost\r\n")}) {
    EXPECT_FALSE(head_for_byocd(text).ok()) << text;
  }
}

class ProxyTest : public testing::Test {
 protected:
  ProxyTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "byoc-proxy-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    socket_ = dir_ + "/byocd.sock";
    listener_ = listen_on_loopback("127.0.0.1:0").value();
    wake_ = OwnedFd(::eventfd(0, EFD_CLOEXEC));
    thread_ =
        std::thread([this] { EXPECT_TRUE(serve_proxy(listener_, socket_, wake_.get()).ok()); });
  }
  ~ProxyTest() override {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(wake_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    thread_.join();
    server_.reset();
    std::filesystem::remove_all(dir_);
  }
  void start_byocd() {
    ApiServerOptions options;
    options.state_dir = dir_;
    server_ = ApiServer::make(std::move(options)).value();
    server_->start();
  }
  // Everything that comes back until the connection ends.
  std::string ask(const std::string& text) {
    const OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    place.sin_port = htons(static_cast<std::uint16_t>(port_of(listener_)));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&place), sizeof place), 0);
    EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
    std::string out;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 1; size > 0;) {
      size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
      if (size > 0) out.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return out;
  }

  std::string dir_, socket_;
  OwnedFd listener_, wake_;
  std::thread thread_;
  std::unique_ptr<ApiServer> server_;
};

TEST_F(ProxyTest, CarriesRequestsAndAnswers) {
  start_byocd();
  EXPECT_THAT(ask(head_of("Host: localhost\r\n")),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("gitVersion")));
  const std::string body = R"({"apiVersion":"byoc.dev/v1alpha1","kind":"Role",)"
                           R"("metadata":{"name":"ops"},)"
                           R"("spec":{"trust":{"services":["ec2.amazonaws.com"]}}})";
  const std::string roles = "/apis/byoc.dev/v1alpha1/namespaces/default/roles";
  EXPECT_THAT(ask("POST " + roles + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body),
              StartsWith("HTTP/1.1 201"));
  EXPECT_THAT(ask("GET " + roles + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), HasSubstr("\"ops\""));
}

TEST_F(ProxyTest, OneRequestIsAllThatAConnectionCarries) {
  start_byocd();
  const std::string first = head_of("Host: localhost\r\n");
  const std::string second = "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  const std::string said = ask(first + second);
  EXPECT_THAT(said, StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(said.find("HTTP/1.1", 1), std::string::npos) << "the second one was not read";
}

TEST_F(ProxyTest, RefusalsAreSaidAsKubernetesSaysThem) {
  EXPECT_THAT(ask(head_of("Host: evil.example\r\n")),
              AllOf(StartsWith("HTTP/1.1 403"), HasSubstr("\"kind\":\"Status\"")));
  EXPECT_THAT(ask(head_of("Host: localhost\r\n")), StartsWith("HTTP/1.1 503"))
      << "byocd does not run";
}

}  // namespace
}  // namespace byoc
