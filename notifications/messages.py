"""Every message the service sends, by name; its words stand in templates/messages/."""

from dataclasses import dataclass

from notifications.models import Category, Channel, Topic


@dataclass(frozen=True)
class MessageKind:
    """A message of the catalogue: what it is called, how it travels, why, and what in it may give way.

    `topic` is the subscription that stops it. `yields` names the context value that is shortened when the SMS grows
    over its two segments, and whose numbers are folded when they look like the code; `spares` the one that is left out
    before so little of the other remained that nobody would know it.
    """

    name: str
    channel: Channel
    is_secret: bool
    yields: str = ""
    spares: str = ""
    category: Category = Category.SERVICE
    topic: Topic | None = None


# Context: code (4 digits).
ACTIVATION_CODE = MessageKind("activation_code", Channel.SMS, is_secret=True, category=Category.CODE)
# Context: nothing.
PHONE_ALREADY_REGISTERED = MessageKind("phone_already_registered", Channel.SMS, is_secret=False, category=Category.CODE)
# Context: code (6 digits), link (of accounts.block_links: a key to one deed, hence every text with it is secret).
PASSWORD_RESET_CODE = MessageKind("password_reset_code", Channel.SMS, is_secret=True, category=Category.CODE)
# Context: link (of «Забыли пароль?»): an operator sends it to who asks on the phone.
PASSWORD_RESET_INVITATION = MessageKind(
    "password_reset_invitation", Channel.SMS, is_secret=False, category=Category.SECURITY
)
# Context: nothing.
PHONE_NOT_REGISTERED = MessageKind("phone_not_registered", Channel.SMS, is_secret=False, category=Category.CODE)
# Context: contact_centre («8 800 100-39-00»).
CABINET_IS_BLOCKED = MessageKind("cabinet_is_blocked", Channel.SMS, is_secret=False, category=Category.CODE)
# Context: code (6 digits), link.
PASSWORD_CHANGE_CODE = MessageKind("password_change_code", Channel.SMS, is_secret=True, category=Category.CODE)
# Context: moment («20.11 в 12:00»), link, contact_centre.
PASSWORD_CHANGED = MessageKind("password_changed", Channel.SMS, is_secret=True, category=Category.SECURITY)
PASSWORD_CHANGED_LETTER = MessageKind(
    "password_changed_letter", Channel.EMAIL, is_secret=True, category=Category.SECURITY
)
# Context: moment, link, contact_centre. The letter goes to the former address, if that was confirmed.
EMAIL_CHANGED = MessageKind("email_changed", Channel.SMS, is_secret=True, category=Category.SECURITY)
EMAIL_CHANGED_LETTER = MessageKind("email_changed_letter", Channel.EMAIL, is_secret=True, category=Category.SECURITY)
# Context: link, and no word of the person: the address may be a stranger's. Secret, for the link confirms it.
EMAIL_LINK = MessageKind("email_link", Channel.EMAIL, is_secret=True, category=Category.SECURITY)
# Context: code (6 digits), amount («12 970,24 ₽»: all that the card is charged), payee, link.
PAYMENT_CODE = MessageKind(
    "payment_code", Channel.SMS, is_secret=True, yields="payee", spares="link", category=Category.CODE
)
# Context: code (6 digits), what («Показ паспорта»), link.
PROFILE_CODE = MessageKind("profile_code", Channel.SMS, is_secret=True, yields="what", category=Category.CODE)
# Context: code (6 digits), link: whoever asked for this code is in his cabinet.
BLOCKING_CODE = MessageKind("blocking_code", Channel.SMS, is_secret=True, category=Category.CODE)
# Context: phone (of the contact centre).
CABINET_BLOCKED = MessageKind("cabinet_blocked", Channel.SMS, is_secret=False, category=Category.SECURITY)
CABINET_BLOCKED_LETTER = MessageKind(
    "cabinet_blocked_letter", Channel.EMAIL, is_secret=False, category=Category.SECURITY
)
# Context: link.
CABINET_UNBLOCKED_LETTER = MessageKind(
    "cabinet_unblocked_letter", Channel.EMAIL, is_secret=True, category=Category.SECURITY
)
CABINET_UNBLOCKED = MessageKind("cabinet_unblocked", Channel.SMS, is_secret=True, category=Category.SECURITY)
# Context: device («Firefox, Windows»), link.
NEW_DEVICE_LOGIN = MessageKind(
    "new_device_login", Channel.SMS, is_secret=True, yields="device", category=Category.SECURITY
)
NEW_DEVICE_LOGIN_LETTER = MessageKind(
    "new_device_login_letter", Channel.EMAIL, is_secret=True, category=Category.SECURITY
)
# Context: code (6 digits), device, link.
NEW_DEVICE_CODE = MessageKind("new_device_code", Channel.SMS, is_secret=True, yields="device", category=Category.CODE)
# Context: number (of the request), text (of the answer, which is nobody else's matter: hence secret).
FEEDBACK_ANSWER = MessageKind("feedback_answer", Channel.EMAIL, is_secret=True)
# Context: number, link (of accounts.feedback_links): to a visitor's telephone.
FEEDBACK_ANSWERED = MessageKind("feedback_answered", Channel.SMS, is_secret=True)
# Context: code (6 digits), what («Удаление карты VISA (***0551)»).
CARD_CODE = MessageKind("card_code", Channel.SMS, is_secret=True, yields="what", category=Category.CODE)
# Context: card («VISA (***0551)»), day («30.11.2028», its last one).
CARD_EXPIRES = MessageKind("card_expires", Channel.SMS, is_secret=False)
# Context: code (6 digits), limit («15 000,00 ₽»), payee, link.
AUTOPAY_CODE = MessageKind(
    "autopay_code", Channel.SMS, is_secret=True, yields="payee", spares="link", category=Category.CODE
)
# Context: what («Квартплата за июнь 2017»), amount («12 970,24 ₽»: all that the card is charged), day («22.11»).
AUTOPAY_NOTICE = MessageKind("autopay_notice", Channel.SMS, is_secret=False, yields="what")
# Context: as above without the day, why («сумма больше Вашего предела»).
AUTOPAY_DROPPED = MessageKind("autopay_dropped", Channel.SMS, is_secret=False, yields="what")
# Context: as above, number of the operation.
AUTOPAY_FAILED = MessageKind("autopay_failed", Channel.SMS, is_secret=False, yields="what")
# Context: code (6 digits).
SUBSCRIPTIONS_CODE = MessageKind("subscriptions_code", Channel.SMS, is_secret=True, category=Category.CODE)
# Context: changes («счета по SMS – нет; акции по SMS – да»; in the letter a line each).
SUBSCRIPTIONS_CHANGED = MessageKind("subscriptions_changed", Channel.SMS, is_secret=False, yields="changes")
SUBSCRIPTIONS_CHANGED_LETTER = MessageKind("subscriptions_changed_letter", Channel.EMAIL, is_secret=False)
# Context: number (of the personal account), contact_centre.
ACCOUNT_ADDED_ELSEWHERE = MessageKind(
    "account_added_elsewhere", Channel.SMS, is_secret=False, yields="number", category=Category.SECURITY
)
# Context: headline, number, moment, payee, amount, status, code (of the receipt, for its check), check_address, link.
RECEIPT = MessageKind("receipt", Channel.EMAIL, is_secret=False)
# Context: number, moment, payee, amount, link; the receipt is attached to the first and the last.
PAYMENT_DONE = MessageKind("payment_done", Channel.EMAIL, is_secret=False, topic=Topic.PAYMENTS_BY_EMAIL)
PAYMENT_FAILED = MessageKind("payment_failed", Channel.EMAIL, is_secret=False, topic=Topic.PAYMENTS_BY_EMAIL)
PAYMENT_REFUNDED = MessageKind("payment_refunded", Channel.EMAIL, is_secret=False, topic=Topic.PAYMENTS_BY_EMAIL)
# Context: what («Возврат»), amount, payee: for who reads no letters and has left the page.
PAYMENT_OUTCOME = MessageKind("payment_outcome", Channel.SMS, is_secret=False, yields="payee")
# Context: provider, number, day («20.11.2026»), rows, amount, fee; the register is attached.
PAYMENT_REGISTER = MessageKind("payment_register", Channel.EMAIL, is_secret=False)
# News: context is values of the row (title, kopecks, due «10.07», bill: its number), see texts.news.
BILL_ISSUED = MessageKind(
    "bill_issued", Channel.SMS, False, yields="title", category=Category.BILLS, topic=Topic.BILLS_BY_SMS
)
BILL_ISSUED_LETTER = MessageKind(
    "bill_issued_letter", Channel.EMAIL, False, category=Category.BILLS, topic=Topic.BILLS_BY_EMAIL
)
BILL_CORRECTED = MessageKind(
    "bill_corrected", Channel.SMS, False, yields="title", category=Category.BILLS, topic=Topic.BILLS_BY_SMS
)
BILL_CORRECTED_LETTER = MessageKind(
    "bill_corrected_letter", Channel.EMAIL, False, category=Category.BILLS, topic=Topic.BILLS_BY_EMAIL
)
BILL_DUE_TOMORROW = MessageKind(
    "bill_due_tomorrow", Channel.SMS, False, yields="title", category=Category.BILLS, topic=Topic.BILLS_BY_SMS
)
BILL_DUE_TOMORROW_LETTER = MessageKind(
    "bill_due_tomorrow_letter", Channel.EMAIL, False, category=Category.BILLS, topic=Topic.BILLS_BY_EMAIL
)
# Context: code (6 digits), what («Удаление кабинета»), link.
MY_DATA_CODE = MessageKind("my_data_code", Channel.SMS, is_secret=True, yields="what", category=Category.CODE)
# Context: phone (of the contact centre).
ERASURE_BEGUN = MessageKind("erasure_begun", Channel.SMS, is_secret=False, category=Category.SECURITY)
# Context: code (6 digits); to a phone that is nobody's login yet: there is nothing to block with it.
PHONE_CHANGE_CODE = MessageKind("phone_change_code", Channel.SMS, is_secret=True, category=Category.CODE)
# Context: moment, link, contact_centre.
PHONE_CHANGED = MessageKind("phone_changed", Channel.SMS, is_secret=True, category=Category.SECURITY)
PHONE_CHANGED_LETTER = MessageKind("phone_changed_letter", Channel.EMAIL, is_secret=True, category=Category.SECURITY)
# Context: subject and text as staff wrote them.
STAFF_LETTER = MessageKind(
    "staff_letter", Channel.EMAIL, False, category=Category.MARKETING, topic=Topic.LETTERS_BY_EMAIL
)
PROMOTION = MessageKind("promotion", Channel.SMS, False, category=Category.MARKETING, topic=Topic.PROMOTIONS_BY_SMS)

