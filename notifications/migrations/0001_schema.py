import django.db.models.deletion
import safeguards.encrypted
import uuid
from django.db import migrations, models


def leave_room(apps, schema_editor):
    """A claimed row stands twice on its page for a while."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE notifications_message SET (fillfactor = 50)")


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('notifications', '0001_initial'),
        ('notifications', '0002_subscriptions'),
        ('notifications', '0003_news'),
        ('notifications', '0004_budget'),
        ('notifications', '0005_attachment'),
        ('notifications', '0006_drafts'),
        ('notifications', '0007_claims'),
        ('notifications', '0008_staff_words'),
        ('notifications', '0009_cheap_rows'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='BlacklistedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('SMS', 'SMS'), ('EMAIL', 'e-mail')], max_length=5, verbose_name='канал')),
                ('address', models.CharField(max_length=254, verbose_name='адрес')),
                ('source', models.CharField(choices=[('STAFF', 'сотрудник'), ('BOUNCE', 'не существует')], default='STAFF', max_length=6, verbose_name='кто сказал')),
                ('reason', models.CharField(max_length=200, verbose_name='причина')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='когда')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='до')),
            ],
            options={
                'verbose_name': 'адрес в чёрном списке',
                'verbose_name_plural': 'чёрный список',
                'constraints': [models.UniqueConstraint(fields=('channel', 'address'), name='blacklisted_once')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('letters_by_email', 'Я хочу получать информационные письма от Системы А3 на e-mail'), ('promotions_by_sms', 'Я хочу получать информацию об акциях по SMS')], max_length=20, verbose_name='кому')),
                ('subject', models.CharField(blank=True, default='', max_length=150, verbose_name='тема письма')),
                ('text', models.TextField(verbose_name='текст')),
                ('state', models.CharField(choices=[('DRAFT', 'черновик'), ('SENDING', 'отправляется'), ('PAUSED', 'приостановлен'), ('STOPPED', 'остановлен')], default='DRAFT', max_length=7, verbose_name='состояние')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='написан')),
                ('begun_at', models.DateTimeField(editable=False, null=True, verbose_name='отправка начата')),
            ],
            options={
                'verbose_name': 'рассылка',
                'verbose_name_plural': 'рассылки',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('key', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=40, verbose_name='вид')),
                ('channel', models.CharField(choices=[('SMS', 'SMS'), ('EMAIL', 'e-mail')], max_length=5, verbose_name='канал')),
                ('category', models.PositiveSmallIntegerField(choices=[(0, 'одноразовые пароли'), (1, 'безопасность'), (2, 'операции и ответы'), (3, 'счета'), (4, 'письма и акции')], default=2, verbose_name='зачем')),
                ('address', models.CharField(max_length=254)),
                ('subject', models.CharField(blank=True, default='', max_length=200)),
                ('text', models.TextField(blank=True, default='')),
                ('secret_text', safeguards.encrypted.EncryptedField(null=True)),
                ('values', models.JSONField(null=True)),
                ('attachment', models.CharField(blank=True, default='', max_length=60)),
                ('state', models.CharField(choices=[('QUEUED', 'в очереди'), ('SENT', 'отправлено'), ('DELIVERED', 'доставлено'), ('UNDELIVERED', 'не доставлено'), ('PAUSED', 'приостановлено'), ('FAILED', 'не отправлено'), ('DROPPED', 'устарело')], default='QUEUED', max_length=11, verbose_name='состояние')),
                ('resident_uuid', models.UUIDField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='попыток')),
                ('claims', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('error', models.CharField(blank=True, default='', max_length=200, verbose_name='ошибка')),
                ('created_at', models.DateTimeField(verbose_name='создано')),
                ('due_at', models.DateTimeField(verbose_name='не раньше')),
                ('lease_until', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True, verbose_name='отправлено')),
                ('carrier', models.CharField(blank=True, default='', max_length=10, verbose_name='кто отправил')),
                ('carrier_number', models.CharField(blank=True, default='', max_length=40)),
                ('segments', models.PositiveSmallIntegerField(null=True, verbose_name='частей SMS')),
                ('cost', models.PositiveIntegerField(null=True)),
                ('ask_at', models.DateTimeField(null=True)),
                ('draft', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='notifications.draft')),
            ],
            options={
                'verbose_name': 'сообщение',
                'verbose_name_plural': 'сообщения',
                'indexes': [models.Index(condition=models.Q(('state', 'QUEUED')), fields=['category', 'due_at', 'resident_uuid', 'id'], name='message_waiting'), models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['ask_at'], name='message_to_ask'), models.Index(fields=['resident_uuid', '-created_at'], name='message_resident'), models.Index(condition=models.Q(('draft__isnull', False)), fields=['draft'], name='message_draft')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='message_key'), models.UniqueConstraint(fields=('address', 'created_at'), name='message_address_moment'), models.CheckConstraint(condition=models.Q(('secret_text__isnull', True), ('state', 'QUEUED'), _connector='OR'), name='message_secret_wiped'), models.CheckConstraint(condition=models.Q(('lease_until__isnull', True), ('state', 'QUEUED'), _connector='OR'), name='message_leased_is_queued')],
            },
        ),
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='день')),
                ('kopecks', models.PositiveBigIntegerField(default=0, verbose_name='копеек')),
            ],
            options={
                'verbose_name': 'расход на SMS',
                'verbose_name_plural': 'расходы на SMS',
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resident_uuid', models.UUIDField(unique=True)),
                ('letters_by_email', models.BooleanField(default=False)),
                ('bills_by_email', models.BooleanField(default=True)),
                ('promotions_by_sms', models.BooleanField(default=False)),
                ('bills_by_sms', models.BooleanField(default=True)),
                ('payments_by_email', models.BooleanField(default=True)),
                ('time_zone', models.CharField(choices=[('Europe/Kaliningrad', 'Калининград (Мск −1)'), ('Europe/Moscow', 'Москва (Мск)'), ('Europe/Samara', 'Самара (Мск +1)'), ('Asia/Yekaterinburg', 'Екатеринбург (Мск +2)'), ('Asia/Omsk', 'Омск (Мск +3)'), ('Asia/Krasnoyarsk', 'Красноярск (Мск +4)'), ('Asia/Irkutsk', 'Иркутск (Мск +5)'), ('Asia/Yakutsk', 'Якутск (Мск +6)'), ('Asia/Vladivostok', 'Владивосток (Мск +7)'), ('Asia/Magadan', 'Магадан (Мск +8)'), ('Asia/Kamchatka', 'Камчатка (Мск +9)')], default='Europe/Moscow', max_length=20)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
