"""Fewer indexes a row, and a claim that touches none of them: PostgreSQL then writes the new row beside the old one."""

import uuid

from django.db import migrations, models
from django.db.models import Q


def leave_room(apps, schema_editor):
    """A claimed row stands twice on its page for a while."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE notifications_message SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0008_staff_words")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="draft",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=models.SET_NULL,
                related_name="messages",
                to="notifications.draft",
            ),
        ),
        migrations.RemoveConstraint(model_name="message", name="message_secret_wiped"),
        migrations.RemoveConstraint(model_name="message", name="message_sending_is_leased"),
        migrations.RemoveIndex(model_name="message", name="message_waiting"),
        migrations.RunSQL(
            "UPDATE notifications_message SET state = 'QUEUED' WHERE state = 'SENDING'", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("QUEUED", "в очереди"),
                    ("SENT", "отправлено"),
                    ("DELIVERED", "доставлено"),
                    ("UNDELIVERED", "не доставлено"),
                    ("PAUSED", "приостановлено"),
                    ("FAILED", "не отправлено"),
                    ("DROPPED", "устарело"),
                ],
                default="QUEUED",
                max_length=11,
                verbose_name="состояние",
            ),
        ),
        migrations.AlterField(model_name="message", name="key", field=models.CharField(max_length=120)),
        migrations.AlterField(
            model_name="message", name="uuid", field=models.UUIDField(default=uuid.uuid4, editable=False)
        ),
        migrations.AddConstraint(
            model_name="message", constraint=models.UniqueConstraint(fields=["key"], name="message_key")
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=Q(secret_text__isnull=True) | Q(state="QUEUED"), name="message_secret_wiped"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=Q(lease_until__isnull=True) | Q(state="QUEUED"), name="message_leased_is_queued"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["category", "due_at", "resident_uuid", "id"],
                condition=Q(state="QUEUED"),
                name="message_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["draft"], condition=Q(draft__isnull=False), name="message_draft"),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
