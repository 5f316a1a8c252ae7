import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('safeguards', '0001_initial'),
        ('safeguards', '0002_journal'),
        ('safeguards', '0003_staff_pages'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('at', models.DateTimeField()),
                ('who_uuid', models.UUIDField(null=True)),
                ('who', models.CharField(blank=True, default='', max_length=60)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('action', models.CharField(max_length=40)),
                ('whose_uuid', models.UUIDField(null=True)),
                ('target', models.CharField(blank=True, default='', max_length=120)),
                ('why', models.CharField(blank=True, default='', max_length=200)),
                ('before', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('after', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'запись журнала',
                'verbose_name_plural': 'журнал',
                'indexes': [models.Index(fields=['whose_uuid', '-number'], name='journal_whose'), models.Index(fields=['who_uuid', '-number'], name='journal_who'), models.Index(fields=['target', '-number'], name='journal_target')],
            },
        ),
        migrations.CreateModel(
            name='JournalHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(max_length=64)),
                ('seal', models.CharField(blank=True, default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=64)),
                ('opened_at', models.DateTimeField()),
                ('used', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['opened_at'], name='throttle_opened_at')],
                'constraints': [models.UniqueConstraint(fields=('scope', 'key'), name='throttle_scope_key')],
            },
        ),
    ]
