#include "controller/secrets.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "manifests/kinds.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr off_t kSecretBytesMax = 4096;  // of a file
// Source: STS API reference, AssumeRole, ExternalId: 2 to 1224 of [\w+=,.@:\/-].
constexpr std::size_t kExternalIdMin = 2;
constexpr std::size_t kExternalIdMax = 1224;
constexpr std::string_view kExternalIdCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@:/-";

// The map in a spec where objects of the kind have their external id; null when there is none.
template <class Value>  // Json or const Json
Value* holder(const std::string& kind, Value& spec) {
  const ManifestKind* known = find_manifest_kind(kind);
  const Json::json_pointer place(known == nullptr ? "" : std::string(*known->external_id));
  if (!spec.is_object() || !spec.contains(place)) return nullptr;
  Value& map = spec.at(place);
  return map.is_object() ? &map : nullptr;
}

// A literal id gives way to its fingerprint; nothing when there is none.
std::optional<Secret> take_from(Json* place) {
  if (place == nullptr) return std::nullopt;
  const auto literal = place->find("externalId");
  if (literal == place->end() || !literal->is_string()) return std::nullopt;
  Secret secret(literal->get<std::string>());
  place->erase("externalId");
  (*place)["externalIdFrom"] = {{"stored", secret.fingerprint()}};
  return secret;
}

// Tools keep a copy of the manifest in an annotation, as JSON: kubectl's is
// kubectl.kubernetes.io/last-applied-configuration.
void take_from_copies(Object& object) {
  for (auto& [name, text] : object.metadata.annotations) {
    if (text.find("externalId") == std::string::npos) continue;
    Json copy = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!copy.is_object() || !copy.contains("spec")) continue;
    if (take_from(holder(object.kind, copy["spec"]))) text = copy.dump();
  }
}

// An external id from outside of the manifest, as AWS takes it. `where` names the reference: what
// was read may be any file, and is in no message.
Result<Secret> checked(std::string text, const std::string& where) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  const bool fits = text.size() >= kExternalIdMin && text.size() <= kExternalIdMax &&
                    text.find_first_not_of(kExternalIdCharacters) == std::string::npos;
  if (fits) return Secret(std::move(text));
  return error(Code::invalid,
               where + (text.empty() ? " is empty" : " does not hold an external id") +
                   ": that is one line of " + std::to_string(kExternalIdMin) + " to " +
                   std::to_string(kExternalIdMax) + " letters, digits and _ + = , . @ : / -");
}

// The bytes of a regular file that not everybody may write to.
Result<std::string> read_private_file(const std::string& path, const std::string& where) {
  // Without O_NONBLOCK the opening of a FIFO waits for somebody who writes.
  const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return error(Code::invalid, "cannot read " + where + ": " + std::strerror(errno));
  struct stat info {};
  std::string problem;
  if (fstat(fd, &info) != 0) {
    problem = std::string("cannot be looked at: ") + std::strerror(errno);
  } else if (!S_ISREG(info.st_mode)) {
    problem = "is no regular file";
  } else if ((info.st_mode & S_IWOTH) != 0) {
    problem = "can be written by everybody: chmod o-w it";
  } else if (info.st_size > kSecretBytesMax) {
    problem = "is larger than " + std::to_string(kSecretBytesMax) + " bytes";
  }
  std::string text(static_cast<std::size_t>(kSecretBytesMax) + 1, '\0');
  std::size_t size = 0;
  while (problem.empty() && size < text.size()) {
    const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) problem = std::string("cannot be read: ") + std::strerror(errno);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  close(fd);
  if (!problem.empty()) return error(Code::invalid, where + " " + problem);
  text.resize(size);
  return text;
}

Result<Secret> read_secret(const std::string& path, const std::string& where) {
  Result<std::string> text = read_private_file(path, where);
  if (!text.ok()) return text.status();
  return checked(std::move(text).value(), where);
}

// systemd hands credentials over in a directory of its own (LoadCredential=): a name is one of
// them.
std::string credential_path(const std::string& path) {
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (path.starts_with('/') || credentials == nullptr || *credentials == '\0') return path;
  return std::string(credentials) + "/" + path;
}

Result<Secret> generate(std::size_t length) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789ABCDEFGH";
  static_assert(kAlphabet.size() == 64);
  std::string text;
  std::array<unsigned char, 1> byte{};
  while (text.size() < length) {
    if (RAND_bytes(byte.data(), 1) != 1) return error(Code::unavailable, "no random numbers");
    text += kAlphabet[byte[0] & 63U];
  }
  return Secret(std::move(text));
}

}  // namespace

