#!/usr/bin/env bash
# clang-format-14 over all C++ sources that git knows or would add: --check, or in place.
set -euo pipefail
cd "$(dirname "$0")/.."
how=(-i)
[ "${1:-}" = --check ] && how=(--dry-run -Werror)
git ls-files -z --cached --others --exclude-standard '*.h' '*.cc' |
  while IFS= read -r -d '' file; do [ -f "$file" ] && printf '%s\0' "$file"; done |
  xargs -0 -r -n 20 -P "$(nproc)" clang-format-14 "${how[@]}"
