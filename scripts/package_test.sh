#!/usr/bin/env bash
# Installs the package $1 in a clean Debian 12, runs the README's tour there against a moto of its
# own, and purges it. Needs root, debootstrap, and the Debian mirror of this machine's apt.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian.sh
. scripts/moto.sh
package=$(readlink -f "${1:?the .deb}")

fail() {
  echo "package-test: $*" >&2
  exit 1
}

[ "$(id -u)" -eq 0 ] || fail "needs root: it makes a root file system and enters it"
command -v debootstrap >/dev/null || fail "needs debootstrap: make deps"

place=$(mktemp -d)
root=$place/debian
finish() {
  code=$?
  stop_moto
  mountpoint -q "$root/proc" && umount "$root/proc"
  rm -rf --one-file-system "$place"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Shows a command and runs it in the clean system, which knows nothing of this one's environment.
inside() {
  printf '\n# %s\n' "$*"
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/srv/tour \
    DEBIAN_FRONTEND=noninteractive AWS_ENDPOINT_URL="${endpoint:-}" BYOC_EMULATOR="${endpoint:+1}" \
    AWS_ACCESS_KEY_ID=tour \
    AWS_SECRET_ACCESS_KEY=tour AWS_EC2_METADATA_DISABLED=true BYOC_ABSENCE_GRACE=0s \
    BYOC_STATE_DIR=/var/lib/byoc BYOC_EXTERNAL_ID=tour-external-id \
    sh -c 'cd /srv/tour && "$@"' sh "$@"
}

# The first fenced block of a language in the README that begins with a word.
block() {
  awk -v begin="^\`\`\`$1\$" -v word="^$2" '
    $0 ~ begin { inside = 1; text = ""; next }
    inside && /^```$/ { inside = 0; if (text ~ word) { printf "%s", text; exit } }
    inside { text = text $0 "\n" }' README.md
}

# Every command of the README's tour; where a person would be asked, --yes answers.
tour() {
  block yaml '# cluster.yaml' >"$root/srv/tour/cluster.yaml"
  block sh 'byocctl' | sed 's/ *#.*//' >"$place/tour"
  [ "$(wc -l <"$place/tour")" -ge 5 ] || fail "the README has no tour"
  local line words
  while read -r -u 3 line; do
    read -ra words <<<"$line"
    [[ ${words[1]} =~ ^(apply|delete)$ ]] && words+=(--yes)
    inside "${words[@]}"
  done 3<"$place/tour"
}

installed() {
  local name
  for name in byoc byoc-git; do
    inside getent passwd "$name" || fail "no user $name"
  done
  for name in $(chroot "$root" dpkg -L byoc | grep -oP 'man/man\d/\K[\w-]+(?=\.)'); do
    inside test -x "/usr/bin/$name" || fail "a manual page of $name, which is not there"
  done
  inside dpkg --verify byoc
  [ "$(chroot "$root" dpkg-query -W -f '${Conffiles}' byoc | grep -c byocd.conf)" = 1 ] ||
    fail "byocd.conf is no conffile"
  inside bash -n /usr/share/bash-completion/completions/byocctl
  [ -z "$(find "$root/etc/systemd/system" -name 'byoc*')" ] || fail "a unit was enabled by itself"
}

purged() {
  inside dpkg --purge byoc 2>&1 | tee "$place/purge"
  grep -q '/var/lib/byoc is kept' "$place/purge" || fail "no word about the promises"
  inside test -f /var/lib/byoc/byoc.db || fail "the promises went with the package"
  [ ! -e "$root/etc/byoc/byocd.conf" ] || fail "a purge left the configuration"
}

make_debian "$root" || fail "no clean Debian 12"
mkdir "$root/srv/tour"
start_moto "$place"
cp "$package" "$root/srv/tour/byoc.deb"
inside apt-get install -y -qq --no-install-recommends ./byoc.deb
installed
tour
purged
echo
echo "package-test: installed, toured, purged"
