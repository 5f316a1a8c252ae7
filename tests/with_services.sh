#!/usr/bin/env bash
# Runs a command beside a throwaway PostgreSQL and Redis: tests/with_services.sh .venv/bin/pytest
# It finds them by DATABASE_URL and REDIS_URL; both are gone when it ends, and its exit status is passed on.
# For tests nothing has to outlive a power cut; POSTGRES_OPTIONS says otherwise.
set -euo pipefail

die() { echo "with_services.sh: $*" >&2; exit 69; }

[ $# -gt 0 ] || die "which command?"
binaries=$(find /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1 || true)
PATH="${binaries:+$binaries:}$PATH"
command -v initdb >/dev/null || die "no PostgreSQL here: apt-get install postgresql"
command -v redis-server >/dev/null || die "no Redis here: apt-get install redis-server"

# Not TMPDIR: a user's own one may be closed to postgres, or too long for the name of a socket.
folder=$(mktemp -d /tmp/smartservice.XXXXXX)
as_owner=()
if [ "$(id -u)" = 0 ]; then
    # initdb refuses root.
    chown postgres "$folder"
    as_owner=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
in_folder() { (cd "$folder" && "${as_owner[@]}" "$@"); }

redis='' child=''
# shellcheck disable=SC2317  # called by the trap
clean_up() {
    trap - EXIT INT TERM HUP
    if [ -n "$child" ]; then kill "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; fi
    in_folder pg_ctl --pgdata=data --mode=immediate --silent stop >/dev/null 2>&1 || true
    if [ -n "$redis" ]; then kill "$redis" 2>/dev/null || true; wait "$redis" 2>/dev/null || true; fi
    rm -rf "$folder"
}
trap clean_up EXIT
# The terminal has told the command as well: it may end in its own way.
trap 'wait "$child" 2>/dev/null || true; child=""; exit 130' INT
trap 'exit 143' TERM HUP

in_folder initdb --pgdata=data --username="$(id -un)" --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 \
    || { cat "$folder/initdb.log" >&2; die "initdb failed"; }
# A session left behind in a transaction ends by itself: who waits for its lock would wait for ever.
in_folder pg_ctl --pgdata=data --log=postgres.log --silent --wait start --options="-k $folder -c listen_addresses='' \
    -c idle_in_transaction_session_timeout=60s -c max_connections=300 -c jit=off ${POSTGRES_OPTIONS--c fsync=off -c synchronous_commit=off -c full_page_writes=off}" || { cat "$folder/postgres.log" >&2; die "no start"; }
createdb --host="$folder" smartservice

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
setsid redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' --appendonly no >"$folder/redis.log" 2>&1 &
redis=$!
for _ in $(seq 100); do
    redis-cli -p "$port" ping >/dev/null 2>&1 && break
    kill -0 "$redis" 2>/dev/null || { cat "$folder/redis.log" >&2; die "Redis did not start"; }
    sleep 0.1
done

export DATABASE_URL="postgres:///smartservice?host=$folder" REDIS_URL="redis://127.0.0.1:$port/0"
# In the background, so that a signal to us is not kept waiting until the command ends by itself; there bash would
# have it ignore Ctrl-C.
attentive=()
if env --default-signal=INT true 2>/dev/null; then attentive=(env --default-signal=INT); fi
"${attentive[@]}" "$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=''
exit "$status"
