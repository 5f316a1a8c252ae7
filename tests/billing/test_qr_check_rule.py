"""The comparison of a paper bill's requisites: no change goes unseen, no true bill is called false."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing import payment_qr, qr_check
from billing.models import AddedAccount, Provider
from billing.personal_accounts import TooManyTries
from billing.qr_check import UnknownPayee, Verdict
from tests.billing.codes import REQUISITES, code, png, with_requisites
from tests.billing.generated import examples
from tests.billing.make import add_account, make_account, make_bill
from tests.people import ANNAS_PHONE, NOW, make_resident

LABELS = {
    "Name": "Получатель",
    "PersonalAcc": "Счёт получателя",
    "BankName": "Банк",
    "BIC": "БИК",
    "CorrespAcc": "Корреспондентский счёт",
    "PayeeINN": "ИНН",
    "KPP": "КПП",
}


def check(resident, **changes: str) -> Verdict:
    return qr_check.check(resident=resident, fields=payment_qr.read(code(**changes)))


def labels(verdict: Verdict) -> list[str]:
    return [one.label for one in verdict.differences]


class TestEveryChange(TestCase):
    """One letter or digit changed, lost or put in, in any requisite."""

    def setUp(self):
        self.anna = make_resident(ANNAS_PHONE)
        self.provider = with_requisites()

    @examples(120)
    @given(
        st.sampled_from(sorted(REQUISITES)), st.integers(0, 60), st.sampled_from("0123456789ОБЯxz"), st.integers(0, 2)
    )
    def test_is_always_caught(self, key, place, sign, way):
        true = REQUISITES[key]
        place %= len(true)
        changed = true[:place] + (sign if way < 2 else "") + true[place + (way > 0) :]
        same = qr_check._name(changed) == qr_check._name(true) if key in {"Name", "BankName"} else changed == true
        if not same:
            assert labels(check(self.anna, **{key: changed})) == [LABELS[key]]


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(REQUISITES))
def test_nought_is_another_requisite_except_where_it_says_that_there_is_none(anna, key):
    with_requisites()

    assert labels(check(anna, **{key: "0"})) == ([] if key == "CorrespAcc" else [LABELS[key]])


@pytest.mark.django_db
@pytest.mark.parametrize("own", ["smart-zhku", "smart-kapremont"])
def test_of_two_services_of_one_company_it_is_the_one_whose_account_is_his(anna, own):
    services = {code: with_requisites(code) for code in ("smart-zhku", "smart-kapremont")}
    bill = make_bill(make_account("1234567890", services[own]), period=date(2017, 6, 1))
    add_account(anna, bill.account)

    verdict = check(anna)

    assert (verdict.provider, verdict.bill) == (services[own], bill)


@pytest.mark.django_db
class TestVerdict:
    @pytest.fixture(autouse=True)
    def provider(self):
        return with_requisites()

    def test_a_true_code_leads_to_the_bill_of_its_month(self, anna, provider):
        account = make_account("1234567890", provider)
        june = make_bill(account, period=date(2017, 6, 1))
        july = make_bill(account, period=date(2017, 7, 1))
        add_account(anna, account)

        assert check(anna).bill == june
        assert check(anna, PaymPeriod="").bill == july
        assert check(anna, PaymPeriod="0199").bill == july

    def test_an_account_not_added_leads_to_adding_it_and_tells_nothing(self, anna, boris, provider):
        make_bill(make_account("1234567890", provider))
        add_account(boris, make_account("1234567890", provider))

        verdict = check(anna)

        assert verdict.is_genuine
        assert (verdict.number, verdict.is_added, verdict.bill, verdict.waiting) == ("1234567890", False, None, None)
        assert check(anna, PersAcc="9999999999") == Verdict(provider, [], "9999999999")

    def test_an_account_to_be_proven_leads_to_its_proof(self, anna, provider):
        Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)
        make_bill(make_account("1234567890", provider))
        added = add_account(anna, make_account("1234567890", provider))

        verdict = check(anna)

        assert (verdict.waiting, verdict.bill) == (added.uuid, None)

    def test_a_changed_code_leads_nowhere(self, anna, provider):
        account = make_account("1234567890", provider)
        make_bill(account)
        add_account(anna, account)

        verdict = check(anna, PersonalAcc="40702810938000000009")

        assert (labels(verdict), verdict.bill) == (["Счёт получателя"], None)
        assert (verdict.differences[0].stated, verdict.differences[0].right) == (
            "40702810938000000009",
            REQUISITES["PersonalAcc"],
        )

    @pytest.mark.parametrize(
        "name",
        [
            "ООО СМАРТ СЕРВИС",
            'ООО "Смарт Сервис"',
            "Общество с ограниченной ответственностью «Смарт Сервис»",
            "Смарт Сервис (ЖКУ)",
            "ДС Эксплуатация",
        ],
    )
    def test_another_way_to_write_the_name_is_no_difference(self, anna, name):
        Provider.objects.update(former_name="ДС Эксплуатация")

        assert check(anna, Name=name).is_genuine

    @pytest.mark.parametrize("bank", ["ПАО СБЕРБАНК", "ПАО «Сбербанк» г. Москва", "ПАО Сбербанк, г.Нижний Новгород"])
    def test_nor_is_another_way_to_write_the_bank(self, anna, bank):
        assert check(anna, BankName=bank).is_genuine

    def test_nor_is_what_the_standard_has_no_room_for(self, anna, provider):
        name = "ПАО «Банк с таким длинным названием, что в код оно не поместится»"
        Provider.objects.update(bank_name=name)

        assert check(anna, BankName=name[: payment_qr.LONGEST["BankName"]]).is_genuine
        assert not check(anna, BankName=name[:20]).is_genuine

    @pytest.mark.parametrize("changes", [{"KPP": ""}, {"PayeeINN": ""}, {"CorrespAcc": "0"}, {"CorrespAcc": ""}])
    def test_what_a_code_does_not_state_is_no_difference(self, anna, changes):
        assert check(anna, **changes).is_genuine

    @pytest.mark.parametrize("name", ["«»", "!!!", "ООО"])
    def test_a_name_that_says_nothing_is_not_the_providers(self, anna, name):
        assert labels(check(anna, Name=name)) == ["Получатель"]

    @pytest.mark.parametrize(
        "kept",
        [{"Name": REQUISITES["Name"]}, {"PayeeINN": REQUISITES["PayeeINN"]}, {"Name": "Смарт Сервис (ЖКУ)"}],
    )
    def test_a_forgery_is_compared_with_whom_it_pretends_to_be(self, anna, provider, kept):
        forged = {"Name": "ИП Обманов", "PersonalAcc": "40802810700020000317", "BIC": "044525201", "PayeeINN": ""}

        verdict = check(anna, **{**forged, **kept})

        assert verdict.provider == provider
        assert {"Счёт получателя", "БИК"} <= set(labels(verdict))

    def test_a_forgery_under_ones_own_account_number_is_compared_too(self, anna, provider):
        add_account(anna, make_account("1234567890", provider))

        verdict = check(anna, Name="ИП Обманов", PersonalAcc="40802810700020000317", PayeeINN="500100732259")

        assert verdict.provider == provider
        assert not verdict.is_genuine

    def test_of_two_providers_of_one_company_the_nearer_is_meant(self, anna, provider):
        other = with_requisites("smart-kapremont", settlement_account="40702810238000000002")

        assert check(anna).provider == provider
        assert check(anna, PersonalAcc="40702810238000000002").provider == other

    def test_a_payee_whom_nobody_knows_cannot_be_compared(self, anna):
        with pytest.raises(UnknownPayee):
            check(anna, Name="ИП Обманов", PersonalAcc="40802810700020000317", PayeeINN="", PersAcc="")

    def test_a_provider_that_is_closed_or_has_no_requisites_is_nobody(self, anna):
        Provider.objects.update(is_active=False)

        with pytest.raises(UnknownPayee):
            check(anna)

    def test_an_account_that_is_none_of_the_providers_is_left_out(self, anna):
        assert check(anna, PersAcc="12").number == ""

    def test_pictures_are_so_many_an_hour(self, anna):
        def look(now):
            return qr_check.read_picture(resident=anna, file=png(code()), size=1, now=now)

        for _ in range(qr_check.PICTURES.times):
            assert look(NOW)["BIC"] == "044525225"
        with pytest.raises(TooManyTries):
            look(NOW)

        assert look(NOW + timedelta(hours=1))


@pytest.mark.django_db
def test_without_the_comparison_a_forgery_would_pass(anna, monkeypatch):
    """The saboteur: a comparison that finds nothing."""
    with_requisites()
    monkeypatch.setattr(qr_check, "_differences", lambda provider, fields: [])

    assert check(anna, PersonalAcc="40702810938000000009").is_genuine
    assert not AddedAccount.objects.exists()
