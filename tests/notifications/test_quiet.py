"""The night belongs to the one who sleeps: nine in his own morning, to the minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import quiet
from notifications.models import TimeZone


@pytest.fixture(autouse=True)
def _nights(settings):
    settings.QUIET_HOURS = (21, 9)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+03:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("20 08:59", "20 09:00"),
        ("20 09:00", "20 09:00"),
        ("20 14:30", "20 14:30"),
        ("20 20:59", "20 20:59"),
        ("20 21:00", "21 09:00"),
        ("20 23:59", "21 09:00"),
        ("21 00:00", "21 09:00"),
        ("30 22:00", None),
    ],
)
def test_evening_and_night_wait_for_nine(now, expected):
    earliest = quiet.earliest(moscow(now), "Europe/Moscow")

    assert earliest == (moscow(expected) if expected else datetime(2026, 12, 1, 6, tzinfo=UTC))


def test_each_zone_has_its_own_night():
    noon_in_moscow = datetime(2026, 11, 20, 9, tzinfo=UTC)

    assert quiet.earliest(noon_in_moscow, "Europe/Moscow") == noon_in_moscow
    assert quiet.earliest(noon_in_moscow, "Asia/Kamchatka") == datetime(2026, 11, 20, 21, tzinfo=UTC)


def test_without_quiet_hours_nothing_waits(settings):
    settings.QUIET_HOURS = None

    assert quiet.earliest(moscow("20 03:00"), "Europe/Moscow") == moscow("20 03:00")


@given(minutes=st.integers(0, 4 * 365 * 24 * 60), zone=st.sampled_from(TimeZone))
def test_it_is_never_night_there_and_never_more_than_twelve_hours_away(minutes, zone):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    earliest = quiet.earliest(now, zone)

    assert 9 <= earliest.astimezone(ZoneInfo(zone)).hour < 21
    assert timedelta() <= earliest - now <= timedelta(hours=12)
