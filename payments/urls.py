"""Addresses of paying, of what was paid, and the bank's doors."""

from django.urls import path

from payments.views import (
    bank,
    bill_paper,
    card,
    charges,
    confirmation,
    detail,
    document_check,
    history,
    pay,
    receipt,
    statement,
    template,
)

app_name = "payments"
urlpatterns = [
    path("pay-mobile/", pay.pay_mobile, name="pay-mobile"),
    path("pay/<slug:code>/", pay.pay_account, name="pay-account"),
    path("pay/<slug:code>/<str:signed>/", pay.pay_sum, name="pay-sum"),
    path("bills/<uuid:uuid>/pay/", charges.bill_charges, name="bill-charges"),
    path("bills/<uuid:uuid>/paper/", bill_paper.bill_paper, name="bill-paper"),
    path("bills/<uuid:uuid>/paper.pdf", bill_paper.bill_paper_pdf, name="bill-paper-pdf"),
    path("payments/", history.history, name="history"),
    path("payments/<uuid:uuid>/", detail.detail, name="detail"),
    path("payments/<uuid:uuid>/status/", detail.status, name="status"),
    path("payments/<uuid:uuid>/card/", card.card, name="card"),
    path("payments/<uuid:uuid>/check/", card.check, name="check"),
    path("payments/<uuid:uuid>/password/", confirmation.password, name="password"),
    path("payments/<uuid:uuid>/confirm/", confirmation.confirm, name="confirm"),
    path("payments/<uuid:uuid>/challenge/", detail.challenge, name="challenge"),
    path("payments/<uuid:uuid>/receipt/", receipt.receipt, name="receipt"),
    path("payments/<uuid:uuid>/receipt.pdf", receipt.receipt_pdf, name="receipt-pdf"),
    path("payments/<uuid:uuid>/email/", receipt.receipt_email, name="receipt-email"),
    path("payments/<uuid:uuid>/repeat/", detail.repeat, name="repeat"),
    path("payments/<uuid:uuid>/template/", template.template_save, name="template-save"),
    path("templates/", template.template_list, name="template-list"),
    path("templates/new/", template.template_new, name="template-new"),
    path("templates/<uuid:uuid>/", template.template_edit, name="template-edit"),
    path("templates/<uuid:uuid>/delete/", template.template_delete, name="template-delete"),
    path("templates/<uuid:uuid>/pay/", template.template_pay, name="template-pay"),
    path("statements/", statement.statement, name="statement"),
    path("statements/order/", statement.statement_order, name="statement-order"),
    path("statements/<uuid:uuid>.<slug:kind>", statement.statement_file, name="statement-file"),
    path("document-check/", document_check.document_check, name="document-check"),
    path("acquirer/return/<str:token>/", bank.challenge_return, name="challenge-return"),
    path("acquirer/notification/", bank.notification, name="notification"),
]
