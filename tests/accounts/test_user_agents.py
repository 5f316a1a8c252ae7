"""A browser in words: what its owner calls it, and nothing that a stranger has written."""

import pytest

from accounts import user_agents
from accounts.models import ResidentSession

MOZILLA = "Mozilla/5.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    "user_agent, words",
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome, Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} Edg/126.0.0.0", "Edge, Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} OPR/111.0.0.0", "Opera, Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} YaBrowser/24.4", "Яндекс Браузер, Windows"),
        (f"{MOZILLA} (Linux; Android 14; SM-S911B) {CHROME.replace('Safari', 'Mobile Safari')}", "Chrome, Android"),
        (f"{MOZILLA} (Linux; Android 14) SamsungBrowser/25.0 {CHROME}", "Samsung Internet, Android"),
        (f"{MOZILLA} (X11; Linux x86_64) {CHROME}", "Chrome, Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {CHROME}", "Chrome, ChromeOS"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari, iPhone"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 17_5 like Mac OS X) CriOS/126.0 Safari/604.1", "Chrome, iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 17_5 like Mac OS X) FxiOS/127.0 Safari/605.1", "Firefox, iPad"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Windows"),
        ("curl/8.5.0", "неизвестное устройство"),
        ("", "неизвестное устройство"),
        ("<script>alert(1)</script>" * 100, "неизвестное устройство"),
    ],
)
def test_it_says_browser_and_system(user_agent, words):
    assert user_agents.in_words(user_agent) == words


def test_the_longest_words_fit_into_the_column():
    longest = max(map(len, dict(user_agents.BROWSERS).values())) + max(map(len, dict(user_agents.SYSTEMS).values()))

    assert longest + len(", ") <= ResidentSession._meta.get_field("device").max_length
