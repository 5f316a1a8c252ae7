"""Addresses of the app."""

from django.urls import path

from accounts.views import blocking, login, registration, session_list

app_name = "accounts"
urlpatterns = [
    path("registration/", registration.registration, name="registration"),
    path("registration/confirm/", registration.registration_confirm, name="registration-confirm"),
    path("registration/resend/", registration.registration_resend, name="registration-resend"),
    path("registration/cancel/", registration.registration_cancel, name="registration-cancel"),
    path("registration/done/", registration.registration_done, name="registration-done"),
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("blocking/", blocking.blocking, name="blocking"),
    path("blocked/", blocking.blocked, name="blocked"),
    path("stop/<str:token>/", blocking.quick_block, name="quick-block"),
    path("sessions/", session_list.session_list, name="session-list"),
    path("sessions/extend/", session_list.session_extend, name="session-extend"),
    path("sessions/end-others/", session_list.session_end_others, name="session-end-others"),
    path("sessions/<uuid:uuid>/end/", session_list.session_end, name="session-end"),
]
