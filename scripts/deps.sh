#!/usr/bin/env bash
# Installs what byoc is built and tested with: Debian packages, and .venv with pinned Python tools.
# Does nothing, quickly, when all of it is there. Works as root and as a user with sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=$(grep -v '^#' scripts/apt-packages.txt)
missing=()
for package in $packages; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
  sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "deps: need root or sudo to install: ${missing[*]}" >&2
      exit 1
    fi
    sudo=(sudo)
  fi
  echo "deps: installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}"
fi

# The stamp holds the list that was installed: a changed list, or a broken .venv, starts afresh.
stamp=.venv/requirements.installed
if ! cmp -s scripts/requirements.txt "$stamp" || ! .venv/bin/python -c '' 2>/dev/null; then
  echo "deps: making .venv"
  rm -rf .venv
  python=/usr/bin/python3  # Debian's own: the one that python3-venv belongs to
  "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r scripts/requirements.txt
  cp scripts/requirements.txt "$stamp"
fi
echo "deps: all there"
