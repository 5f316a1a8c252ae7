#!/usr/bin/env bash
# Linters, types, import layers and the nets of tests/house: every tool speaks, then the worst status is ours.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
[ -x .venv/bin/mypy ] || scripts/setup.sh test || exit 1

failed=()
check() {
  local name=$1
  shift
  echo "== $name"
  "$@" </dev/null || failed+=("$name")
}

check 'ruff' .venv/bin/ruff check --quiet .
check 'ruff format' .venv/bin/ruff format --quiet --check .
check 'mypy' .venv/bin/mypy --no-error-summary
check 'import layers' .venv/bin/lint-imports --no-logo
check 'templates' .venv/bin/djlint --lint --quiet templates
if command -v shellcheck >/dev/null; then check 'shellcheck' shellcheck -x scripts/*.sh tests/*.sh .ci/run; fi
check 'nets' .venv/bin/python -m pytest --quiet tests/house

[ ${#failed[@]} = 0 ] && echo "== все проверки пройдены" && exit 0
echo "== НЕ ПРОЙДЕНЫ: ${failed[*]}"
exit 1
