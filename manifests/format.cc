#include "manifests/format.h"

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "base/check.h"
#include "manifests/cidr.h"
#include "manifests/partition.h"
#include "manifests/preset.h"
#include "manifests/schema.h"
#include "manifests/spelling.h"
#include "manifests/text_check.h"

namespace byoc {
namespace {

using Problems = std::vector<Problem>;

constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789.-";
constexpr std::string_view kLabelCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Problems wrong(std::string text, std::string hint = "") {
  return {{Severity::error, std::move(text), std::move(hint)}};
}
Problems doubtful(std::string text, std::string hint = "") {
  return {{Severity::warning, std::move(text), std::move(hint)}};
}

bool only(std::string_view value, std::string_view allowed) {
  return value.find_first_not_of(allowed) == std::string_view::npos;
}

std::vector<std::string> texts(const Json& list) {
  return list.get<std::vector<std::string>>();
}

// The name that the user most likely wants: lower case, other characters as hyphens.
std::string mended_name(std::string name) {
  for (char& c : name) {
    c = lower(c);
    if (kNameCharacters.find(c) == std::string_view::npos) c = '-';
  }
  const std::size_t begin = name.find_first_not_of("-.");
  if (begin == std::string::npos) return {};
  name = name.substr(begin, 63);
  return name.substr(0, name.find_last_not_of("-.") + 1);
}

Problems check_name(const std::string& value) {
  const std::string mended = mended_name(value);
  const std::string hint = mended.empty() ? "" : "write `" + mended + "`";
  if (value.empty()) return wrong("the name is empty");
  if (value.size() > 63) {
    return wrong("the name has " + std::to_string(value.size()) + " characters; 63 are allowed");
  }
  const bool upper =
      std::any_of(value.begin(), value.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (upper) return wrong("a name is in lower case: upper-case letters are not allowed", hint);
  const std::size_t other = value.find_first_not_of(kNameCharacters);
  if (other != std::string::npos) {
    const bool ascii = value[other] > ' ' && value[other] < 0x7F;
    const std::string what =
        ascii ? "`" + value.substr(other, 1) + "` is" : "spaces and other characters are";
    return wrong(what + " not allowed in a name; use a-z, 0-9, `-` and `.`", hint);
  }
  if (!is_alphanumeric(value.front()) || !is_alphanumeric(value.back())) {
    return wrong("a name begins and ends with a letter or digit", hint);
  }
  return {};
}

std::string without_digits(std::string text) {
  std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

// AWS counts what is new up: m9i is no slip of the pen for m6i, nor us-west-3 for us-west-2.
std::string useful_guess(const std::string& value, const std::vector<std::string>& known) {
  constexpr std::size_t kGuessedMin = 3;  // shorter words are near to everything
  const auto near = value.size() < kGuessedMin ? std::nullopt : nearest(value, known);
  if (!near || without_digits(*near) == without_digits(value)) return "";
  return "did you mean `" + *near + "`?";
}

Problems check_region(const std::string& value) {
  const Json& zones = schema_data("regions.json").at("zones");
  if (zones.contains(value)) return {};
  std::vector<std::string> known;
  for (const auto& [region, letters] : zones.items()) known.push_back(region);
  const std::string without_letter = value.substr(0, value.empty() ? 0 : value.size() - 1);
  if (zones.contains(without_letter) && kDigits.find(value.back()) == std::string_view::npos) {
    return wrong(quoted_value(value) + " is an availability zone, not a region",
                 "write `" + without_letter + "`");
  }
  if (is_like_region(value) && partition_of_region(value).empty()) {
    return wrong("the region " + quoted_value(value) +
                     " is in no partition of AWS that this version of byoc knows",
                 "write a region such as us-east-1; for a partition that is new, upgrade byoc");
  }
  return doubtful("the region " + quoted_value(value) + " is not known to byoc",
                  useful_guess(value, known));
}

Problems check_cidr(const std::string& value) {
  const auto cidr = parse_cidr(value);
  if (!cidr)
    return wrong(quoted_value(value) + " is no IPv4 range", "write one such as 10.0.0.0/16");
  if (cidr->canonical()) return {};
  return wrong(quoted_value(value) + " has bits set beyond its /" + std::to_string(cidr->prefix),
               "write `" + to_string(cidr->network()) + "`");
}

bool is_of_prefix(const char* list, const std::string& family) {
  const std::vector<std::string> prefixes = texts(schema_data("instances.json").at(list));
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return family.starts_with(prefix); });
}

// "large", "12xlarge", "metal", "metal-24xl"
bool is_size(std::string size) {
  const std::vector<std::string> sizes = texts(schema_data("instances.json").at("sizes"));
  if (size.starts_with("metal-") && size.ends_with("xl")) return true;
  if (size.ends_with("xlarge")) size = size.substr(size.find_first_not_of(kDigits));
  return std::find(sizes.begin(), sizes.end(), size) != sizes.end();
}

Problems check_instance_type(const std::string& value) {
  const std::size_t dot = value.find('.');
  if (dot == 0 || dot == std::string::npos) return {};  // the pattern's business
  const std::string family = value.substr(0, dot);
  const std::string size = value.substr(dot + 1);
  const Json& data = schema_data("instances.json");
  if (is_of_prefix("macFamilyPrefixes", family)) {
    return wrong(quoted_value(value) + " is a Mac, which cannot be a node of a cluster",
                 "choose an x86 type, such as m6i.large");
  }
  if (is_of_prefix("armFamilyPrefixes", family)) {
    return wrong(quoted_value(value) + " is of an ARM family, which is not supported",
                 "choose an x86 type, such as m6i.large");
  }
  if (!is_size(size)) {
    std::vector<std::string> sizes = texts(data.at("sizes"));
    for (const char* number : {"2", "4", "8", "12", "16", "24", "32", "48"}) {
      sizes.push_back(std::string(number) + "xlarge");
    }
    const auto near = nearest(size, sizes);
    return wrong(quoted_value(value) + " has a size that EC2 does not know",
                 near ? "did you mean `" + family + "." + *near + "`?" : "");
  }
  const std::vector<std::string> families = texts(data.at("families"));
  if (std::find(families.begin(), families.end(), family) != families.end()) return {};
  const std::string guess = useful_guess(family, families);
  const std::string as_of = data.at("asOf");
  return doubtful(
      "byoc does not know the instance family " + quoted_value(family),
      guess.empty() ? "its list is of " + as_of + "; AWS knows whether it is there" : guess);
}

Problems check_arn(const std::string& value) {
  const std::size_t begin = value.find("::");
  if (!value.starts_with("arn:") || begin == std::string::npos) return {};
  const std::size_t end = value.find(':', begin + 2);
  if (end == std::string::npos) return {};
  const std::string account = value.substr(begin + 2, end - begin - 2);
  if (account.size() == 12 || account.size() < 10 || !only(account, kDigits)) return {};
  return doubtful("the account number in the ARN has " + std::to_string(account.size()) +
                      " digits; AWS's have 12",
                  "check the ARN before it is used");
}

Problems check_bucket(const std::string& value) {
  if (value.find("..") != std::string::npos) return wrong("a bucket name has no two dots in a row");
  if (parse_cidr(value + "/32")) return wrong("a bucket name may not look like an IP address");
  for (const char* prefix : {"xn--", "sthree-", "amzn-s3-demo-"}) {
    if (value.starts_with(prefix))
      return wrong(std::string("S3 keeps names with `") + prefix + "` for itself");
  }
  for (const char* suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}) {
    if (value.ends_with(suffix))
      return wrong(std::string("S3 keeps names with `") + suffix + "` for itself");
  }
  return {};
}

Problems check_preset(const std::string& value) {
  if (find_preset(value) != nullptr) return {};
  const std::string hint = did_you_mean(value, preset_names());
  return wrong(
      "there is no preset " + quoted_value(value),
      hint.empty() ? "presets are named like lightning, grid, bodo, valohai-worker" : hint);
}

Problems check_provider(const std::string& value) {
  if (value.size() == 3 && edit_distance(value, "aws") == 0) return {};
  return wrong("the provider " + quoted_value(value) + " is not supported (UnsupportedProvider)",
               "write `aws`");
}

// Signs that are neither letters, digits nor spaces: punctuation, arrows, pictures, private ones.
bool is_pictured(char32_t c) {
  constexpr std::pair<char32_t, char32_t> kSigns[] = {
      {0x80, 0x9F},     {0xA1, 0xA9},     {0xAB, 0xB1},     {0xD7, 0xD7},
      {0xF7, 0xF7},     {0x2010, 0x2027}, {0x2030, 0x205E}, {0x2060, 0x206F},
      {0x20A0, 0x20CF}, {0x2190, 0x245F}, {0x2500, 0x2BFF}, {0x3001, 0x3004},
      {0x3008, 0x3020}, {0xE000, 0xF8FF}, {0xFE00, 0xFE1F}, {0x1F000, 0x1FAFF}};
  return std::any_of(std::begin(kSigns), std::end(kSigns),
                     [c](const auto& range) { return c >= range.first && c <= range.second; });
}

// Source: IAM API reference, tagKeyType: [\p{L}\p{Z}\p{N}_.:/=+\-@]+. Of other alphabets only what
// is surely no letter is refused.
bool is_tag_text(const std::string& value) {
  const std::u32string characters = characters_of(value);
  return std::all_of(characters.begin(), characters.end(), [](char32_t c) {
    if (c >= 0x80) return !is_pictured(c);
    const char ascii = static_cast<char>(c);
    return is_alphanumeric(ascii) ||
           std::string_view(" _.:/=+-@").find(ascii) != std::string_view::npos;
  });
}

Problems check_tag_key(const std::string& value) {
  constexpr std::size_t kCharactersMax = 128;
  if (value.empty() || count_characters(value) > kCharactersMax) {
    return wrong("a tag key has 1 to 128 characters");
  }
  std::string small = value;  // IAM does not tell keys apart by case
  for (char& c : small) c = lower(c);
  if (small.starts_with("aws:")) {
    return wrong("AWS keeps tag keys with `aws:` for itself", "choose another prefix");
  }
  if (small.starts_with("byoc.dev/"))
    return wrong("byoc keeps tag keys with `byoc.dev/` for itself", "choose another prefix");
  if (small.starts_with("kubernetes.io/cluster/")) {
    return wrong("tags with `kubernetes.io/cluster/` tell Kubernetes what it may delete",
                 "remove it: EKS and the cluster's controllers set such tags where they need them");
  }
  if (!is_tag_text(value))
    return wrong("a tag key holds letters, digits, spaces and _ . : / = + - @");
  return {};
}

Problems check_tag_value(const std::string& value) {
  if (is_tag_text(value)) return {};
  return wrong("a tag value holds letters, digits, spaces and _ . : / = + - @");
}

bool is_label_name(std::string_view value) {
  return !value.empty() && value.size() <= 63 && only(value, kLabelCharacters) &&
         is_alphanumeric(value.front()) && is_alphanumeric(value.back());
}

// RFC 1123: labels of a domain name, in lower case.
bool is_subdomain(std::string_view value) {
  while (true) {
    const std::string_view label = value.substr(0, value.find('.'));
    const bool fits = !label.empty() && label.front() != '-' && label.back() != '-' &&
                      only(label, kNameCharacters);
    if (!fits || label.size() == value.size()) return fits;
    value.remove_prefix(label.size() + 1);
  }
}

Problems check_label_key(const std::string& value) {
  const std::size_t slash = value.find('/');
  const std::string prefix = slash == std::string::npos ? "" : value.substr(0, slash);
  const std::string name = slash == std::string::npos ? value : value.substr(slash + 1);
  if (slash != std::string::npos && (prefix.size() > 253 || !is_subdomain(prefix))) {
    return wrong("the prefix of the label key is no domain name in lower case");
  }
  if (is_label_name(name)) return {};
  return wrong("a label key is [DOMAIN/]NAME, the name of 1 to 63 letters, digits and - _ .",
               "begin and end it with a letter or digit");
}

Problems check_label_value(const std::string& value) {
  if (value.empty() || is_label_name(value)) return {};
  return wrong("a label value has at most 63 letters, digits and - _ .",
               "begin and end it with a letter or digit");
}

Problems check_node_label_key(const std::string& value) {
  constexpr std::size_t kBytesMax = 63;  // source: EKS API reference, labelKey
  if (value.size() > kBytesMax) {
    return wrong("EKS takes label keys of at most 63 characters, the prefix with them");
  }
  if (value.starts_with("eks.amazonaws.com/"))
    return wrong("EKS keeps labels with `eks.amazonaws.com/` for itself", "choose another prefix");
  const std::string prefix = value.substr(0, std::min(value.find('/'), value.size()));
  const bool kubernetes = prefix.ends_with("kubernetes.io") || prefix.ends_with("k8s.io");
  const bool allowed =
      prefix.ends_with("node.kubernetes.io") || prefix.ends_with("kubelet.kubernetes.io");
  if (value.find('/') != std::string::npos && kubernetes && !allowed) {
    return wrong("a kubelet may not set labels with " + quoted_value(prefix + "/"),
                 "choose another prefix");
  }
  return check_label_key(value);
}

// Source: IAM API reference, roleDescriptionType: tab, line ends and Latin-1 without its controls.
Problems check_iam_text(const std::string& value) {
  for (const char32_t c : characters_of(value)) {
    const bool fits =
        c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7E) || (c >= 0xA1 && c <= 0xFF);
    if (!fits) return wrong("IAM takes letters of Western Europe only here", "use other words");
  }
  return {};
}

}  // namespace

