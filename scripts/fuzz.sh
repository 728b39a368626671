#!/usr/bin/env bash
# Runs every fuzz target of build/fuzz for $1 seconds, from its committed corpus if it has one.
# New inputs go to build/fuzz/corpus; a crash leaves its input in build/fuzz/crashes.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
targets=$(find build/fuzz/tests -name '*_fuzz' -type f -perm -u+x | sort)
[ -n "$targets" ] || { echo "fuzz: no fuzz target was built" >&2; exit 1; }

mkdir -p build/fuzz/crashes
for target in $targets; do
  name=$(basename "$target")
  found=build/fuzz/corpus/$name
  mkdir -p "$found"
  corpus=("$found")
  [ -d "tests/fuzz/corpus/$name" ] && corpus+=("tests/fuzz/corpus/$name")
  echo "fuzz: $name, $seconds s"
  "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -verbosity=0 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$name-" "${corpus[@]}"
done
echo "fuzz: no crash"
