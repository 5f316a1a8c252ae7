"""Addresses of the app."""

from django.urls import path

from accounts.views import (
    blocking,
    email,
    feedback,
    login,
    pages,
    password_change,
    password_reset,
    profile,
    registration,
    session_list,
    subscriptions,
)

app_name = "accounts"
urlpatterns = [
    path("registration/", registration.registration, name="registration"),
    path("registration/confirm/", registration.registration_confirm, name="registration-confirm"),
    path("registration/resend/", registration.registration_resend, name="registration-resend"),
    path("registration/cancel/", registration.registration_cancel, name="registration-cancel"),
    path("registration/done/", registration.registration_done, name="registration-done"),
    path("login/", login.login, name="login"),
    path("consent/", pages.consent, name="consent"),
    path("logout/", login.logout, name="logout"),
    path("password/reset/", password_reset.password_reset, name="password-reset"),
    path("password/reset/confirm/", password_reset.password_reset_confirm, name="password-reset-confirm"),
    path("password/reset/new/", password_reset.password_reset_new, name="password-reset-new"),
    path("password/change/", password_change.password_change, name="password-change"),
    path("password/change/confirm/", password_change.password_change_confirm, name="password-change-confirm"),
    path("email/", email.email, name="email"),
    path("email/<str:token>/", email.email_link, name="email-link"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/profile/confirm/<uuid:uuid>/", profile.profile_confirm, name="profile-confirm"),
    path("settings/profile/<slug:kind>/", profile.profile_document, name="profile-document"),
    path("settings/profile/<slug:kind>/reveal/", profile.profile_reveal, name="profile-reveal"),
    path("settings/profile/<slug:kind>/delete/", profile.profile_delete, name="profile-delete"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/<uuid:uuid>/", feedback.feedback_detail, name="feedback-detail"),
    path("feedback/<uuid:uuid>/file/", feedback.feedback_file, name="feedback-file"),
    path("settings/subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("unsubscribe/<str:token>/", subscriptions.unsubscribe, name="unsubscribe"),
    path("blocking/", blocking.blocking, name="blocking"),
    path("blocked/", blocking.blocked, name="blocked"),
    path("stop/<str:token>/", blocking.quick_block, name="quick-block"),
    path("sessions/", session_list.session_list, name="session-list"),
    path("sessions/extend/", session_list.session_extend, name="session-extend"),
    path("sessions/end-others/", session_list.session_end_others, name="session-end-others"),
    path("sessions/<uuid:uuid>/end/", session_list.session_end, name="session-end"),
]
