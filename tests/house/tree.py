"""The project's own files, read once, for the nets."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("smartservice", "payments", "billing", "accounts", "notifications", "safeguards")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A Python file of the product; `name` is its path from the root."""

    name: str
    text: str
    tree: ast.Module

    @property
    def app(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def rooms(self) -> set[str]:
        """Folders and file name without the ending: {"payments", "views", "card"}."""
        return set(Path(self.name).with_suffix("").parts)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every imported name with its line: `from a import b` gives a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """The product's Python files without migrations."""
    return tuple(
        _read(path) for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
    )


@cache
def test_modules() -> tuple[Module, ...]:
    """The tests."""
    return tuple(_read(path) for path in sorted((ROOT / "tests").rglob("*.py")))


@cache
def templates() -> dict[str, str]:
    """Template name → text."""
    folder = ROOT / "templates"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def length(function: Function) -> int:
    """Lines from `def` to the last one, docstring included, decorators not."""
    return (function.end_lineno or 0) - function.lineno + 1


def written_lines(module: Module) -> int:
    """Lines that are not blank."""
    return sum(bool(line.strip()) for line in module.text.splitlines())


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
