"""Every address the service answers."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.urls import include, path

from config import first_run, views
from config.accounts.log_in import admin_login
from config.api import api
from config.erasure import views as erasure_views
from config.takeout import views as takeout

# What people log in by is nobody's business but theirs, that of the machine's owner included.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken])

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("config.accounts.urls")),
    path("welcome/", first_run.welcome, name="welcome"),
    path("welcome/topics", first_run.welcome_topics, name="welcome_topics"),
    path("welcome/phone", first_run.welcome_phone, name="welcome_phone"),
    path("settings/", views.settings_page, name="settings"),
    path("settings/languages", views.choose_languages, name="choose_languages"),
    path("settings/look", views.choose_look, name="choose_look"),
    path("settings/password", views.change_password, name="change_password"),
    path("settings/takeout/", takeout.takeout_page, name="takeout"),
    path("settings/takeout/folder", takeout.keep_folder, name="keep_markdown"),
    path("settings/takeout/bring", takeout.take_in, name="take_in"),
    path("settings/takeout/<uuid:export_id>/file", takeout.download_export, name="download_export"),
    path("settings/takeout/<uuid:export_id>/delete", takeout.remove_export, name="remove_export"),
    path("settings/account/delete", erasure_views.erase_account, name="erase_account"),
    path("doors/", views.doors_page, name="doors"),
    path("health/", views.health_page, name="health"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("problems/<slug:kind>", views.problem_page, name="problem"),
    path("admin/login/", admin_login, name="admin_login"),
    path("admin/", admin.site.urls),
    path("", include("capture.urls")),
    path("", include("transcription.urls")),
    path("", include("insights.urls")),
]
