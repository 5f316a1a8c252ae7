"""Addresses of the app."""

from django.urls import path

from accounts.views import login, registration

app_name = "accounts"
urlpatterns = [
    path("registration/", registration.registration, name="registration"),
    path("registration/confirm/", registration.registration_confirm, name="registration-confirm"),
    path("registration/resend/", registration.registration_resend, name="registration-resend"),
    path("registration/cancel/", registration.registration_cancel, name="registration-cancel"),
    path("registration/done/", registration.registration_done, name="registration-done"),
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
]
