"""`python -m bench [SUBJECT…]`: measures beside the given PostgreSQL, prints a table, exits 1 when a goal is missed.

Each subject is a module of this folder with `measure()`, which yields figures; it runs in a process and on a migrated
database of its own. Without names all run.
"""

import argparse
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

import bench
from bench.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
NOT_SUBJECTS = {"__main__", "figures", "drain", "noop"}
MARK = "figure: "
MIGRATED = "bench_migrated"


def main() -> int:
    """The command; the exit status."""
    subjects = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in NOT_SUBJECTS)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", nargs="*", choices=[*subjects, []], metavar="SUBJECT", help=", ".join(subjects))
    parser.add_argument("--here", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        report(arguments.here)
        return 0
    wanted = arguments.subjects or subjects
    figures: list[Figure] = []
    unfinished: list[str] = []
    with tempfile.TemporaryDirectory(prefix="smartservice-bench-") as var_dir:
        migrate(var_dir)
        for subject in wanted:
            print(f"== {subject}", flush=True)
            found = list(run(subject, var_dir))
            figures += found
            if not found:
                unfinished.append(subject)
    print_table(figures)
    for subject in unfinished:
        print(f"!!! НЕ ИЗМЕРЕНО – {subject}")
    return int(bool(unfinished) or not all(figure.is_met for figure in figures))


def migrate(var_dir: str) -> None:
    """The database that every subject gets a copy of."""
    environment = environment_of(var_dir, create_database(MIGRATED, template="template1"))
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def run(subject: str, var_dir: str) -> Iterator[Figure]:
    """The subject's figures, measured in a process of its own; what else it prints is passed on."""
    environment = environment_of(var_dir, create_database(f"bench_{subject}", template=MIGRATED))
    command = [sys.executable, "-m", "bench", "--here", subject]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith(MARK):
                yield Figure(**json.loads(line.removeprefix(MARK)))
            else:
                print(line, end="", flush=True)
    if process.returncode:
        yield Figure(f"{subject}: оборвался", float("nan"), at_most=0)


def report(subject: str) -> None:
    """Measure in this process."""
    import django

    django.setup()
    for figure in import_module(f"bench.{subject}").measure():
        print(MARK + json.dumps(asdict(figure)), flush=True)


def print_table(figures: list[Figure]) -> None:
    """What was measured beside what was promised."""
    width = max((len(figure.name) for figure in figures), default=0)
    print(f"\n{'':{width}}  измерено    цель")
    for figure in figures:
        word = "" if figure.goal == "–" else "да" if figure.is_met else "НЕТ"
        print(f"{figure.name:{width}}  {figure.measured:8.2f}  {figure.goal:>6}  {word:3}  {figure.detail}")


def environment_of(var_dir: str, database: str) -> dict[str, str]:
    """Of a process that works on this database."""
    return os.environ | {
        "VAR_DIR": var_dir,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "smartservice.settings",
    }


def create_database(name: str, *, template: str) -> str:
    """Create a database beside the given one; returns its URL."""
    url = os.environ["DATABASE_URL"]
    with closing(psycopg2.connect(url.replace("postgres:", "postgresql:", 1))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"postgres://{urlsplit(url).netloc}/{name}?{urlsplit(url).query}"


if __name__ == "__main__":
    sys.exit(main())
