"""Everything in its room: rules know no pages, money knows no fractions, and nobody swallows what he cannot name."""

import ast

from tests.house import tree
from tests.house.tree import Module

# Where requests come in; everything else of an app is a rule, a row or the world outside.
DOORS = {"views", "urls", "admin", "forms", "middleware", "context", "commands"}
DOORS |= {"captcha", "client_ip", "devices", "next_page", "sessions", "staff_pages", "visits"}
PAGES = ("django.http", "django.shortcuts", "django.views", "django.contrib.messages", "django.template.response")
# Masks arguments in error reports: of use to every rule that holds a card.
NO_PAGE = ("django.views.decorators.debug",)
ACCOUNTABLE_FOR_ANYTHING = ("payments/acquirer/", "notifications/channels/")
MONEY = ("billing/", "payments/")
# Half a second to import, and not importable at all without Pango: the pages must work without it.
MAY_BE_MISSING = ("weasyprint",)
WAITING = ("payments/acquirer/",)
# Groups agree with the table of roles after every `migrate`: no business flow, and there is no other hook.
AFTER_MIGRATE = "django.db.models.signals.post_migrate"


def rule_modules() -> list[Module]:
    """What knows no HTTP: the apps below the top floor without their doors."""
    return [module for module in tree.modules() if module.app != "smartservice" and not module.rooms & DOORS]


def test_rules_know_no_pages() -> None:
    found = [
        f"{module.name}:{line} {name}"
        for module in rule_modules()
        for line, name in module.imports()
        if name.startswith(PAGES) and not name.startswith(NO_PAGE)
    ]

    assert not found, "\n".join(found)


def test_rules_take_no_request() -> None:
    found = [
        f"{module.name}:{function.name}"
        for module in rule_modules()
        for function in module.functions()
        if any(argument.arg == "request" for argument in [*function.args.args, *function.args.kwonlyargs])
    ]

    assert not found, "\n".join(found)


def test_rules_are_given_the_time() -> None:
    """A rule that asks for the time itself cannot be tried at another one."""
    found = [
        f"{module.name}:{node.lineno}"
        for module in rule_modules()
        if "tasks" not in module.rooms
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"timezone.now", "datetime.now", "date.today"}
    ]

    assert not found, "\n".join(found)


def test_views_are_functions() -> None:
    found = [
        f"{module.name}:{node.name}"
        for module in tree.modules()
        if "views" in module.rooms
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and any("View" in ast.unparse(base) for base in node.bases)
    ]

    assert not found, "\n".join(found)


def test_only_the_outside_world_may_fail_in_any_way() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in tree.modules()
        if not module.name.startswith(ACCOUNTABLE_FOR_ANYTHING)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
    ]

    assert not found, "\n".join(found)


def test_imports_stand_at_the_top() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in tree.modules()
        for function in module.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not ast.unparse(node).split()[1].startswith(MAY_BE_MISSING)
    ]

    assert not found, "\n".join(found)


def test_money_is_never_a_fraction_in_the_database() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in tree.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"FloatField", "DecimalField"} and _is_models(node.value)
    ]

    assert not found, "\n".join(found)


def test_no_float_comes_near_money() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in tree.modules()
        if module.name.startswith(MONEY) and not module.name.startswith(WAITING)
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]

    assert not found, "\n".join(found)


def test_no_text_is_declared_safe_but_what_was_cleaned() -> None:
    found = [
        module.name for module in tree.modules() if "mark_" + "safe" in module.text or "Safe" + "String(" in module.text
    ]

    assert found == ["accounts/markup.py"]


def test_no_drawer_for_odds_and_ends() -> None:
    found = [module.name for module in tree.modules() if module.rooms & {"utils", "util", "helpers", "misc", "common"}]

    assert not found, "\n".join(found)


def test_business_flow_uses_no_signals() -> None:
    found = [
        f"{module.name}:{line}"
        for module in tree.modules()
        for line, name in module.imports()
        if name.startswith(("django.dispatch", "django.db.models.signals")) and name != AFTER_MIGRATE
    ]

    assert not found, "\n".join(found)


def _is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether it catches anything and keeps it; tidying up and raising again is fair."""
    caught = ast.unparse(handler.type) if handler.type else ""
    return caught in {"", "Exception", "BaseException"} and ast.unparse(handler.body[-1]) != "raise"


def _is_models(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "models"
