# Sourced by test.sh and proofs.sh: runs named groups of tests, then closes with what each of them said last.
# shellcheck shell=bash
set -uo pipefail

failed=()
left_out=()
summary=()
closing_line='^=+ .* in [0-9.]+s.*=+$'

# Each group gets a process group of its own, so that a signal to us ends all of it.
set -m
job=
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
trap 'trap - TERM INT HUP; [ -z "$job" ] || kill -TERM -- "-$job" 2>/dev/null; wait; exit 143' TERM INT HUP

group() {
  local name=$1 log="$logs/$1"
  shift
  printf '\n== %s\n' "$name"
  { "$@" </dev/null 2>&1 | tee "$log"; exit "${PIPESTATUS[0]}"; } &
  job=$!
  wait "$job" || failed+=("$name")
  job=
  if grep -qE "$closing_line" "$log"; then summary+=("$name" "$(grep -E "$closing_line" "$log" | tail -n 1)"); fi
}

leave_out() { left_out+=("$1: нет $2"); }

has() { command -v "$1" >/dev/null; }
has_chromium() { has chromium-headless-shell || has chromium || has chromium-browser || has google-chrome; }
has_services() { has redis-server && { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }; }

# A group that could not run is a failure where CI is set.
close() {
  local name
  printf '\n'
  for name in ${left_out[@]+"${left_out[@]}"}; do echo "!!! НЕ ЗАПУСКАЛОСЬ – $name"; done
  for name in ${failed[@]+"${failed[@]}"}; do echo "!!! НЕ ПРОШЛО – $name"; done
  printf '%s\n%s\n' ${summary[@]+"${summary[@]}"}
  [ ${#failed[@]} = 0 ] || exit 1
  [ ${#left_out[@]} = 0 ] || [ -z "${CI:-}" ] || exit 1
  exit 0
}
