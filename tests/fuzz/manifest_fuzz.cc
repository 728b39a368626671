// Any bytes as a manifest: loading and validating never crash, and what is loaded prints and reads
// back the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "manifests/canonical.h"
#include "manifests/to_yaml.h"
#include "manifests/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  byoc::Loaded loaded = byoc::load_text(text, "fuzz");
  for (const byoc::Manifest& manifest : loaded.manifests) {
    const byoc::Loaded again = byoc::load_text(byoc::to_yaml(manifest.document), "again");
    byoc::check(again.manifests.size() == 1 && again.manifests[0].document == manifest.document,
                "what is printed reads back the same");
    const byoc::Json canonical = byoc::canonical_policy(manifest.document);
    byoc::check(byoc::canonical_policy(canonical) == canonical, "the canonical form is fixed");
  }
  const byoc::Diagnostics findings = byoc::validate(loaded.manifests, {});
  for (const byoc::Diagnostic& finding : findings) (void)byoc::format_diagnostic(finding);
  if (!byoc::has_errors(findings)) {
    for (byoc::Manifest& manifest : loaded.manifests) {
      const byoc::Json once = manifest.object.spec;
      byoc::apply_defaults(manifest.object);
      byoc::check(manifest.object.spec == once, "defaults are idempotent");
    }
  }
  return 0;
}
