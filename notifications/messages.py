"""Every message the service sends, by name; its words stand in templates/messages/."""

from dataclasses import dataclass

from notifications.models import Channel


@dataclass(frozen=True)
class MessageKind:
    """A message of the catalogue: what it is called, how it travels, and what in it may give way.

    `yields` names the context value that is shortened when the SMS grows over its two segments, and whose numbers
    are folded when they look like the code.
    """

    name: str
    channel: Channel
    is_secret: bool
    yields: str = ""


# Context: code (4 digits).
ACTIVATION_CODE = MessageKind("activation_code", Channel.SMS, is_secret=True)
# Context: nothing.
PHONE_ALREADY_REGISTERED = MessageKind("phone_already_registered", Channel.SMS, is_secret=False)
# Context: code (6 digits), amount («12 970,24 ₽»: all that the card is charged), payee.
PAYMENT_CODE = MessageKind("payment_code", Channel.SMS, is_secret=True, yields="payee")
# Context: code (6 digits).
BLOCKING_CODE = MessageKind("blocking_code", Channel.SMS, is_secret=True)
# Context: phone (of the contact centre).
CABINET_BLOCKED = MessageKind("cabinet_blocked", Channel.SMS, is_secret=False)
# Context: link (of accounts.block_links, which is a key to one deed: hence secret).
CABINET_UNBLOCKED = MessageKind("cabinet_unblocked", Channel.SMS, is_secret=True)
# Context: device («Firefox, Windows»), link as above.
NEW_DEVICE_LOGIN = MessageKind("new_device_login", Channel.SMS, is_secret=True, yields="device")

ALL = (
    ACTIVATION_CODE,
    PHONE_ALREADY_REGISTERED,
    PAYMENT_CODE,
    BLOCKING_CODE,
    CABINET_BLOCKED,
    CABINET_UNBLOCKED,
    NEW_DEVICE_LOGIN,
)
