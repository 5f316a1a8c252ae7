#!/usr/bin/env bash
# The speed figures beside a throwaway PostgreSQL and Redis; BENCH_* set the sizes, arguments choose subjects.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
scripts/setup.sh test || exit 1
# As in production: what is committed is on the disk, and docker-compose.yml gives so much memory.
export POSTGRES_OPTIONS='-c shared_buffers=1GB -c max_wal_size=4GB'
exec tests/with_services.sh .venv/bin/python -m bench "$@"
