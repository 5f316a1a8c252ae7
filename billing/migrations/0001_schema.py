import billing.models.bill
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('billing', '0001_initial'),
        ('billing', '0002_account_proof'),
        ('billing', '0003_due_day'),
        ('billing', '0004_catalogue'),
        ('billing', '0005_contact_centre'),
        ('billing', '0006_register_sequence'),
        ('billing', '0007_credit_entry'),
        ('billing', '0008_announced'),
        ('billing', '0009_proof_is_not_told'),
        ('billing', '0010_staff_pages'),
        ('billing', '0011_bill_begun'),
        ('billing', '0012_register_journal'),
        ('billing', '0013_staff_words'),
        ('billing', '0014_charges_as_written'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProviderCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='код')),
                ('title', models.CharField(max_length=100, verbose_name='название')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='порядок')),
            ],
            options={
                'verbose_name': 'категория',
                'verbose_name_plural': 'категории',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='код')),
                ('short_name', models.CharField(max_length=160, verbose_name='короткое имя')),
                ('full_name', models.CharField(max_length=250)),
                ('former_name', models.CharField(blank=True, max_length=250)),
                ('notice', models.TextField(blank=True)),
                ('account_label', models.CharField(default='Номер лицевого счёта', max_length=60)),
                ('account_kind', models.CharField(choices=[('PLAIN', 'номер по образцу'), ('LUHN', 'номер с контрольной цифрой (алгоритм Луна)'), ('UIN', 'УИН постановления с контрольной цифрой'), ('MOBILE', 'номер мобильного телефона')], default='PLAIN', max_length=10)),
                ('account_example', models.CharField(max_length=40)),
                ('account_pattern', models.CharField(default='[0-9]{10}', max_length=200)),
                ('account_check', models.CharField(choices=[('KNOWN', 'только известные счета'), ('PATTERN', 'любой номер по образцу')], default='KNOWN', max_length=10)),
                ('account_proof', models.CharField(choices=[('NONE', 'не нужно'), ('BILL_SUM', 'сумма из последней квитанции'), ('PRINTED_CODE', 'код с квитанции')], default='NONE', max_length=20)),
                ('issues_bills', models.BooleanField(default=False, verbose_name='присылает счета')),
                ('due_day', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('older_bills_payable', models.BooleanField(default=False)),
                ('shows_due', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True, verbose_name='показан жителям')),
                ('is_featured', models.BooleanField(default=True, verbose_name='на главной')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('recipient_name', models.CharField(blank=True, max_length=160)),
                ('inn', models.CharField(blank=True, max_length=12)),
                ('kpp', models.CharField(blank=True, max_length=9)),
                ('bank_name', models.CharField(blank=True, max_length=100)),
                ('bic', models.CharField(blank=True, max_length=9)),
                ('settlement_account', models.CharField(blank=True, max_length=20)),
                ('correspondent_account', models.CharField(blank=True, max_length=20)),
                ('fee_basis_points', models.PositiveIntegerField(default=0)),
                ('fee_minimum', models.BigIntegerField(default=0)),
                ('fee_maximum', models.BigIntegerField(default=0)),
                ('payment_minimum', models.BigIntegerField(default=0)),
                ('payment_limit', models.BigIntegerField(default=0)),
                ('folded_name', models.CharField(default='', editable=False, max_length=700)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='providers', to='billing.providercategory', verbose_name='категория')),
            ],
            options={
                'verbose_name': 'поставщик услуг',
                'verbose_name_plural': 'поставщики услуг',
                'constraints': [models.CheckConstraint(condition=models.Q(('fee_basis_points__lte', 10000), ('fee_minimum__gte', 0)), name='provider_fee', violation_error_message='комиссия – от 0 до 100 %'), models.CheckConstraint(condition=models.Q(('fee_maximum', 0), ('fee_maximum__gte', models.F('fee_minimum')), _connector='OR'), name='provider_fee_maximum', violation_error_message='наибольшая комиссия меньше наименьшей'), models.CheckConstraint(condition=models.Q(('payment_limit__gte', 0)), name='provider_payment_limit'), models.CheckConstraint(condition=models.Q(('account_proof', 'BILL_SUM'), ('shows_due', True), _negated=True), name='provider_proof_is_not_told', violation_error_message='сумма не может и подтверждать счёт, и быть видна любому плательщику'), models.CheckConstraint(condition=models.Q(('due_day', None), ('due_day__range', (1, 28)), _connector='OR'), name='provider_due_day'), models.CheckConstraint(condition=models.Q(('payment_minimum__gte', 0), models.Q(('payment_limit', 0), ('payment_limit__gte', models.F('payment_minimum')), _connector='OR')), name='provider_payment_minimum', violation_error_message='наибольшая сумма операции меньше наименьшей')],
            },
        ),
        migrations.CreateModel(
            name='BillRegister',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.DateField()),
                ('issued_date', models.DateField()),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='отпечаток SHA-256')),
                ('file_name', models.CharField(blank=True, max_length=250, verbose_name='файл')),
                ('bills', models.PositiveIntegerField(verbose_name='счетов')),
                ('rows', models.PositiveIntegerField(verbose_name='строк')),
                ('total', models.BigIntegerField()),
                ('imported_at', models.DateTimeField()),
                ('announced_at', models.DateTimeField(null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registers', to='billing.provider', verbose_name='поставщик')),
            ],
            options={
                'verbose_name': 'реестр начислений',
                'verbose_name_plural': 'реестры начислений',
                'indexes': [models.Index(fields=['provider', 'period', '-issued_date'], name='register_last_issued'), models.Index(condition=models.Q(('announced_at', None)), fields=['id'], name='register_untold')],
            },
        ),
        migrations.CreateModel(
            name='BillService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('unit', models.CharField(blank=True, max_length=30)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='billing.provider')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'name', 'unit'), name='service_provider_name_unit')],
            },
        ),
        migrations.CreateModel(
            name='FeeRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('CARD', 'банковская карта'), ('AUTOPAY', 'автоплатёж')], max_length=10)),
                ('basis_points', models.PositiveIntegerField(default=0)),
                ('minimum', models.BigIntegerField(default=0)),
                ('maximum', models.BigIntegerField(default=0)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fee_rules', to='billing.provider')),
            ],
            options={
                'verbose_name': 'комиссия',
                'verbose_name_plural': 'комиссии',
                'constraints': [models.UniqueConstraint(fields=('provider', 'method'), name='fee_rule_method'), models.CheckConstraint(condition=models.Q(('basis_points__lte', 10000), ('minimum__gte', 0), models.Q(('maximum', 0), ('maximum__gte', models.F('minimum')), _connector='OR')), name='fee_rule', violation_error_message='комиссия – от 0 до 100 %, наибольшая не меньше наименьшей')],
            },
        ),
        migrations.CreateModel(
            name='PersonalAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='billing.provider')),
            ],
            options={
                'indexes': [models.Index(fields=['number'], name='account_number')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'number'), name='account_provider_number')],
            },
        ),
        migrations.CreateModel(
            name='AddedAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=60)),
                ('created_at', models.DateTimeField()),
                ('proven_at', models.DateTimeField(null=True)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='added_accounts', to=settings.AUTH_USER_MODEL)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='added', to='billing.personalaccount')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('resident', 'account'), name='added_account_once')],
            },
        ),
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('period', models.DateField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('issued_date', models.DateField()),
                ('stored_charges', billing.models.bill.ChargesField(db_column='charges')),
                ('total', models.BigIntegerField()),
                ('paid', models.BigIntegerField(default=0)),
                ('held', models.BigIntegerField(default=0)),
                ('carried_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.bill')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.billregister')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='billing.personalaccount')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('held__gt', 0), models.Q(('paid__gt', 0), ('total__gt', models.F('paid'))), _connector='OR'), fields=['account'], name='bill_begun')],
                'constraints': [models.UniqueConstraint(fields=('account', 'period'), name='bill_account_period'), models.CheckConstraint(condition=models.Q(('paid__gte', 0)), name='bill_paid'), models.CheckConstraint(condition=models.Q(('held__gte', 0)), name='bill_held'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='bill_version')],
            },
        ),
        migrations.CreateModel(
            name='BillEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operation', models.UUIDField()),
                ('kind', models.CharField(choices=[('HOLD', 'удержано операцией'), ('SETTLE', 'оплачено'), ('RELEASE', 'освобождено'), ('REVERSE', 'возвращено'), ('CREDIT', 'зачтено сотрудником')], max_length=10)),
                ('kopecks', models.BigIntegerField()),
                ('created_at', models.DateTimeField()),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='billing.bill')),
                ('resident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('operation', 'kind'), name='bill_entry_once'), models.UniqueConstraint(condition=models.Q(('kind__in', ['SETTLE', 'RELEASE'])), fields=('operation',), name='bill_entry_one_end'), models.CheckConstraint(condition=models.Q(('kopecks__gt', 0)), name='bill_entry_kopecks')],
            },
        ),
        migrations.CreateModel(
            name='BillMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('reason', models.CharField(blank=True, max_length=100)),
                ('created_at', models.DateTimeField()),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='billing.bill')),
                ('resident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bill_marks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('resident', 'bill'), name='bill_mark_once')],
            },
        ),
        migrations.CreateModel(
            name='BillVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('issued_date', models.DateField()),
                ('stored_charges', billing.models.bill.ChargesField(db_column='charges')),
                ('total', models.BigIntegerField()),
                ('replaced_at', models.DateTimeField()),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='billing.bill')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.billregister')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bill', 'version'), name='bill_version_once')],
            },
        ),
        migrations.CreateModel(
            name='PrintedCode',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='printed_code', serialize=False, to='billing.personalaccount')),
                ('code', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='RegisterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(db_index=True, verbose_name='когда')),
                ('by', models.CharField(blank=True, max_length=100, verbose_name='кто')),
                ('file_name', models.CharField(blank=True, max_length=250, verbose_name='файл')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='отпечаток SHA-256')),
                ('format', models.CharField(blank=True, max_length=20, verbose_name='формат')),
                ('result', models.CharField(choices=[('ACCEPTED', 'загружен'), ('REPEATED', 'уже был загружен'), ('REFUSED', 'не принят')], max_length=10, verbose_name='итог')),
                ('reason', models.TextField(blank=True, verbose_name='причина')),
                ('new', models.PositiveIntegerField(default=0, verbose_name='новых счетов')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='изменённых')),
                ('unchanged', models.PositiveIntegerField(default=0, verbose_name='без изменений')),
                ('register', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.billregister', verbose_name='реестр')),
            ],
            options={
                'verbose_name': 'загрузка реестра',
                'verbose_name_plural': 'загрузки реестров',
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=40, unique=True, verbose_name='слово')),
                ('meaning', models.CharField(help_text='Одно простое предложение без точки в конце.', max_length=200, verbose_name='что оно значит')),
                ('spellings', models.CharField(help_text='Через запятую, большие и малые буквы равны; * в конце слова – любое окончание: капитальн* ремонт*', max_length=200, verbose_name='как пишется в счетах')),
            ],
            options={
                'verbose_name': 'слово счетов',
                'verbose_name_plural': 'слова счетов',
            },
        ),
    ]
