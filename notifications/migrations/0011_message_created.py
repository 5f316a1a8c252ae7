"""What is a year old is found by a few pages of summaries: an index with an entry a row would slow a mailing down."""

from django.db import migrations


def summarise(apps, schema_editor):
    """SQLite has nothing of the kind, and few rows."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX message_created ON notifications_message USING brin (created_at) WITH (autosummarize = on)"
        )


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX message_created")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0010_sms_answer")]

    operations = [migrations.RunPython(summarise, forget)]
