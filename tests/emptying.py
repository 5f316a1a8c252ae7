"""How a test that commits leaves the database: empty, but for what `migrate` writes by itself.

Django truncates every table and makes content types, rights and roles anew, a third of a second each time; most tests
have written to a handful of tables.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


def empty(_test: TransactionTestCase) -> None:
    """Delete the rows of every table that has any; the constraints are asked when all are gone."""
    tables = sorted(set(connection.introspection.django_table_names()) - KEPT)
    written = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(written)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")
