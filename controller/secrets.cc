#include "controller/secrets.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr std::size_t kSecretBytesMax = 4096;

// Where the external id stands: in a Role's trust, or in a Cluster's spec itself.
Json* holder(Object& object) {
  if (object.kind != "Role") return &object.spec;
  const auto trust = object.spec.find("trust");
  return trust == object.spec.end() ? nullptr : &*trust;
}

Result<Secret> read_secret(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return error(Code::invalid,
                 "cannot read the secret file " + path + ": " + std::strerror(errno));
  }
  std::string text(kSecretBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return error(Code::invalid, "the secret file " + path + " is empty");
  if (text.size() > kSecretBytesMax) {
    return error(Code::invalid, "the secret file " + path + " is too long for a secret");
  }
  return Secret(std::move(text));
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
  if (access(path.c_str(), F_OK) != 0) {
    return error(Code::not_found, "the external id of " + to_string(key) +
                                      " is not kept here any more; give it again in the manifest");
  }
  return read_secret(path);
}

Status Secrets::take_literals(Object& object) const {
  Json* place = holder(object);
  if (place == nullptr || !place->is_object()) return {};
  const auto literal = place->find("externalId");
  if (literal == place->end() || !literal->is_string()) return {};
  const Secret secret(literal->get<std::string>());
  Status status = write(object.key(), secret);
  if (!status.ok()) return status;
  place->erase("externalId");
  (*place)["externalIdFrom"] = {{"stored", secret.fingerprint()}};
  return {};
}

Result<std::optional<Secret>> Secrets::external_id(const Object& object, bool dry_run) const {
  const Json& whole = object.kind == "Role" ? member(object.spec, "trust") : object.spec;
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
    return std::optional(Secret(value));
  }
  if (const Json& path = member(from, "file"); path.is_string()) {
    return optional(read_secret(credential_path(path.get_ref<const std::string&>())));
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

Status Secrets::drop(const ObjectKey& key) const {
  if (unlink(path_of(key).c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return error(Code::unavailable, "cannot remove " + path_of(key) + ": " + std::strerror(errno));
}

}  // namespace byoc
