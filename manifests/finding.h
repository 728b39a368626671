// Findings: collects what is wrong with one manifest, with the place of each.
#pragma once

#include <set>
#include <string>

#include "manifests/load.h"

namespace byoc {

// "cluster.yaml:7:3", or what is known of it.
[[nodiscard]] std::string place_shown(const Manifest& manifest, const std::string& pointer);

class Findings {
 public:
  // Findings at or below the places in `told` are left out: what is wrong there is said already.
  Findings(const Manifest& manifest, Diagnostics& out, std::set<std::string> told = {})
      : manifest_(manifest), out_(out), told_(std::move(told)) {}

  // At the value that `pointer` names; where the manifest has none, at the nearest one above it.
  void error(const std::string& pointer, std::string text, std::string hint = "");
  void warning(const std::string& pointer, std::string text, std::string hint = "");

  // At the key instead: for keys that are wrong themselves.
  void error_at_key(const std::string& pointer, std::string text, std::string hint = "");

  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] int errors() const { return errors_; }

  // The places of the errors so far, without the object itself and its spec as a whole.
  [[nodiscard]] const std::set<std::string>& places() const { return places_; }

 private:
  [[nodiscard]] bool is_told(std::string pointer) const;
  void add(Severity severity, const Marks& marks, const std::string& pointer, std::string text,
           std::string hint);

  const Manifest& manifest_;
  Diagnostics& out_;
  std::set<std::string> told_;
  std::set<std::string> places_;
  int errors_ = 0;
};

}  // namespace byoc
