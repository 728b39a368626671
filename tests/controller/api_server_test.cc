// The API server: a unix socket and a loopback port, with real connections.
#include "controller/api_server.h"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

#include "controller/api_client.h"
#include "controller/api_socket.h"
#include "tests/controller/api_fixture.h"
#include "tests/controller/raw_http.h"

namespace byoc {
namespace {

using testing::HasSubstr;

class ApiServerTest : public StoreTest {
 protected:
  ApiServerTest() {
    options_.state_dir = dir_ / "state";
    options_.metrics_address = "127.0.0.1:0";
    options_.hooks.look = [](const ObjectKey&) {};
    options_.hooks.metrics = [] { return "byoc_up 1\n"; };
  }

  void start() {
    Result<std::unique_ptr<ApiServer>> made = ApiServer::make(options_);
    ASSERT_TRUE(made.ok()) << made.status().message;
    server_ = std::move(made).value();
    server_->start();
  }
  [[nodiscard]] std::string socket() const { return default_socket_path(options_.state_dir); }
  [[nodiscard]] RawHttp connect() const { return RawHttp::to_path(socket()); }
  // On a connection of its own.
  int create(const std::string& name) const {
    return connect().ask("POST", kRoles, kJson, role_manifest(name).dump()).code;
  }
  static inline const std::string kJson = "Content-Type: application/json\r\n";

