"""Which test runs which step of docs/OPERATIONS.md; a step that nobody runs fails here."""

import re

import pytest

from tests.house import tree

HERE = "smartservice/test_runbook.py"
MONEY, METRICS, ROTATION = (
    "contact_centre/test_money_queues.py",
    "smartservice/test_metrics.py",
    "safeguards/test_rotate_field_keys.py",
)
# By the heading, a tuple of tests for each numbered step; only the law's own terms are nothing to run.
STEPS = {
    "Сменить ключ полей": (
        (f"{HERE}::test_new_keys_end_every_session_and_leave_the_journal_whole",),
        (
            f"{ROTATION}::test_an_interrupted_run_is_taken_up_again",
            f"{ROTATION}::test_without_a_key_it_refuses_and_says_how_many_rows_it_cannot_read",
        ),
        (f"{ROTATION}::test_afterwards_the_old_key_is_not_needed",),
    ),
    "Платежи висят": (
        (f"{HERE}::test_payments_hang_until_the_bank_is_asked",),
        (
            f"{HERE}::test_payments_hang_until_the_bank_is_asked",
            f"{HERE}::test_a_silent_bank_leaves_them_unknown_and_loses_nothing",
        ),
        (
            f"{MONEY}::test_a_silent_bank_is_called_so",
            f"{MONEY}::test_late_money_is_credited",
            f"{MONEY}::test_late_money_is_given_back_by_two",
            f"{MONEY}::test_nothing_is_closed_without_the_banks_register",
        ),
        (f"{HERE}::test_payments_hang_until_the_bank_is_asked",),
    ),
    "SMS не уходят": (
        (f"{HERE}::test_messages_wait_until_they_are_delivered", f"{METRICS}::test_it_counts_what_did_not_arrive"),
        (f"{HERE}::test_messages_wait_until_they_are_delivered",),
        (f"{HERE}::test_what_is_too_late_is_dropped",),
    ),
    "Реестр не загрузился": ((f"{HERE}::test_a_register_that_is_wrong_is_named_and_a_mended_one_is_taken_once",),) * 3,
    "Диск заполнен": (
        (
            f"{HERE}::test_a_full_disk_is_a_trouble_that_goes_by_itself",
            f"{HERE}::test_a_full_sqlite_refuses_a_write_and_keeps_what_was_there",
        ),
        ("smartservice/test_phone_page.py::test_cleared_folders_are_filled_again",),
        (f"{HERE}::test_a_full_disk_is_a_trouble_that_goes_by_itself",),
    ),
    "Утечка": (
        (f"{HERE}::test_a_leak_begins_with_two_commands",),
        (
            f"{HERE}::test_who_has_left_is_out_at_his_next_request",
            f"{HERE}::test_the_journal_tells_what_one_person_has_opened",
        ),
        (f"{HERE}::test_new_keys_end_every_session_and_leave_the_journal_whole",),
        (f"{HERE}::test_a_cabinet_is_shut_by_a_command",),
        (),
    ),
}


def steps_of_the_paper() -> dict[str, int]:
    """How many numbered steps stand under each heading that has some."""
    text = (tree.ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    parts = re.split(r"^##+ (.+)$", text, flags=re.MULTILINE)[1:]
    counted = {
        title: len(re.findall(r"^\d+\. ", body, re.MULTILINE))
        for title, body in zip(parts[::2], parts[1::2], strict=True)
    }
    return {title: count for title, count in counted.items() if count}


def test_every_step_is_run_by_a_test():
    assert steps_of_the_paper() == {title: len(steps) for title, steps in STEPS.items()}


@pytest.mark.parametrize("place", sorted({place for steps in STEPS.values() for step in steps for place in step}))
def test_that_test_is_there(place):
    file, _, name = place.partition("::")

    assert f"def {name}(" in (tree.ROOT / "tests" / file).read_text(encoding="utf-8")
