"""The second factor of the staff."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django_otp.models import Device, DeviceManager, ThrottlingMixin, TimestampMixin
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from safeguards.encrypted import EncryptedField, Unreadable


class Authenticator(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc]
    """An authenticator of one member of the staff: django-otp's own, but for its key, which is encrypted at rest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # In hexadecimal digits.
    key = EncryptedField(default=default_key)
    drift = models.SmallIntegerField(default=0)
    # The step of the last code: no code is good twice.
    last_t = models.BigIntegerField(default=-1)

    objects: ClassVar[models.Manager["Authenticator"]] = DeviceManager()

    step, t0, digits, tolerance = 30, 0, 6, 1
    bin_key = TOTPDevice.bin_key
    config_url = TOTPDevice.config_url
    get_throttle_factor = TOTPDevice.get_throttle_factor
    _read_str_from_settings = TOTPDevice._read_str_from_settings  # noqa: SLF001 - of config_url

    def verify_token(self, token: str) -> bool:
        """As django-otp does; without its field key no code fits, and recovery codes still let in."""
        try:
            return bool(TOTPDevice.verify_token(self, token))
        except Unreadable:
            return False

    def __str__(self) -> str:
        return f"Authenticator {self.pk}"