ALL = (
    ACTIVATION_CODE,
    PHONE_ALREADY_REGISTERED,
    PASSWORD_RESET_CODE,
    PASSWORD_RESET_INVITATION,
    PHONE_NOT_REGISTERED,
    CABINET_IS_BLOCKED,
    PASSWORD_CHANGE_CODE,
    PASSWORD_CHANGED,
    PASSWORD_CHANGED_LETTER,
    EMAIL_CHANGED,
    EMAIL_CHANGED_LETTER,
    EMAIL_LINK,
    PAYMENT_CODE,
    PROFILE_CODE,
    BLOCKING_CODE,
    CABINET_BLOCKED,
    CABINET_BLOCKED_LETTER,
    CABINET_UNBLOCKED,
    CABINET_UNBLOCKED_LETTER,
    NEW_DEVICE_LOGIN,
    NEW_DEVICE_LOGIN_LETTER,
    NEW_DEVICE_CODE,
    MY_DATA_CODE,
    ERASURE_BEGUN,
    PHONE_CHANGE_CODE,
    PHONE_CHANGED,
    PHONE_CHANGED_LETTER,
    FEEDBACK_ANSWER,
    FEEDBACK_ANSWERED,
    CARD_CODE,
    CARD_EXPIRES,
    AUTOPAY_CODE,
    AUTOPAY_NOTICE,
    AUTOPAY_DROPPED,
    AUTOPAY_FAILED,
    SUBSCRIPTIONS_CODE,
    SUBSCRIPTIONS_CHANGED,
    SUBSCRIPTIONS_CHANGED_LETTER,
    ACCOUNT_ADDED_ELSEWHERE,
    RECEIPT,
    PAYMENT_DONE,
    PAYMENT_FAILED,
    PAYMENT_REFUNDED,
    PAYMENT_OUTCOME,
    PAYMENT_REGISTER,
    BILL_ISSUED,
    BILL_ISSUED_LETTER,
    BILL_CORRECTED,
    BILL_CORRECTED_LETTER,
    BILL_DUE_TOMORROW,
    BILL_DUE_TOMORROW_LETTER,
    STAFF_LETTER,
    PROMOTION,
)
# «Это были не вы?»: whoever reads it can block the cabinet at once. Not where there is nothing to block: no cabinet yet
# (the code of a registration, of a new phone), or one that is blocked.
WITH_BLOCK_LINK = frozenset(
    {
        PASSWORD_RESET_CODE,
        PASSWORD_CHANGE_CODE,
        PASSWORD_CHANGED,
        PASSWORD_CHANGED_LETTER,
        EMAIL_CHANGED,
        EMAIL_CHANGED_LETTER,
        PROFILE_CODE,
        CABINET_UNBLOCKED,
        CABINET_UNBLOCKED_LETTER,
        NEW_DEVICE_LOGIN,
        NEW_DEVICE_LOGIN_LETTER,
        NEW_DEVICE_CODE,
        MY_DATA_CODE,
        CARD_CODE,
        PAYMENT_CODE,
        AUTOPAY_CODE,
        BLOCKING_CODE,
        PHONE_CHANGED,
        PHONE_CHANGED_LETTER,
        SUBSCRIPTIONS_CODE,
    }
)
BY_NAME = {kind.name: kind for kind in ALL}
