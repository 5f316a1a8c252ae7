"""A copy of the database in a folder, and back into an empty one; the keys never travel with it."""

import hashlib
import json
import os
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path

from django.db import connection

DATABASE = "database"
ABOUT = "about.json"
READ_AT_ONCE = 1 << 20


class Refused(Exception):
    """Nothing was done; the words say why."""


def backup(*, folder: Path, now: datetime) -> Path:
    """Copy the database as it stands at one moment, while the portal works; the folder must be new or empty."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"Папка {folder} не пуста.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder / DATABASE
    copy.touch(mode=0o600)
    try:
        _copy_to(copy)
    except Refused:
        copy.unlink(missing_ok=True)
        raise
    about = {"kind": connection.vendor, "at": now.isoformat(), "sha256": _digest(copy)}
    # Written last: a folder without it is a copy that did not come to its end.
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    return copy


def _copy_to(copy: Path) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
    else:
        _run("pg_dump", ["--format=custom", f"--file={copy}"], by_name=False)


def restore(*, folder: Path) -> str:
    """Bring the copy into a database without a single table; returns when the copy was made."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refused(f"В папке {folder} нет законченной копии.") from None
    copy = folder / DATABASE
    if not copy.is_file() or _digest(copy) != about["sha256"]:
        raise Refused("Файл копии повреждён.")
    if about["kind"] != connection.vendor:
        raise Refused(f"Копия снята с {about['kind']}, а база – {connection.vendor}.")
    if connection.introspection.table_names():
        raise Refused("В базе уже есть таблицы. Восстановить можно только в пустую базу.")
    if connection.vendor == "sqlite":
        _into_sqlite(copy)
    else:
        _run("pg_restore", ["--exit-on-error", "--single-transaction", "--no-owner", str(copy)], by_name=True)
    return str(about["at"])


def _into_sqlite(copy: Path) -> None:
    connection.ensure_connection()
    source = sqlite3.connect(copy)
    try:
        source.backup(connection.connection)
    finally:
        source.close()
        # The next one sets its journal anew: the copy came without it.
        connection.close()


def _run(program: str, options: list[str], *, by_name: bool) -> None:
    """Run PostgreSQL's own program on this database; the password goes through its environment."""
    command, environment = connection.client.settings_to_cmd_args_env(connection.settings_dict, options)
    *arguments, name = command[1:]
    # pg_dump names the database last, pg_restore the file.
    last = [f"--dbname={name}", *arguments] if by_name else [*arguments, name]
    inherited = {**os.environ, **(environment or {})}
    try:
        subprocess.run([program, *last], env=inherited, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise Refused(f"Нет программы {program}: установите postgresql-client.") from None
    except subprocess.CalledProcessError as error:
        raise Refused(f"{program}: {error.stderr.strip()}") from None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()
