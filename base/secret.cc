#include "base/secret.h"

namespace byoc {
namespace {

void mask_all(std::string& text, std::string_view hidden) {
  constexpr std::string_view kMask = "(secret)";
  if (hidden.empty()) return;
  for (std::size_t at = text.find(hidden); at != std::string::npos;
       at = text.find(hidden, at + kMask.size())) {
    text.replace(at, hidden.size(), kMask);
  }
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append("%").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
  }
  return out;
}

}  // namespace

std::string without_secret(std::string text, const Secret& secret) {
  mask_all(text, secret.reveal());
  mask_all(text, percent_encoded(secret.reveal()));
  return text;
}

}  // namespace byoc
