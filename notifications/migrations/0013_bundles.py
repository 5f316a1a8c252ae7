"""News of bills wait in bundles; what waits by itself is known by a computed column, on which its index stands.

PostgreSQL writes the table anew for that column, and nobody reads it meanwhile.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0012_narrow_news")]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("shelf", models.IntegerField()),
                ("turn_at", models.DateTimeField()),
                ("size", models.PositiveIntegerField()),
                ("lease_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddConstraint(
            "bundle", models.UniqueConstraint(fields=("due_at", "shelf"), name="bundle_due_shelf")
        ),
        migrations.AddIndex("bundle", models.Index(fields=["turn_at", "shelf"], name="bundle_turn")),
        migrations.RemoveIndex("message", "message_waiting"),
        migrations.AddField("message", "shelf", models.IntegerField(null=True)),
        migrations.AddField(
            "message",
            "waits_alone",
            models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    models.Q(("shelf__isnull", True), ("state", "QUEUED")), output_field=models.BooleanField()
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("waits_alone", True)),
                fields=["category", "due_at", "resident_uuid", "id"],
                name="message_waiting",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("shelf__isnull", False)), fields=["shelf", "due_at"], name="message_shelf"
            ),
        ),
    ]
