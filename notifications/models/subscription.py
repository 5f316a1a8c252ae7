"""What a resident agreed to be written about."""

from django.db import models


class Topic(models.TextChoices):
    """A subscription, in the words of the manual; the name is also the column's."""

    LETTERS_BY_EMAIL = "letters_by_email", "Я хочу получать информационные письма от Системы А3 на e-mail"
    BILLS_BY_EMAIL = "bills_by_email", "Я хочу получать уведомления о выставленных счетах на e-mail"
    PROMOTIONS_BY_SMS = "promotions_by_sms", "Я хочу получать информацию об акциях по SMS"
    BILLS_BY_SMS = "bills_by_sms", "Я хочу получать SMS-уведомления о выставленных счетах"
    PAYMENTS_BY_EMAIL = "payments_by_email", "Я хочу получать письма о моих операциях с квитанцией на e-mail"


class TimeZone(models.TextChoices):
    """Where it is what hour."""

    KALININGRAD = "Europe/Kaliningrad", "Калининград (Мск −1)"
    MOSCOW = "Europe/Moscow", "Москва (Мск)"
    SAMARA = "Europe/Samara", "Самара (Мск +1)"
    YEKATERINBURG = "Asia/Yekaterinburg", "Екатеринбург (Мск +2)"
    OMSK = "Asia/Omsk", "Омск (Мск +3)"
    KRASNOYARSK = "Asia/Krasnoyarsk", "Красноярск (Мск +4)"
    IRKUTSK = "Asia/Irkutsk", "Иркутск (Мск +5)"
    YAKUTSK = "Asia/Yakutsk", "Якутск (Мск +6)"
    VLADIVOSTOK = "Asia/Vladivostok", "Владивосток (Мск +7)"
    MAGADAN = "Asia/Magadan", "Магадан (Мск +8)"
    KAMCHATKA = "Asia/Kamchatka", "Камчатка (Мск +9)"


class Subscription(models.Model):
    """A resident's choice; who has no row has made none and stands at the defaults: advertising is off."""

    resident_uuid = models.UUIDField(unique=True)
    letters_by_email = models.BooleanField(default=False)
    bills_by_email = models.BooleanField(default=True)
    promotions_by_sms = models.BooleanField(default=False)
    bills_by_sms = models.BooleanField(default=True)
    payments_by_email = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=20, choices=TimeZone.choices, default=TimeZone.MOSCOW)
    changed_at = models.DateTimeField()

    # Known while a batch is looked at: the row of the message whose reader has said this.
    message: int | None = None

    def __str__(self) -> str:
        return f"Subscription {self.pk}"
