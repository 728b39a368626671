#include "controller/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace byoc {
namespace {

constexpr std::string_view kJournalSocket = "/run/systemd/journal/socket";

struct Log {
  LogLevel most = LogLevel::info;
  int journal = -1;  // a connected socket; never closed
  std::shared_ptr<spdlog::logger> lines =
      std::make_shared<spdlog::logger>("byocd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
};

Log& state() {
  static Log state;
  return state;
}

// JOURNAL_STREAM holds device:inode of the journal's end of stderr (systemd.exec(5)).
bool stderr_is_the_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat file {};
  if (stream == nullptr || fstat(STDERR_FILENO, &file) != 0) return false;
  return std::to_string(file.st_dev) + ":" + std::to_string(file.st_ino) == stream;
}

int connect_to_journal() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(kJournalSocket.begin(), kJournalSocket.end(), address.sun_path);
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::debug: break;
  }
  return spdlog::level::debug;
}

bool needs_quotes(std::string_view text) {
  return text.empty() || std::any_of(text.begin(), text.end(), [](char c) {
           return c == ' ' || c == '"' || c == '=' || std::iscntrl(static_cast<unsigned char>(c));
         });
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"";
}

// One field of the journal: "NAME=value", or the name, the length in eight bytes, and the value.
void add_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  if (value.find('\n') == std::string_view::npos) {
    out += '=';
  } else {
    out += '\n';
    const std::uint64_t size = value.size();
    for (unsigned shift = 0; shift < 64; shift += 8) {
      out += static_cast<char>(static_cast<unsigned char>(size >> shift));
    }
  }
  out += value;
  out += '\n';
}

}  // namespace

std::string format_fields(const LogFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += " " + std::string(name) + "=" + (needs_quotes(value) ? in_quotes(value) : value);
  }
  return out;
}

std::string journal_message(LogLevel level, std::string_view message, const LogFields& fields) {
  std::string out;
  add_field(out, "MESSAGE", std::string(message) + format_fields(fields));
  add_field(out, "PRIORITY", std::to_string(static_cast<int>(level)));
  add_field(out, "SYSLOG_IDENTIFIER", "byocd");
  for (const auto& [name, value] : fields) {
    std::string upper = "BYOC_";
    for (const char c : name) {
      upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    add_field(out, upper, value);
  }
  return out;
}

void open_log(LogLevel most) {
  Log& log = state();
  log.most = most;
  log.lines->set_level(spdlog::level::debug);
  log.lines->flush_on(spdlog::level::debug);
  log.lines->set_pattern("%Y-%m-%dT%H:%M:%SZ %l %v", spdlog::pattern_time_type::utc);
  if (log.journal < 0 && stderr_is_the_journal()) log.journal = connect_to_journal();
}

void log(LogLevel level, std::string_view message, const LogFields& fields) {
  const Log& log = state();
  if (level > log.most) return;
  if (log.journal >= 0) {
    const std::string text = journal_message(level, message, fields);
    if (send(log.journal, text.data(), text.size(), MSG_NOSIGNAL) >= 0) return;
  }
  log.lines->log(spdlog_level(level), "{}{}", message, format_fields(fields));
}

}  // namespace byoc