  ApiServerOptions options_;
  std::unique_ptr<ApiServer> server_;
};

TEST_F(ApiServerTest, ObjectsGoThroughTheSocket) {
  start();
  EXPECT_EQ(create("ops"), 201);
  RawHttp one = connect();
  for (int i = 0; i < 10; ++i) {
    const RawAnswer got = one.ask("GET", kRoles + "/ops");
    ASSERT_EQ(got.code, 200);
    EXPECT_EQ(Json::parse(got.body).at("metadata").at("name"), "ops");
  }
  EXPECT_EQ(mode_of(socket()), 0600U);
  EXPECT_TRUE(open(path())->get({"Role", "default", "ops"}).ok()) << "the store is the file's";
}

// Connections that say nothing, to the metrics' port or to the socket.
std::vector<OwnedFd> idle_connections(int count, const sockaddr* address, socklen_t size) {
  std::vector<OwnedFd> out;
  for (int i = 0; i < count; ++i) {
    out.emplace_back(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(out.back().get(), address, size), 0) << std::strerror(errno);
  }
  return out;
}

TEST_F(ApiServerTest, IdleConnectionsBlockNobody) {  // F50
  start();
  sockaddr_in network{};
  network.sin_family = AF_INET;
  network.sin_port = htons(static_cast<std::uint16_t>(server_->metrics_port()));
  network.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  socket().copy(static_cast<char*>(local.sun_path), sizeof(local.sun_path) - 1);
  const auto strangers =
      idle_connections(100, reinterpret_cast<const sockaddr*>(&network), sizeof(network));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(create("ops"), 201);
  const auto peers = idle_connections(60, reinterpret_cast<const sockaddr*>(&local), sizeof(local));
  EXPECT_EQ(create("other"), 201);
  EXPECT_EQ(RawHttp::to_port(server_->metrics_port()).ask("GET", "/readyz").code, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(4))
      << "before idle ones end by themselves";
}

TEST_F(ApiServerTest, AWatchIsAStreamEvenForThoseWhoTakeGzip) {
  start();
  ASSERT_EQ(create("first"), 201);
  RawHttp watching = connect();
  watching.send_request("GET", kRoles + "?watch=true", "Accept-Encoding: gzip, br\r\n");
  EXPECT_TRUE(watching.read_until("\"first\""));
  EXPECT_THAT(watching.said(), HasSubstr("Content-Type: application/json\r\n"));
  ASSERT_EQ(create("second"), 201);
  EXPECT_TRUE(watching.read_until("\"second\""));
}

TEST_F(ApiServerTest, WhatTheLoopWritesWakesThoseWhoWatch) {
  start();
  StoreOptions loop_options;
  loop_options.on_change = [&] { server_->wake(); };
  const auto loop = open(path(), std::move(loop_options));
  put(*loop, cluster("first"));
  RawHttp watching = connect();
  watching.send_request("GET", "/apis/byoc.dev/v1alpha1/clusters?watch=true");
  EXPECT_TRUE(watching.read_until("\"first\""));
  put(*loop, cluster("second"));
  EXPECT_TRUE(watching.read_until("\"second\""));
}

TEST_F(ApiServerTest, ARequestWithoutALengthHasNoBody) {
  start();
  RawHttp one = connect();
  one.send("DELETE /byoc/v1/pause HTTP/1.1\r\n\r\n");
  EXPECT_EQ(one.answer().code, 200);
}

TEST_F(ApiServerTest, AParameterMayHoldWhatSeparates) {
  start();
  ASSERT_EQ(create("ops"), 201);
  const auto count = [&](const std::string& query) {
    const Json body = Json::parse(connect().ask("GET", kRoles + query).body, nullptr, false);
    return body.is_discarded() ? -1 : static_cast<int>(body.at("items").size());
  };
  EXPECT_EQ(count("?fieldSelector=metadata.name=ops"), 1);
  EXPECT_EQ(count("?fieldSelector=metadata.name%3Dops&labelSelector=a%21%3Db"), 1);
  EXPECT_EQ(count("?fieldSelector=metadata.name=other"), 0);
  EXPECT_EQ(count("?&pretty&="), 1);
}

TEST_F(ApiServerTest, NewsMayBeWaitedFor) {
  start();
  ASSERT_EQ(create("first"), 201);
  std::thread writer([&] { EXPECT_EQ(create("second"), 201); });
  const RawAnswer got = connect().ask("GET", "/byoc/v1/news?since=1&patienceMs=30000");
  writer.join();
  EXPECT_THAT(got.body, HasSubstr("\"second\""));
}

TEST_F(ApiServerTest, TheEndDoesNotWaitForThoseWhoWatch) {
  start();
  ASSERT_EQ(create("first"), 201);
  RawHttp watching = connect();
  watching.send_request("GET", kRoles + "?watch=true");
  EXPECT_TRUE(watching.read_until("\"first\""));
  server_->stop();
  EXPECT_FALSE(watching.read_until("never"));
  EXPECT_FALSE(fs::exists(socket()));
  EXPECT_EQ(connect_to_path(socket()).status().code, Code::not_found);
  server_->stop();  // again is fine
}

TEST_F(ApiServerTest, WhomThereIsNoRoomForStaysInLine) {
  start();
  std::vector<OwnedFd> idle;
  for (int i = 0; i < 40; ++i) idle.push_back(connect_to_path(socket()).value());
  std::thread late([&] { EXPECT_EQ(create("ops"), 201); });
  idle.clear();
  late.join();
}

TEST_F(ApiServerTest, TheEndDoesNotWaitForThoseInLine) {
  start();
  std::vector<OwnedFd> idle;
  for (int i = 0; i < 40; ++i) idle.push_back(connect_to_path(socket()).value());
  server_->stop();
  EXPECT_EQ(connect_to_path(socket()).status().code, Code::not_found);
}

TEST_F(ApiServerTest, MetricsAreOnTheLoopbackPort) {
  start();
  ASSERT_GT(server_->metrics_port(), 0);
  RawHttp network = RawHttp::to_port(server_->metrics_port());
  EXPECT_EQ(network.ask("GET", "/metrics").body, "byoc_up 1\n");
  EXPECT_EQ(network.ask("GET", "/readyz").code, 200);
  EXPECT_EQ(network.ask("GET", "/apis").code, 404) << "objects are for the socket alone";
}

TEST_F(ApiServerTest, ADeadDaemonsSocketIsReplaced) {
  {
    Result<OwnedFd> left = listen_on_path((dir_ / "left.sock").string(), std::nullopt);
    ASSERT_TRUE(left.ok()) << left.status().message;
  }
  ASSERT_TRUE(fs::exists(dir_ / "left.sock"));
  EXPECT_TRUE(listen_on_path((dir_ / "left.sock").string(), std::nullopt).ok());
}

TEST_F(ApiServerTest, ALivingOnesIsNot) {
  start();
  const auto second = ApiServer::make(options_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code, Code::conflict);
  EXPECT_THAT(second.status().message, HasSubstr("another byocd answers on"));
  EXPECT_EQ(create("ops"), 201) << "the first one goes on";
}

TEST_F(ApiServerTest, WhatIsNoSocketIsLeftAlone) {
  const std::string file = dir_ / "file";
  std::ofstream(file) << "precious";
  const auto refused = listen_on_path(file, std::nullopt);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.status().message, HasSubstr("is no socket"));
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(listen_on_path(dir_ / std::string(200, 'x'), std::nullopt).status().code,
            Code::invalid);
}

TEST_F(ApiServerTest, OnlyThisMachineSeesMetrics) {
  for (const char* address : {"0.0.0.0:9", "10.0.0.1:9", "9465", "localhost", "127.0.0.1:x",
                              "127.0.0.1:70000", "example.com:80"}) {
    EXPECT_EQ(listen_on_loopback(address).status().code, Code::invalid) << address;
  }
  EXPECT_TRUE(listen_on_loopback("localhost:0").ok());
}

TEST_F(ApiServerTest, AGroupMayComeIn) {
  const gid_t ours = ::getegid();
  Result<OwnedFd> listener = listen_on_path((dir_ / "shared.sock").string(), ours);
  ASSERT_TRUE(listener.ok()) << listener.status().message;
  EXPECT_EQ(mode_of(dir_ / "shared.sock"), 0660U);
  EXPECT_EQ(find_group("no-such-group").status().code, Code::invalid);
}

TEST_F(ApiServerTest, PeersAreKnownByTheKernel) {
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
  EXPECT_TRUE(is_welcome(pair[0], std::nullopt)) << "it is ourselves";
  const int network = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_FALSE(is_welcome(network, std::nullopt)) << "no credentials, no entry";
  for (const int fd : {pair[0], pair[1], network}) ::close(fd);
}

// Only root can become somebody else; for others the peer is ourselves.
TEST_F(ApiServerTest, AStrangerIsNotWelcomeUnlessOfTheGroup) {
  constexpr id_t kStranger = 65534;
  const bool root = ::geteuid() == 0;
  const std::string path = dir_ / "open.sock";
  Result<OwnedFd> listener = listen_on_path(path, std::nullopt);
  ASSERT_TRUE(listener.ok()) << listener.status().message;
  fs::permissions(dir_, fs::perms::all);
  fs::permissions(path, fs::perms::all);
  EXPECT_EQ(in_child([&] {
              if (root && (::setgroups(0, nullptr) != 0 || ::setgid(kStranger) != 0 ||
                           ::setuid(kStranger) != 0)) {
                return 1;
              }
              return connect_to_path(path).ok() ? 0 : 2;
            }),
            0);
  const OwnedFd fd(::accept(listener.value().get(), nullptr, nullptr));
  ASSERT_TRUE(fd.is_open());
  EXPECT_EQ(is_welcome(fd.get(), std::nullopt), !root);
  EXPECT_EQ(is_welcome(fd.get(), 12345), !root);
  EXPECT_TRUE(is_welcome(fd.get(), root ? kStranger : ::getegid()));
}

}  // namespace
}  // namespace byoc
