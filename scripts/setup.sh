#!/usr/bin/env bash
# Prepares the machine: `setup.sh run` for a first look, `setup.sh test` for everything that make test needs.
# Asks nothing. What may wait and cannot be installed is named together with the line that installs it.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:?run or test}
child=
aside=()

say() { printf '%s\n' "$@" >&2; }

# A shell that waits for a foreground command hears no signal until it ends: long commands run beside it.
run() {
  "$@" </dev/null &
  child=$!
  wait "$child"
}

stop() {
  trap - TERM INT HUP
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
  wait || true
  exit 143
}
trap stop TERM INT HUP

may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

put_aside() {
  local file=$1 mode=$2 content=$3
  [ ! -e "$file" ] || return 0
  as_root mkdir -p "$(dirname "$file")"
  printf '%s\n' "$content" | as_root tee "$file" >/dev/null
  as_root chmod "$mode" "$file"
  aside+=("$file")
}

tidy_up() {
  [ ${#aside[@]} = 0 ] || as_root rm -f "${aside[@]}"
}
trap tidy_up EXIT

# Packages of servers would start them and make clusters; the tests start their own.
keep_services_quiet() {
  put_aside /usr/sbin/policy-rc.d 755 '#!/bin/sh
exit 101'
  put_aside /etc/postgresql-common/createcluster.d/smartservice.conf 644 'create_main_cluster = false'
}

install_packages() {
  [ $# -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null || ! may_install; then
    say "Не хватает пакетов: $*" "Установите их: sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    return 1
  fi
  say "Ставлю пакеты Debian: $*"
  [ "$purpose" = run ] || keep_services_quiet
  local log
  log=$(mktemp)
  aside+=("$log")
  run as_root apt-get update -qq >"$log" 2>&1 || say "Список пакетов не обновился, пробую с прежним."
  run as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    say "Не установились: $*" "Установите их: sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    return 1
  }
}

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

some_command() {
  local name
  for name in "$@"; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

has_postgresql() { some_command initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

debian_packages() {
  local missing=() package
  if command -v dpkg-query >/dev/null; then
    for package in libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core; do
      installed "$package" || missing+=("$package")
    done
  fi
  if [ "$purpose" = test ]; then
    has_postgresql || missing+=(postgresql)
    some_command redis-server || missing+=(redis-server)
    some_command chromium-headless-shell chromium chromium-browser google-chrome || missing+=(chromium-headless-shell)
  fi
  install_packages "${missing[@]}" || true
}

find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return 0
    fi
  done
  say "Нужен Python 3.11 или новее."
  return 1
}

virtual_environment() {
  local python
  if .venv/bin/python -c 'import pip' 2>/dev/null; then return 0; fi
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    install_packages python3-venv || return 1
  fi
  run "$python" -m venv --clear .venv
}

python_packages() {
  local list=$1 stamp=.venv/installed-$1
  if cmp -s "$list" "$stamp"; then return 0; fi
  say "Ставлю библиотеки Python из $list (полминуты)…"
  # Compiling every module of every library takes half of the time; Python compiles those that are imported.
  run .venv/bin/python -m pip install -qq --no-compile --no-input --disable-pip-version-check --no-deps \
    --require-hashes -r "$list"
  cp "$list" "$stamp"
}

debian_packages
virtual_environment
if [ "$purpose" = run ]; then
  python_packages requirements.txt
else
  # The longer list holds the shorter one, with the same versions.
  python_packages requirements-dev.txt
  cp requirements.txt .venv/installed-requirements.txt
fi
