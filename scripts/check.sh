#!/usr/bin/env bash
# Linters, types, import layers and the nets of tests/house: every tool speaks, then the worst status is ours.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
[ -x .venv/bin/mypy ] || scripts/setup.sh test || exit 1

said=$(mktemp -d)
# Background commands of a script do not hear Ctrl-C by themselves.
trap 'jobs -pr | xargs -r kill 2>/dev/null; rm -rf "$said"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
names=()
checks=()
failed=()

# They work side by side and are read in the order of their names here.
check() {
  local name=$1
  shift
  names+=("$name")
  "$@" </dev/null >"$said/$name" 2>&1 &
  checks+=($!)
}

check 'nets' .venv/bin/python -m pytest --quiet tests/house
check 'mypy' .venv/bin/mypy --no-error-summary
check 'ruff' .venv/bin/ruff check --quiet .
check 'ruff format' .venv/bin/ruff format --quiet --check .
check 'import layers' .venv/bin/lint-imports --no-logo
check 'templates' .venv/bin/djlint --lint --quiet templates
if command -v shellcheck >/dev/null; then check 'shellcheck' shellcheck -x scripts/*.sh tests/*.sh .ci/run; fi

for place in "${!checks[@]}"; do
  wait "${checks[$place]}" || failed+=("${names[$place]}")
  echo "== ${names[$place]}"
  cat "$said/${names[$place]}"
done
[ ${#failed[@]} = 0 ] && echo "== все проверки пройдены" && exit 0
echo "== НЕ ПРОЙДЕНЫ: ${failed[*]}"
exit 1
