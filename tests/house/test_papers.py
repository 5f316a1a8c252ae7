"""Papers agree with the code: the map, the list of variables, the migrations, the statuses, the locked libraries."""

import ast
import re

import pytest
from django.core import checks
from django.core.management import call_command

from payments.status import FINAL, LIVE, NEXT, UNSUBMITTED, Status
from tests.house import tree

PUBLIC_WORDS = {"в обработке", "выполнена", "не выполнена", "возвращена", "возвращена частично"}
# pytest-django puts an object there, which makes unknown variables fail.
OF_PYTEST = "templates.E002"
READERS = {"text", "integer", "flag", "words", "choice", "hours", "port", "seconds", "networks"}
FOLDERS = (*tree.APPS, "templates", "static", "tests", "scripts", "docs", ".ci")
PICTURES = {".png", ".svg", ".pdf", ".jpg"}
# Spelled so that this file does not find itself.
MACHINE = re.compile(r"/(w[o]rk|f[a]rm|r[o]ot)/|--(extra-)?inde[x]-url|--find-l[i]nks")


@pytest.mark.django_db
def test_no_migration_is_pending() -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        pytest.fail("models have changed: manage.py makemigrations")


def test_django_finds_nothing_wrong() -> None:
    """Django's commands refuse to start otherwise, and `make run` with them."""
    wrong = [message for message in checks.run_checks() if message.level >= checks.ERROR and message.id != OF_PYTEST]

    assert wrong == []


def test_every_status_has_a_public_word() -> None:
    assert {status.label for status in Status} == PUBLIC_WORDS


def test_every_status_stands_in_the_table_of_moves() -> None:
    assert set(NEXT) == set(Status)
    assert set(Status) == UNSUBMITTED | LIVE | FINAL


def test_the_map_names_every_module() -> None:
    named = _paths_in("MAP.md")
    expected = {module.name for module in tree.modules() if not _says_nothing(module)}

    missing = sorted(name for name in expected if name not in named and not any(_covers(path, name) for path in named))

    assert not missing, "\n".join(missing)


def test_the_map_names_nothing_that_is_gone() -> None:
    gone = sorted(
        path for path in _paths_in("MAP.md") | _paths_in("ARCHITECTURE.md") if not (tree.ROOT / path).exists()
    )

    assert not gone, "\n".join(gone)


def test_every_variable_of_the_environment_is_explained() -> None:
    text = (tree.ROOT / "docs" / "ENVIRONMENT.md").read_text(encoding="utf-8")
    explained = {
        name
        for line in text.splitlines()
        if line.startswith("|")
        for name in re.findall(r"`([A-Z][A-Z_0-9]+)`", line.split("|")[1])
    }

    assert _variables() - explained == set(), "not explained"
    assert explained - _variables() == set(), "not read by anything"


def test_no_machine_stands_in_the_files() -> None:
    found = [f"{name}:{number}" for name, number, line in _lines() if MACHINE.search(line)]

    assert not found, "\n".join(found)


def test_the_long_list_of_libraries_holds_the_short_one() -> None:
    short, long = (_pins(name) for name in ("requirements.txt", "requirements-dev.txt"))

    assert short
    assert short - long == set()


def test_scripts_can_be_started() -> None:
    scripts = [*tree.ROOT.glob("scripts/*.sh"), *tree.ROOT.glob("tests/*.sh"), tree.ROOT / ".ci" / "run"]
    programs = [path for path in scripts if path.read_bytes().startswith(b"#!")]

    assert programs
    assert [path.name for path in programs if not path.stat().st_mode & 0o100] == []


def _says_nothing(module: tree.Module) -> bool:
    return module.name.endswith("/__init__.py") and len(module.tree.body) <= 3


def _covers(path: str, name: str) -> bool:
    """A folder on the map stands for what is in it."""
    return path.endswith("/") and name.startswith(path)


def _paths_in(paper: str) -> set[str]:
    text = (tree.ROOT / "docs" / paper).read_text(encoding="utf-8")
    return {path for path in re.findall(r"`([\w./-]+)`", text) if "/" in path and path.split("/")[0] in FOLDERS}


def _variables() -> set[str]:
    """What smartservice.env is asked for anywhere in the product."""
    return {
        node.args[0].value
        for module in tree.modules()
        if module.name != "smartservice/env.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and ast.unparse(node.func.value) == "env"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def _lines() -> list[tuple[str, int, str]]:
    """Every line of every text of the project: its folders, and the files beside them."""
    inside = [path for folder in FOLDERS for path in (tree.ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    paths = [path for path in [*inside, *tree.ROOT.glob("*")] if path.is_file() and path.suffix not in PICTURES]
    return [
        (path.relative_to(tree.ROOT).as_posix(), number, line)
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
    ]


def _pins(name: str) -> set[str]:
    return set(re.findall(r"^[\w.\[\],-]+==[^\s;]+", (tree.ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
