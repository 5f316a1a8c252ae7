"""Charges are kept as they were written: on PostgreSQL as `json`; every row is written anew, under a lock."""

from typing import Any

from django.db import migrations

import billing.models.bill


def as_written(apps: Any, schema_editor: Any) -> None:
    retype(schema_editor, "json")


def taken_apart(apps: Any, schema_editor: Any) -> None:
    retype(schema_editor, "jsonb")


def retype(schema_editor: Any, kind: str) -> None:
    """SQLite has one way to keep JSON, and nothing changes there."""
    if schema_editor.connection.vendor == "postgresql":
        for table in ("billing_bill", "billing_billversion"):
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN charges TYPE {kind} USING charges::{kind}")


class Migration(migrations.Migration):
    dependencies = [("billing", "0013_staff_words")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(as_written, taken_apart)],
            state_operations=[
                migrations.AlterField(model, "stored_charges", billing.models.bill.ChargesField(db_column="charges"))
                for model in ("bill", "billversion")
            ],
        )
    ]
