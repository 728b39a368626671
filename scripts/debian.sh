# A clean Debian 12 in a folder, for scripts to source: make_debian ROOT [PACKAGES] lays one out
# from the mirror of this machine's apt.

make_debian() {
  local root=$1 packages=${2:-} mirror log
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
    awk '$2 == "bookworm" { print $1; exit }')
  [ -n "$mirror" ] || {
    echo "apt of this machine knows no mirror of Debian 12: apt-get update" >&2
    return 1
  }
  log=$root.debootstrap.log
  if ! debootstrap --variant=minbase ${packages:+--include="$packages"} bookworm "$root" "$mirror" \
    >"$log"; then
    echo "debootstrap failed: $(tail -n 5 "$log")" >&2
    return 1
  fi
  mount -t proc proc "$root/proc"
}
