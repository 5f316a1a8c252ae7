import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import django_otp.plugins.otp_totp.models
import safeguards.encrypted
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_feedback'),
        ('accounts', '0003_subscriptions'),
        ('accounts', '0004_pages'),
        ('accounts', '0006_staff_rights'),
        ('accounts', '0007_contact_centre'),
        ('accounts', '0008_new_device'),
        ('accounts', '0009_staff_pages'),
        ('accounts', '0010_erasure'),
        ('accounts', '0011_phone_change'),
        ('accounts', '0012_card_codes'),
        ('accounts', '0013_autopay'),
        ('accounts', '0014_session_network'),
        ('accounts', '0015_staff_words'),
        ('accounts', '0016_authenticator'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, unique=True, verbose_name='название')),
                ('text', models.TextField(max_length=4000, verbose_name='текст')),
            ],
            options={
                'verbose_name': 'шаблон ответа',
                'verbose_name_plural': 'шаблоны ответов',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='NumberRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.BigIntegerField(db_index=True)),
                ('last', models.BigIntegerField()),
                ('operator', models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='PasswordReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('phone', models.CharField(db_index=True, max_length=16)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PendingRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('phone', models.CharField(max_length=16)),
                ('first_name', models.CharField(max_length=60)),
                ('last_name', models.CharField(max_length=60)),
                ('email', models.EmailField(max_length=254)),
                ('code_word', safeguards.encrypted.EncryptedField(null=True)),
                ('password', models.CharField(max_length=128)),
                ('agreement_version', models.CharField(max_length=20)),
                ('personal_data_version', models.CharField(max_length=20)),
                ('marketing_version', models.CharField(blank=True, default='', max_length=20)),
                ('ip', models.GenericIPAddressField()),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('phone', models.CharField(blank=True, max_length=16, null=True, unique=True, verbose_name='телефон')),
                ('first_name', models.CharField(blank=True, default='', max_length=60, verbose_name='имя')),
                ('last_name', models.CharField(blank=True, default='', max_length=60, verbose_name='фамилия')),
                ('surname_key', models.CharField(blank=True, db_index=True, default='', editable=False, max_length=60)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('email_confirmed_at', models.DateTimeField(null=True)),
                ('code_word', safeguards.encrypted.EncryptedField(null=True)),
                ('is_active', models.BooleanField(default=True, verbose_name='работает')),
                ('is_staff', models.BooleanField(default=False)),
                ('blocked_at', models.DateTimeField(null=True)),
                ('sessions_version', models.PositiveIntegerField(default=0)),
                ('last_visit_at', models.DateTimeField(null=True)),
                ('previous_visit_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('erasure_asked_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'сотрудник',
                'verbose_name_plural': 'сотрудники',
                'permissions': [('serve_resident', 'Вести карточку жителя'), ('see_overview', 'Смотреть сводку')],
                'indexes': [models.Index(django.db.models.functions.text.Right('phone', 4), name='user_phone_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('phone__isnull', True), ('phone__startswith', '+'), _connector='OR'), name='user_phone_e164')],
            },
        ),
        migrations.CreateModel(
            name='Authenticator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('throttling_failure_timestamp', models.DateTimeField(blank=True, default=None, help_text='A timestamp of the last failed verification attempt. Null if last attempt succeeded.', null=True)),
                ('throttling_failure_count', models.PositiveIntegerField(default=0, help_text='Number of successive failed attempts.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='The date and time when this device was initially created in the system.', null=True)),
                ('last_used_at', models.DateTimeField(blank=True, help_text='The most recent date and time this device was used.', null=True)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', safeguards.encrypted.EncryptedField(default=django_otp.plugins.otp_totp.models.default_key)),
                ('drift', models.SmallIntegerField(default=0)),
                ('last_t', models.BigIntegerField(default=-1)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BlockEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('BLOCKED', 'заблокирован'), ('UNBLOCKED', 'разблокирован')], max_length=9)),
                ('source', models.CharField(choices=[('CABINET', 'житель, в кабинете'), ('LINK', 'по ссылке из SMS'), ('COMMAND', 'сотрудник, командой'), ('STAFF', 'сотрудник, по звонку')], max_length=7)),
                ('who', models.CharField(blank=True, default='', max_length=60)),
                ('ip', models.GenericIPAddressField(null=True)),
                ('reason', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='block_events', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-id'], name='block_event_user')],
            },
        ),
        migrations.CreateModel(
            name='BlockLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hmac', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('purpose', models.CharField(choices=[('ACTIVATION', 'подтверждение регистрации'), ('NEW_DEVICE', 'вход с нового устройства'), ('PASSWORD_CHANGE', 'смена пароля'), ('PASSWORD_RESET', 'восстановление пароля'), ('PAYMENT', 'оплата'), ('PROFILE', 'личные данные'), ('PHONE_CHANGE', 'смена номера'), ('MY_DATA', 'мои данные'), ('BLOCKING', 'блокировка'), ('SUBSCRIPTIONS', 'подписки'), ('CARD_BINDING', 'добавление карты'), ('CARD_REMOVAL', 'удаление карты'), ('AUTOPAY', 'автоплатёж')], max_length=20)),
                ('subject', models.UUIDField()),
                ('digest', models.CharField(max_length=64)),
                ('code_hmac', models.CharField(max_length=64)),
                ('phone_hmac', models.CharField(max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['purpose', 'subject', '-id'], name='confirmation_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('cancelled_at__isnull', True), _connector='OR'), name='confirmation_one_end')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('AGREEMENT', 'Соглашение об использовании Системы А3'), ('PERSONAL_DATA', 'обработка персональных данных'), ('MARKETING', 'информация об акциях по SMS')], max_length=13)),
                ('version', models.CharField(max_length=20)),
                ('given_at', models.DateTimeField()),
                ('ip', models.GenericIPAddressField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', safeguards.encrypted.EncryptedField(null=True)),
                ('contact', safeguards.encrypted.EncryptedField(null=True)),
                ('topic', models.CharField(choices=[('PAYMENT', 'Оплата'), ('CHARGES', 'Начисления'), ('REFUND', 'Возврат платежа'), ('CABINET', 'Личный кабинет'), ('OTHER', 'Другое')], max_length=8)),
                ('text', safeguards.encrypted.EncryptedField(null=True)),
                ('operation_number', models.CharField(blank=True, default='', max_length=20)),
                ('account_number', models.CharField(blank=True, default='', max_length=40)),
                ('status', models.CharField(choices=[('NEW', 'Новое'), ('IN_WORK', 'В работе'), ('ANSWERED', 'Есть ответ'), ('CLOSED', 'Закрыто')], default='NEW', max_length=8)),
                ('created_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('answer', safeguards.encrypted.EncryptedField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['resident', '-id'], name='feedback_resident'), models.Index(condition=models.Q(('status__in', ('NEW', 'IN_WORK'))), fields=['id'], name='feedback_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ('NEW', 'IN_WORK')), ('ended_at__isnull', False), _connector='XOR'), name='feedback_open_has_no_end')],
            },
        ),
        migrations.CreateModel(
            name='FeedbackFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('content_type', models.CharField(max_length=40)),
                ('content', models.BinaryField()),
                ('feedback', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='file', to='accounts.feedback')),
            ],
        ),
        migrations.CreateModel(
            name='KnownDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device_hmac', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('last_login_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_devices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'device_hmac'), name='known_device_user_device')],
            },
        ),
        migrations.CreateModel(
            name='PageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(choices=[('about', 'О сервисе'), ('questions', 'Вопросы и ответы'), ('how-to-pay', 'Чем оплатить'), ('agreement', 'Соглашение об использовании Системы А3'), ('personal-data', 'Согласие на обработку персональных данных'), ('privacy', 'Политика конфиденциальности')], max_length=13, verbose_name='страница')),
                ('number', models.PositiveIntegerField(verbose_name='редакция')),
                ('text', models.TextField(verbose_name='текст')),
                ('asks_again', models.BooleanField(default=False, verbose_name='спросить согласие заново')),
                ('published_at', models.DateTimeField(verbose_name='опубликована')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='автор')),
            ],
            options={
                'verbose_name': 'редакция страницы',
                'verbose_name_plural': 'страницы',
                'constraints': [models.UniqueConstraint(fields=('page', 'number'), name='page_version_number')],
            },
        ),
        migrations.CreateModel(
            name='PhoneChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('phone', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('middle_name', safeguards.encrypted.EncryptedField(null=True)),
                ('address', safeguards.encrypted.EncryptedField(null=True)),
                ('passport_series', safeguards.encrypted.EncryptedField(null=True)),
                ('passport_number', safeguards.encrypted.EncryptedField(null=True)),
                ('passport_issuer', safeguards.encrypted.EncryptedField(null=True)),
                ('passport_issue_date', safeguards.encrypted.EncryptedField(null=True)),
                ('inn', safeguards.encrypted.EncryptedField(null=True)),
                ('snils', safeguards.encrypted.EncryptedField(null=True)),
                ('oms', safeguards.encrypted.EncryptedField(null=True)),
                ('birth_date', safeguards.encrypted.EncryptedField(null=True)),
                ('sex', safeguards.encrypted.EncryptedField(null=True)),
                ('postal_address', safeguards.encrypted.EncryptedField(null=True)),
                ('home_phone', safeguards.encrypted.EncryptedField(null=True)),
                ('resident', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ProfileChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('action', models.CharField(choices=[('SAVE', 'Изменение личных данных'), ('DELETE', 'Удаление личных данных'), ('REVEAL', 'Показ личных данных')], max_length=6)),
                ('document', models.CharField(blank=True, default='', max_length=20)),
                ('values', safeguards.encrypted.EncryptedField(null=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ResidentSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('device', models.CharField(max_length=60)),
                ('network', models.CharField(blank=True, default='', max_length=20)),
                ('began_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-seen_at'], name='resident_session_user')],
            },
        ),
    ]
