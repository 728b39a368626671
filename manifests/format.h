// Checks of one value that a pattern cannot say, by the name that a schema gives in x-format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "manifests/diagnostic.h"

namespace byoc {

struct Problem {
  Severity severity = Severity::error;
  std::string text;
  std::string hint;
};

// What is wrong with `value` under the format; an unknown format is a broken invariant.
//
//   name            metadata.name: says which characters, and the name that would do
//   region          a zone is no region; an unknown region is only a warning
//   cidr            octets and prefix in range, no host bits
//   instance-type   size known, not of an ARM family; an unknown family is only a warning
//   arn             an account number of other than 12 digits is a warning (samples have such)
//   bucket          S3's naming rules; source: S3 user guide, "Bucket naming rules"
//   preset          one that schemas/presets.json has
//   provider        aws
//   tag-key, tag-value      source: "Tag naming limits and requirements", AWS tagging guide
//   label-key, label-value  source: Kubernetes, "Labels and Selectors", syntax
//   node-label-key  label-key, without the prefixes that EKS and the kubelet keep for themselves
[[nodiscard]] std::vector<Problem> check_format(std::string_view format, const std::string& value);

// Whether the text has the form of a region: "eu-north-1", whether there is one or not.
[[nodiscard]] bool is_like_region(const std::string& value);

// The first error of check_format() in a sentence, with its hint; ok when it only has warnings.
[[nodiscard]] Status format_status(std::string_view format, const std::string& value);

// Whether a region that no manifest names (a flag, the environment) can be one; in words when not.
[[nodiscard]] Status check_named_region(const std::string& value);

// The value as it may stand in a sentence: at most 60 characters, in backquotes.
[[nodiscard]] std::string quoted_value(const std::string& value);

}  // namespace byoc
