#include "base/hash.h"

#include <openssl/sha.h>

#include <array>
#include <cstdint>

#include "base/secret.h"

namespace byoc {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest sha256(std::string_view bytes) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : sha256(bytes)) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::string sha256_base32(std::string_view bytes) {
  static constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const unsigned char byte : sha256(bytes)) {
    bits = (bits << 8U) | byte;
    for (count += 8; count >= 5; count -= 5) text += kDigits[(bits >> (count - 5)) & 31U];
  }
  if (count > 0) text += kDigits[(bits << (5 - count)) & 31U];
  return text;
}

Secret::Secret(std::string value)
    : value_(std::move(value)), fingerprint_("sha256:" + sha256_hex(value_).substr(0, 8)) {}

}  // namespace byoc
