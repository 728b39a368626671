#!/usr/bin/env bash
# Prints every benchmark: the C++ ones, then bench/*.py, which run the real program.
set -euo pipefail
cd "$(dirname "$0")/.."
export BYOCCTL=${BYOCCTL:-$PWD/build/release/byocctl}
build/release/bench/byoc_bench
for script in bench/*_bench.py; do
  [ -e "$script" ] || continue
  echo "--- $(basename "$script")"
  .venv/bin/python "$script"
done
