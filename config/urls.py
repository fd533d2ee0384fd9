"""Every address the service answers."""

from django.contrib import admin
from django.urls import include, path

from config import first_run, views
from config.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("login/", views.LogIn.as_view(), name="login"),
    path("logout/", views.LogOut.as_view(), name="logout"),
    path("welcome/", first_run.welcome, name="welcome"),
    path("welcome/topics", first_run.welcome_topics, name="welcome_topics"),
    path("welcome/phone", first_run.welcome_phone, name="welcome_phone"),
    path("settings/", views.settings_page, name="settings"),
    path("settings/languages", views.choose_languages, name="choose_languages"),
    path("settings/password", views.change_password, name="change_password"),
    path("doors/", views.doors_page, name="doors"),
    path("health/", views.health_page, name="health"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("problems/<slug:kind>", views.problem_page, name="problem"),
    path("admin/login/", views.admin_login, name="admin_login"),
    path("admin/", admin.site.urls),
    path("", include("capture.urls")),
    path("", include("transcription.urls")),
    path("", include("insights.urls")),
]