std::string Secrets::path_of(const ObjectKey& key) const {
  return dir_ + "/secrets/" + key.ns + "." + key.kind + "." + key.name + ".externalId";
}

Status Secrets::write(const ObjectKey& key, const Secret& value) const {
  if (dir_.empty()) {
    return error(Code::unavailable, "there is no state directory to keep the external id of " +
                                        to_string(key) + " in");
  }
  const std::string dir = dir_ + "/secrets";
  if (mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return error(Code::unavailable, "cannot make " + dir + ": " + std::strerror(errno));
  }
  const std::string path = path_of(key);
  const std::string fresh = path + ".new";
  const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return error(Code::unavailable, "cannot write " + fresh + ": " + std::strerror(errno));
  }
  const std::string& text = value.reveal();
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  const int why = errno;
  close(fd);
  if (!written) {
    return error(Code::unavailable, "cannot write " + fresh + ": " + std::strerror(why));
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) {
    return error(Code::unavailable, "cannot write " + path + ": " + std::strerror(errno));
  }
  return {};
}

Result<Secret> Secrets::read_kept(const ObjectKey& key) const {
  const std::string path = path_of(key);
  if (dir_.empty() || access(path.c_str(), F_OK) != 0) {
    return error(Code::not_found, "the external id of " + to_string(key) +
                                      " is not kept here any more; give it again in the manifest");
  }
  return read_secret(
      path, "the file " + path + ", where the external id of " + to_string(key) + " is kept,");
}

std::optional<Secret> without_literals(Object& object) {
  take_from_copies(object);
  return take_from(holder(object.kind, object.spec));
}

Status Secrets::take_literals(Object& object) const {
  Object stored = object;
  const std::optional<Secret> secret = without_literals(stored);
  Status status = secret ? write(object.key(), *secret) : Status{};
  if (status.ok()) object = std::move(stored);
  return status;
}

Result<std::optional<Secret>> Secrets::external_id(const Object& object, bool dry_run) const {
  const Json* place = holder(object.kind, object.spec);
  if (place == nullptr) return std::optional<Secret>();
  const Json& whole = *place;
  const Json& literal = member(whole, "externalId");
  if (literal.is_string()) return std::optional(Secret(literal.get<std::string>()));
  const Json& from = member(whole, "externalIdFrom");
  if (!from.is_object()) return std::optional<Secret>();
  const auto optional = [](Result<Secret> result) -> Result<std::optional<Secret>> {
    if (!result.ok()) return result.status();
    return std::optional(std::move(result).value());
  };
  if (const Json& name = member(from, "env"); name.is_string()) {
    const char* value = std::getenv(name.get_ref<const std::string&>().c_str());
    if (value == nullptr || *value == '\0') {
      return error(Code::invalid, "the environment variable " + name.get<std::string>() +
                                      " (externalIdFrom) is not set");
    }
    return optional(checked(
        value, "the environment variable " + name.get<std::string>() + " (externalIdFrom)"));
  }
  if (const Json& name = member(from, "file"); name.is_string()) {
    const std::string path = credential_path(name.get_ref<const std::string&>());
    return optional(read_secret(path, "the secret file " + path + " (externalIdFrom)"));
  }
  Result<Secret> kept = read_kept(object.key());
  const bool can_generate = from.contains("generate") && !dir_.empty();
  if (kept.ok() || kept.status().code != Code::not_found || !can_generate) {
    return optional(std::move(kept));
  }
  if (dry_run) return std::optional(Secret("to-be-generated"));
  const Json& length = member(from, "generate/length");
  Result<Secret> fresh = generate(length.is_number() ? length.get<std::size_t>() : 30);
  if (!fresh.ok()) return fresh.status();
  const Status status = write(object.key(), fresh.value());
  if (!status.ok()) return status;
  return optional(std::move(fresh));
}

Status Secrets::copy(const ObjectKey& from, const ObjectKey& to) const {
  if (dir_.empty() || access(path_of(from).c_str(), F_OK) != 0) return {};
  const Result<Secret> kept = read_kept(from);
  return kept.ok() ? write(to, kept.value()) : kept.status();
}

Status Secrets::drop(const ObjectKey& key) const {
  if (dir_.empty()) return {};
  if (unlink(path_of(key).c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return error(Code::unavailable, "cannot remove " + path_of(key) + ": " + std::strerror(errno));
}

}  // namespace byoc
