#include "base/secret.h"

#include "base/percent.h"

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

}  // namespace

std::string without_secrets(std::string text, const std::vector<Secret>& secrets) {
  for (const Secret& secret : secrets) {
    mask_all(text, secret.reveal());
    mask_all(text, percent_encode(secret.reveal()));
  }
  return text;
}

}  // namespace byoc
