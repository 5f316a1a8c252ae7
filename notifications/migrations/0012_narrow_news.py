"""News keep the number of what they tell of instead of its words, so that a million of them fit into few pages."""

import uuid

from django.db import migrations, models
from django.db.models.functions import Upper

MOVED = """
UPDATE notifications_message SET about = {bill}, edition = {version}, amount = {kopecks},
       key = CASE WHEN key LIKE '%:again:%' THEN key ELSE '' END
WHERE "values" IS NOT NULL
"""
WORDS = {
    "postgresql": {name: f"(\"values\" ->> '{name}')::bigint" for name in ("bill", "version", "kopecks")},
    "sqlite": {name: f"json_extract(\"values\", '$.{name}')" for name in ("bill", "version", "kopecks")},
}


def move(apps, schema_editor):
    """Those that were sent as well: a reminder that is asked for again must find that it was sent."""
    schema_editor.execute(MOVED.format(**WORDS[schema_editor.connection.vendor]), params=None)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0011_message_created")]

    operations = [
        migrations.RemoveConstraint("message", "message_key"),
        migrations.RemoveConstraint("message", "message_address_moment"),
        migrations.RemoveIndex("message", "message_resident"),
        migrations.AddField("message", "about", models.BigIntegerField(null=True)),
        migrations.AddField("message", "amount", models.BigIntegerField(null=True, verbose_name="сумма")),
        migrations.AddField("message", "edition", models.PositiveIntegerField(null=True)),
        migrations.AlterField("message", "key", models.CharField(blank=True, default="", max_length=120)),
        migrations.AlterField("message", "uuid", models.UUIDField(default=uuid.uuid4, editable=False, null=True)),
        migrations.RunPython(move),
        migrations.RemoveField("message", "values"),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(condition=models.Q(("about", None)), fields=("key",), name="message_key"),
        ),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(
                fields=("resident_uuid", "about", "edition", "kind", "key"), name="message_news"
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("address", "created_at"), name="message_address_moment"
            ),
        ),
        migrations.AddIndex(
            "message", models.Index(Upper("address"), condition=models.Q(("about", None)), name="message_address")
        ),
    ]
