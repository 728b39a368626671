#!/usr/bin/env bash
# From nothing to a converged cluster and back to nothing, on a moto of its own: no AWS account,
# no credentials, nothing left behind. BYOCCTL names the program, EXAMPLE the manifests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/moto.sh
export BYOCCTL=${BYOCCTL:-build/release/byocctl}
example=${EXAMPLE:-examples/lightning}

place=$(mktemp -d)
trap 'code=$?; stop_moto; rm -rf "$place"; exit $code' EXIT
trap 'exit 130' INT TERM

bold=
plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m'
  plain=$'\e[0m'
fi

# Shows a command as a user would type it, and runs it.
run() {
  printf '\n%s$ byocctl %s%s\n' "$bold" "$*" "$plain"
  "$BYOCCTL" "$@"
}

# Everything that exists, in every account and region that the example names.
look() {
  local flags=()
  local region account
  for region in us-east-1 $(grep -rhoE '^ *region: *[a-z0-9-]+' "$example" | awk '{print $2}'); do
    flags+=(--region "$region")
  done
  for account in $(grep -rhoE 'arn:aws:iam::[0-9]+:role/' "$example" | cut -d: -f5 | sort -u); do
    flags+=(--account "$account")
  done
  .venv/bin/python tests/e2e/inventory.py "$endpoint" "${flags[@]}" "$@"
}

count() {
  jq '[.[] | length] | add'
}

start_moto "$place"
export AWS_ENDPOINT_URL=$endpoint BYOC_EMULATOR=1 # moto lacks some operations
export AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo
export AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
export BYOC_STATE_DIR=$place/state BYOC_ABSENCE_GRACE=0s # moto never lags
unset AWS_PROFILE AWS_SESSION_TOKEN
echo "moto plays AWS at $endpoint; the manifests are in $example"
look >"$place/before.json"
echo "before: $(count <"$place/before.json") resources (what every new account has)"

run plan -f "$example"
run apply -f "$example" --yes
echo
echo "applied: $(look | count) resources"
run apply -f "$example" --yes
run get role,cluster,nodegroup
run describe cluster
run delete -f "$example" --yes

echo
echo "after: $(look | count) resources"
look --since "$place/before.json" >"$place/left"
if [ ! -s "$place/left" ]; then
  echo "proof: the inventory after is the inventory before"
elif ! grep -qv '^+ bucket ' "$place/left"; then
  echo "proof: the inventory after is the inventory before, and a bucket that deletionPolicy keeps:"
  cat "$place/left"
else
  echo "demo: the inventory after is not the inventory before:" >&2
  cat "$place/left" >&2
  exit 1
fi