// What is written otherwise, the schema's pattern tells.
bool is_like_region(const std::string& value) {
  constexpr std::size_t kRegionMax = 32;
  return !value.empty() && value.size() <= kRegionMax &&
         std::count(value.begin(), value.end(), '-') >= 2 &&
         kDigits.find(value.back()) != std::string_view::npos;
}

Status format_status(std::string_view format, const std::string& value) {
  for (const Problem& problem : check_format(format, value)) {
    if (problem.severity != Severity::error) continue;
    return error(Code::invalid, problem.text + (problem.hint.empty() ? "" : "; " + problem.hint));
  }
  return {};
}

Status check_named_region(const std::string& value) {
  Status status = format_status("region", value);
  if (!status.ok() || is_like_region(value)) return status;
  return error(Code::invalid, "it must be a region, such as us-east-1");
}

std::string quoted_value(const std::string& value) {
  constexpr std::size_t kShown = 60;
  std::size_t end = std::min(value.size(), kShown);
  while (end > 0 && end < value.size() && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U)
    --end;
  std::string shown = value.substr(0, end);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return "`" + shown + (end < value.size() ? "..." : "") + "`";
}

std::vector<Problem> check_format(std::string_view format, const std::string& value) {
  static const std::map<std::string_view, Problems (*)(const std::string&)> kFormats = {
      {"name", check_name},
      {"region", check_region},
      {"cidr", check_cidr},
      {"instance-type", check_instance_type},
      {"arn", check_arn},
      {"bucket", check_bucket},
      {"preset", check_preset},
      {"provider", check_provider},
      {"tag-key", check_tag_key},
      {"tag-value", check_tag_value},
      {"label-key", check_label_key},
      {"label-value", check_label_value},
      {"iam-text", check_iam_text},
      {"node-label-key", check_node_label_key}};
  const auto found = kFormats.find(format);
  check(found != kFormats.end(), "a schema names a known x-format");
  return found->second(value);
}

}  // namespace byoc
