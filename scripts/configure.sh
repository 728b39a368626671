#!/usr/bin/env bash
# Configures the build folder $1 with the other arguments. A folder that exists keeps its generator:
# CMake refuses another one. A new folder gets Ninja where that is installed at this moment.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?the build folder}
shift
generator=()
if [ ! -f "$folder/CMakeCache.txt" ] && command -v ninja >/dev/null; then
  generator=(-G Ninja)
fi
exec cmake -S . -B "$folder" "${generator[@]}" --log-level=WARNING "$@"
