# A moto of one's own, for scripts to source: start_moto DIR sets `endpoint`, stop_moto ends it.

start_moto() {
  MOTO_IAM_LOAD_MANAGED_POLICIES=true MOTO_EC2_LOAD_DEFAULT_AMIS=false \
    .venv/bin/moto_server -H 127.0.0.1 -p 0 >/dev/null 2>"$1/moto.log" &
  moto=$!
  for _ in $(seq 300); do
    endpoint=$(grep -oE -m 1 'http://127\.0\.0\.1:[0-9]+' "$1/moto.log") && return 0
    kill -0 "$moto" 2>/dev/null || break
    sleep 0.1
  done
  echo "moto did not start:" >&2
  cat "$1/moto.log" >&2
  return 1
}

stop_moto() {
  [ -n "${moto:-}" ] && kill "$moto" 2>/dev/null && wait "$moto" 2>/dev/null
  moto=
}
