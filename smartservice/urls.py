"""Every address of the portal; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from accounts.models import Page
from accounts.views import pages
from smartservice import health, metrics, views
from smartservice.my_data import views as my_data
from smartservice.sandbox import phone

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("payments.urls")),
    path("admin/", admin.site.urls),
    path("captcha/", include("captcha.urls")),
    *(path(f"{page.value}/", pages.page, {"page": page}, name=page.value) for page in Page),
    path("my-data/", my_data.my_data, name="my-data"),
    path("my-data/download/", my_data.my_data_download, name="my-data-download"),
    path("my-data/download/<str:kind>/", my_data.my_data_file, name="my-data-file"),
    path("my-data/erase/", my_data.my_data_erase, name="my-data-erase"),
    path("my-data/erased/", my_data.my_data_erased, name="my-data-erased"),
    path("type-size/", views.type_size, name="type-size"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    *phone.urlpatterns(),
]

handler400 = "smartservice.views.bad_request"
handler403 = "smartservice.views.forbidden"
handler404 = "smartservice.views.not_found"
handler500 = "smartservice.views.server_error"
