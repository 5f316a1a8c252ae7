"""Templates: used, shallow, escaped, under the strict policy, and honest about what they do not know."""

import re

import pytest
from django.template import Context, Template

from notifications import messages, titles
from tests.house import tree

# Django and the captcha library ask for these by name.
KNOWN_TO_LIBRARIES = {
    "400.html",
    "403.html",
    "404.html",
    "500.html",
    "captcha/widgets/captcha.html",
    "admin/base_site.html",
}
# Our token is nothing that the bank should see.
POSTS_TO_THE_BANK = {"payments/challenge.html", "payments/saved_card_challenge.html"}
LEVELS = 3
ENDINGS = (".sms.txt", ".subject.txt", ".html", ".txt")


def pages() -> dict[str, str]:
    return {name: text for name, text in tree.templates().items() if name.endswith(".html")}


def test_every_template_is_used() -> None:
    texts = [module.text for module in tree.modules()] + list(tree.templates().values())
    quoted = {match for text in texts for match in re.findall(r"""["']([\w./ -]+)["']""", text)}

    unused = [
        name
        for name in tree.templates()
        if name not in quoted | KNOWN_TO_LIBRARIES and not _is_asked_for_by_its_kind(name, quoted)
    ]

    assert not unused, "\n".join(unused)


def test_every_message_has_a_name_for_the_staff() -> None:
    assert set(titles.TITLES) == set(messages.BY_NAME)
    assert len(set(titles.TITLES.values())) == len(titles.TITLES)


def test_every_included_template_exists() -> None:
    named = {
        f"{name} → {asked}"
        for name, text in tree.templates().items()
        for asked in re.findall(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""", text)
        if asked not in tree.templates() and not asked.startswith("admin/")
    }

    assert named == set()


def test_the_main_button_stands_between_the_code_and_the_help_with_it() -> None:
    """On a phone it is seen beside the field, and Enter presses the first button: not the one for another code."""
    wrong = [
        name
        for name, text in pages().items()
        if 'include "components/one_time_password.html"' in text
        and not re.search(
            r'(?s)/one_time_password\.html".*<button class="button[^>]*>[^<]+</button>.*/one_time_password_help\.html"',
            text,
        )
    ]

    assert not wrong, "\n".join(wrong)


def test_residents_are_addressed_with_a_capital_letter() -> None:
    """«Это были не вы?» of SMS and letters is a saying of its own."""
    small = re.compile(r"\b(вы|вас|вам|вами|ваш|ваш[аеиу]|ваш(его|ей|ему|им|их|ем))\b")

    found = [
        f"{name}: {line.strip()}"
        for name, text in pages().items()
        if not name.startswith(("messages/", "contact_centre/", "sandbox/"))
        for line in text.splitlines()
        if small.search(line)
    ]

    assert not found, "\n".join(found)


def test_pages_are_at_most_three_levels_deep() -> None:
    deep = {name: depth for name in pages() if (depth := _depth(name)) > LEVELS}

    assert deep == {}


def test_nothing_is_left_unescaped() -> None:
    found = [
        name for name, text in tree.templates().items() if re.search(r"\|\s*safe\b|safeseq|autoescape\s+off", text)
    ]

    # Plain text messages are no HTML.
    assert [name for name in found if name.endswith(".html")] == []


@pytest.mark.parametrize(
    "forbidden",
    [r"\sstyle\s*=", r"<style", r"<script(?![^>]*\ssrc=)", r"\son[a-z]+\s*=\s*[\"']", r"javascript:"],
    ids=["style attribute", "style element", "inline script", "event attribute", "script address"],
)
def test_the_strict_policy_can_hold(forbidden: str) -> None:
    found = [name for name, text in pages().items() if re.search(forbidden, text, re.IGNORECASE)]

    assert found == []


def test_nothing_comes_from_other_hosts() -> None:
    files = {
        **pages(),
        **{path.name: path.read_text(encoding="utf-8") for path in (tree.ROOT / "static").rglob("*.[cj]s*")},
    }
    found = [
        f"{name}: {address}"
        for name, text in files.items()
        for address in re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", text)
        if "www.w3.org" not in address
    ]

    assert not found, "\n".join(found)


def test_every_form_that_posts_has_its_token() -> None:
    found = {name for name, text in pages().items() if _posting_forms_without_token(text)}

    assert found == POSTS_TO_THE_BANK


def test_an_unknown_variable_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="nobody"):
        Template("{{ nobody }}").render(Context())


def _posting_forms_without_token(text: str) -> list[str]:
    forms = re.findall(r"<form\b.*?</form>", text, re.DOTALL)
    return [form for form in forms if re.search(r"""method=["']post["']""", form) and "csrf_token" not in form]


def _is_asked_for_by_its_kind(name: str, quoted: set[str]) -> bool:
    """Messages are found by the name of their kind; the renderer of forms asks by Django's names."""
    if not name.startswith("messages/"):
        return False
    short = name.removeprefix("messages/")
    kinds = [short.removesuffix(ending).removesuffix("_digest") for ending in ENDINGS if short.endswith(ending)]
    return any(kind in quoted for kind in kinds)


def _depth(name: str) -> int:
    parent = re.search(r"""{%\s*extends\s+["']([^"']+)["']""", tree.templates().get(name, ""))
    return (name in tree.templates()) + (_depth(parent.group(1)) if parent else 0)
