#include "manifests/finding.h"

#include "manifests/pointer.h"

namespace byoc {
namespace {

// The mark of the value, or of the nearest one above it that was written.
Mark nearest_mark(const Marks& marks, std::string pointer) {
  while (true) {
    const auto found = marks.find(pointer);
    if (found != marks.end()) return found->second;
    if (pointer.empty()) return {};
    pointer = pointer_parent(pointer);
  }
}

// "Cluster/my-cluster spec.region", without what is not known.
std::string path_shown(const Manifest& manifest, const std::string& pointer) {
  const Object& object = manifest.object;
  std::string out = object.kind;
  if (!object.kind.empty() && !object.metadata.name.empty()) out = to_string(object.key());
  if (out.size() > 200) out = object.kind.substr(0, 60);
  const std::string field = pointer_shown(pointer);
  if (!out.empty() && !field.empty()) out += " ";
  return out + field;
}

}  // namespace

std::string place_shown(const Manifest& manifest, const std::string& pointer) {
  const Mark mark = nearest_mark(manifest.marks, pointer);
  if (mark.line == 0) return manifest.file;
  return manifest.file + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

void Findings::error(const std::string& pointer, std::string text, std::string hint) {
  add(Severity::error, manifest_.values, pointer, std::move(text), std::move(hint));
}

void Findings::error_at_key(const std::string& pointer, std::string text, std::string hint) {
  add(Severity::error, manifest_.marks, pointer, std::move(text), std::move(hint));
}

void Findings::warning(const std::string& pointer, std::string text, std::string hint) {
  add(Severity::warning, manifest_.values, pointer, std::move(text), std::move(hint));
}

bool Findings::is_told(std::string pointer) const {
  for (; !pointer.empty(); pointer = pointer_parent(pointer)) {
    if (told_.count(pointer) > 0) return true;
  }
  return false;
}

void Findings::add(Severity severity, const Marks& marks, const std::string& pointer,
                   std::string text, std::string hint) {
  if (is_told(pointer)) return;
  const Mark mark = nearest_mark(marks, pointer);
  if (severity == Severity::error) {
    ++errors_;
    if (!pointer.empty() && pointer != "/spec") places_.insert(pointer);
  }
  out_.push_back({severity, manifest_.file, mark.line, mark.column, path_shown(manifest_, pointer),
                  std::move(text), std::move(hint)});
}

}  // namespace byoc
