"""Addresses of how recordings are written down."""

from django.urls import path

from transcription import views

urlpatterns = [
    path("archive/", views.archive, name="archive"),
    path("archive/pace", views.pace, name="archive_pace"),
]
