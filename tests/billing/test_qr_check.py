"""Page «Проверить квитанцию по QR-коду»."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing import payment_qr, qr_check
from billing.models import Bill, Provider
from tests.billing.codes import code, png, with_requisites
from tests.billing.make import add_account, make_account, make_bill

pytestmark = pytest.mark.django_db

URL = "/bills/qr/"
RIGHT = "Реквизиты совпадают"
WRONG = "Реквизиты не совпадают с реквизитами поставщика. Не оплачивайте эту квитанцию"


@pytest.fixture(autouse=True)
def provider() -> Provider:
    return with_requisites()


@pytest.fixture
def bill(anna, provider):
    bill = make_bill(make_account("1234567890", provider), charges=(("Отопление", 1297024),))
    add_account(anna, bill.account)
    return bill


def page(client, **data) -> str:
    return client.post(URL, data).content.decode()


def picture(content: bytes, name: str = "code.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def test_a_visitor_is_asked_to_log_in(client):
    assert client.get(URL).url == f"{reverse('accounts:login')}?next={URL}"


def test_the_list_of_bills_leads_to_it(anna_client, bill):
    assert f'href="{URL}"' in anna_client.get("/bills/").content.decode()
    assert "Проверить квитанцию по QR-коду" in anna_client.get(URL).content.decode()


def test_a_true_code_says_so_and_opens_the_bill(anna_client, bill):
    for answer in (page(anna_client, text=code()), page(anna_client, picture=picture(png(code()).getvalue()))):
        assert RIGHT in answer
        assert WRONG not in answer
        assert f'href="/bills/{bill.uuid}/pay/"' in answer
        assert "Открыть счёт за июнь 2017" in answer
        assert "12\u00a0970,24\u00a0₽" in answer
        assert "Сумма в коде не та" not in answer


def test_another_sum_is_pointed_at(anna_client, bill):
    assert "Сумма в коде не та" in page(anna_client, text=code(Sum="1500000"))


def test_what_the_portal_prints_of_a_bill_paid_in_part_is_no_other_sum(anna_client, bill):
    Bill.objects.update(paid=297024)
    bill.refresh_from_db()

    answer = page(anna_client, text=payment_qr.of_bill(bill).decode())

    assert "10\u00a0000,00\u00a0₽" in answer
    assert "Сумма в коде не та" not in answer
    assert "Сумма в коде не та" not in page(anna_client, text=code())
    assert "Сумма в коде не та" in page(anna_client, text=code(Sum="297024"))


def test_a_changed_requisite_says_not_to_pay_and_leads_nowhere(anna_client, bill):
    answer = page(anna_client, text=code(PersonalAcc="40702810938000000009"))

    assert WRONG in answer
    assert RIGHT not in answer
    assert "Счёт получателя: в квитанции 40702810938000000009, у поставщика" in answer
    assert str(bill.uuid) not in answer
    assert "ST00012" not in answer


def test_a_neighbour_is_led_to_adding_the_account_and_learns_nothing(boris_client, bill):
    answer = page(boris_client, text=code())

    assert RIGHT in answer
    assert 'href="/accounts/add/smart-zhku/?number=1234567890"' in answer
    assert str(bill.uuid) not in answer
    assert "Центральная" not in answer
    assert 'value="1234567890"' in boris_client.get("/accounts/add/smart-zhku/?number=1234567890").content.decode()


def test_a_code_with_right_requisites_and_anothers_account_asks_to_compare_the_number(anna_client, bill):
    own, anothers = page(anna_client, text=code()), page(anna_client, text=code(PersAcc="2234567890"))

    assert "среди добавленных Вами его нет" in anothers
    assert "среди добавленных Вами его нет" not in own


def test_an_account_to_be_proven_is_led_to_its_proof(anna, anna_client, bill):
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    answer = page(anna_client, text=code())

    assert f'href="/accounts/{anna.added_accounts.get().uuid}/proof/"' in answer
    assert str(bill.uuid) not in answer


def test_a_payee_whom_nobody_knows_is_said(anna_client):
    answer = page(
        anna_client, text=code(Name="ИП Обманов", PersonalAcc="40802810700020000317", PayeeINN="", PersAcc="")
    )

    assert answer.count("Получателя из этого кода здесь нет, сравнить реквизиты не с чем") == 2
    assert RIGHT not in answer


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Выберите картинку или вставьте текст кода"),
        ({"text": "https://example.org"}, "должен начинаться с ST0001"),
        ({"text": "ST00012|Name=А"}, "нет счёта или БИК"),
        ({"picture": png(code(Name="А\0Б")).getvalue()}, "должен начинаться с ST0001"),
        ({"picture": png(code(PersAcc="1\0")).getvalue()}, "должен начинаться с ST0001"),
        ({"picture": b"%PDF-1.7"}, "не картинка"),
        ({"picture": b""}, "Файл пуст"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_the_text_stays(anna_client, data, words):
    sent = {name: picture(value) if isinstance(value, bytes) else value for name, value in data.items()}

    answer = page(anna_client, **sent)

    assert answer.count(words) == 2
    assert data.get("text", "") in answer if isinstance(data.get("text"), str) else True


def test_too_many_pictures_wait(anna_client, monkeypatch):
    monkeypatch.setattr(qr_check, "PICTURES", qr_check.Limit("few", 1, qr_check.PICTURES.period))
    page(anna_client, picture=picture(png(code()).getvalue()))

    assert "Слишком много картинок. Попробуйте через 60 мин." in page(anna_client, picture=picture(b"x"))


def test_nothing_that_was_sent_is_kept(anna_client, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = settings.MEDIA_ROOT = tmp_path

    page(anna_client, picture=picture(png(code()).getvalue()))

    assert not list(tmp_path.rglob("*.png"))
    assert not list(tmp_path.glob("*.upload"))


def test_what_a_code_says_is_shown_as_text(anna_client):
    answer = page(anna_client, text=code(Name="<script>alert(1)</script>"))

    assert "<script>alert" not in answer
    assert "&lt;script&gt;" in answer
