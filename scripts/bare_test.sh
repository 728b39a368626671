#!/usr/bin/env bash
# Runs the README's two commands as a reader would: in a clean Debian 12 that has git and make and
# nothing else of ours, from a clone of this repository, one after the other, in both orders.
# Counts the packages that they install. Needs root, debootstrap, and takes two full test runs.
# ORDERS="demo-first" or "test-first" runs one of the two.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian.sh

fail() {
  echo "bare-test: $*" >&2
  exit 1
}

[ "$(id -u)" -eq 0 ] || fail "needs root: it makes a root file system and enters it"
command -v debootstrap >/dev/null || fail "needs debootstrap: make deps"

place=$(mktemp -d)
finish() {
  code=$?
  for root in "$place"/*-first; do
    [ -d "$root" ] || continue
    for mount in dev proc; do
      ! mountpoint -q "$root/$mount" || umount -R "$root/$mount"
    done
  done
  rm -rf --one-file-system "$place"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The README's command that begins with `make deps WORD`.
command_of() {
  local line
  line=$(grep -m 1 -oE "^make deps $1\b" README.md) || fail "the README has no \`make deps $1\`"
  echo "$line"
}

inside() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root \
    sh -c "cd /srv/byoc && $1"
}

count_packages() {
  chroot "$root" dpkg-query -W -f '${db:Status-Status}\n' | grep -c '^installed$'
}

# Roads out of the new system are those of this machine: names, certificates, pip's settings.
lend_network() {
  local file
  for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
    [ ! -f "$file" ] || cp -L "$file" "$root$file"
  done
  if [ -d /usr/local/share/ca-certificates ]; then
    mkdir -p "$root/usr/local/share/ca-certificates"
    cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >/dev/null
  fi
  cp /etc/apt/apt.conf.d/*-registry "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
}

one_order() {
  local order=$1 first=$2 second=$3 before after
  root=$place/$order
  make_debian "$root" git,make,ca-certificates
  mount --rbind /dev "$root/dev"
  mount --make-rslave "$root/dev"
  lend_network
  git clone -q "$(pwd)" "$root/srv/byoc"
  before=$(count_packages)
  echo "bare-test: $order, in a system of $before packages"
  inside "$(command_of "$first")" || fail "$order: $first failed"
  inside "$(command_of "$second")" || fail "$order: $second failed after $first"
  after=$(count_packages)
  echo "bare-test: $order passed; $((after - before)) packages were installed"
}

for order in ${ORDERS:-demo-first test-first}; do
  case $order in
    demo-first) one_order "$order" demo test ;;
    test-first) one_order "$order" test demo ;;
    *) fail "ORDERS is demo-first, test-first, or both" ;;
  esac
done
