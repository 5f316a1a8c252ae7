"""Addresses of the app."""

from django.urls import path

from accounts.views import login, profile, registration

app_name = "accounts"
urlpatterns = [
    path("registration/", registration.registration, name="registration"),
    path("registration/confirm/", registration.registration_confirm, name="registration-confirm"),
    path("registration/resend/", registration.registration_resend, name="registration-resend"),
    path("registration/cancel/", registration.registration_cancel, name="registration-cancel"),
    path("registration/done/", registration.registration_done, name="registration-done"),
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/profile/confirm/<uuid:uuid>/", profile.profile_confirm, name="profile-confirm"),
    path("settings/profile/<slug:kind>/", profile.profile_document, name="profile-document"),
    path("settings/profile/<slug:kind>/reveal/", profile.profile_reveal, name="profile-reveal"),
    path("settings/profile/<slug:kind>/delete/", profile.profile_delete, name="profile-delete"),
]
