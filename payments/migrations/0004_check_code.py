from django.db import migrations, models

import payments.check_codes


def give_codes(apps, schema_editor):
    """Receipts that were printed before get their codes now."""
    snapshots = apps.get_model("payments", "PaymentSnapshot").objects
    rows = snapshots.filter(check_code=None).only("pk").iterator(chunk_size=2000)
    batch = []
    for snapshot in rows:
        snapshot.check_code = payments.check_codes.new()
        batch.append(snapshot)
        if len(batch) == 2000:
            snapshots.bulk_update(batch, ["check_code"], batch_size=500)
            batch = []
    snapshots.bulk_update(batch, ["check_code"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0003_snapshot_label_and_fee'),
    ]

    operations = [
        migrations.AddField(
            model_name='paymentsnapshot',
            name='check_code',
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='paymentsnapshot',
            name='check_code',
            field=models.CharField(default=payments.check_codes.new, max_length=16, unique=True),
        ),
    ]
