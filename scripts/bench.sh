#!/usr/bin/env bash
# The speed figures beside a throwaway PostgreSQL and Redis; BENCH_* set the sizes, arguments choose subjects.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
scripts/setup.sh test || exit 1
exec tests/with_services.sh .venv/bin/python -m bench "$@"
