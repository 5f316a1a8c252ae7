"""Everything that stands in the database, as text: what a thief of a copy would read."""

from pathlib import Path

from django.db import connection


def database() -> str:
    """Every row of every table."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lines += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(lines)


def database_files() -> bytes:
    """The files of SQLite with its write-ahead journal; nothing where another program keeps them."""
    if connection.vendor != "sqlite":
        return b""
    name = Path(connection.settings_dict["NAME"])
    paths = [name, name.with_name(f"{name.name}-wal")]
    return b"".join(path.read_bytes() for path in paths if path.exists())
