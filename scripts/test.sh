#!/usr/bin/env bash
# Everything that proves the product: checks, the suite on SQLite and on PostgreSQL with Redis, journeys in Chromium.
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/groups.sh
. scripts/groups.sh

group 'Подготовка' scripts/setup.sh test
[ ${#failed[@]} = 0 ] || close

# Long journeys stand beside short tests: whoever has nothing left takes from the other.
pytest=(.venv/bin/python -m pytest -n 2 --dist worksteal --color=no)
on_postgresql='not browser and not plain'

group 'Проверки кода' scripts/check.sh
# The nets are among the checks.
group 'SQLite' "${pytest[@]}" -m 'not browser and not postgres' --ignore tests/house
if has_chromium; then
  group 'Браузер' "${pytest[@]}" -m 'browser and not postgres'
  on_postgresql='not browser and not plain or postgres'
else
  leave_out 'Браузер' 'Chromium'
fi
if has_services; then
  # What knows no database of ours has been proven by now: the sandbox bank, the adapter, the nets, the plain tests.
  group 'PostgreSQL и Redis' tests/with_services.sh "${pytest[@]}" -m "$on_postgresql" \
    --ignore tests/sandbox --ignore tests/house --ignore tests/payments/acquirer
else
  leave_out 'PostgreSQL и Redis' 'postgresql или redis-server'
fi
close
