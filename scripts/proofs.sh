#!/usr/bin/env bash
# The long safety runs on both databases; PROOFS_* set the counts, make test runs the same ones short.
cd "$(dirname "$0")/.." || exit
# shellcheck source=scripts/groups.sh
. scripts/groups.sh

export PROOFS_KILLS="${PROOFS_KILLS:-200}" PROOFS_ROUNDS="${PROOFS_ROUNDS:-10}" PROOFS_FAULTS="${PROOFS_FAULTS:-2000}" PROOFS_PROBES="${PROOFS_PROBES:-10000}" PROOFS_FEES="${PROOFS_FEES:-1000000}" PROOFS_OPERATIONS="${PROOFS_OPERATIONS:-10000}" PROOFS_GUESSES="${PROOFS_GUESSES:-1000}" PROOFS_MESSAGES="${PROOFS_MESSAGES:-10000}" PROOFS_MESSAGE_KILLS="${PROOFS_MESSAGE_KILLS:-20}" PROOFS_PHONES="${PROOFS_PHONES:-500}" PROOFS_AUTOPAY_MONTHS="${PROOFS_AUTOPAY_MONTHS:-24}" PROOFS_MOMENTS_APART=1 PROOF_FACTOR="${PROOF_FACTOR:-10}"
group 'Подготовка' scripts/setup.sh test
[ ${#failed[@]} = 0 ] || close

pytest=(.venv/bin/python -m pytest --color=no tests/proofs tests/payments/test_killed_anywhere.py tests/payments/test_saved_cards_killed.py tests/payments/test_reconcile.py tests/payments/test_bank_register_format.py tests/payments/test_bank_statement.py tests/payments/test_register_format.py tests/payments/test_register_sber.py tests/payments/test_autopay_years.py tests/billing/test_account_probes.py tests/billing/test_register_properties.py tests/billing/test_register_kills.py tests/payments/test_fees.py tests/accounts/test_limits_across_processes.py tests/notifications/test_killed_delivery.py tests/notifications/test_killed_processes.py tests/accounts/test_confirmation_storm.py)
group 'SQLite' "${pytest[@]}" -m 'not postgres'
if has_services; then
  group 'PostgreSQL и Redis' tests/with_services.sh "${pytest[@]}"
else
  leave_out 'PostgreSQL и Redis' 'postgresql или redis-server'
fi
close
