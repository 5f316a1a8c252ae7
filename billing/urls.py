"""Addresses of bills and personal accounts."""

from django.urls import path

from billing.views import account_list, account_proof, accounts, bill_link, bill_list, bill_mark, catalogue, qr_check

app_name = "billing"
urlpatterns = [
    path("providers/", catalogue.provider_list, name="provider-list"),
    path("providers/<slug:code>/", catalogue.category, name="category"),
    path("bills/", bill_list.bill_list, name="bill-list"),
    path("bills/qr/", qr_check.qr_check, name="qr-check"),
    path("bills/<uuid:uuid>/mark/", bill_mark.bill_mark, name="bill-mark"),
    path("b/<str:code>", bill_link.bill_link, name="bill-link"),
    path("accounts/", account_list.account_list, name="account-list"),
    path("accounts/add/", accounts.account_provider, name="account-provider"),
    path("accounts/add/<slug:code>/", accounts.account_number, name="account-number"),
    path("accounts/add/<slug:code>/<str:signed>/", accounts.account_title, name="account-title"),
    path("accounts/add/<slug:code>/<str:signed>/proof/", account_proof.account_proof, name="account-proof"),
    path("accounts/<uuid:uuid>/proof/", account_proof.account_prove, name="account-prove"),
    path("accounts/<uuid:uuid>/title/", account_list.account_rename, name="account-rename"),
    path("accounts/<uuid:uuid>/delete/", account_list.account_delete, name="account-delete"),
]
