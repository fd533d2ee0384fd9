"""Addresses of how recordings are written down."""

from django.urls import path

from transcription.views import archive, jobs

urlpatterns = [
    path("archive/", archive.archive, name="archive"),
    path("archive/pace", archive.pace, name="archive_pace"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/again", jobs.all_again, name="hear_all_again"),
    path("jobs/again/cancel", jobs.cancel_again, name="cancel_again"),
    path("jobs/<uuid:memo_id>/", jobs.job, name="job"),
    path("jobs/<uuid:memo_id>/pause", jobs.pause, name="pause_job"),
    path("jobs/<uuid:memo_id>/resume", jobs.resume, name="resume_job"),
    path("jobs/<uuid:memo_id>/cancel", jobs.cancel, name="cancel_job"),
    path("jobs/<uuid:memo_id>/retry", jobs.retry, name="retry_job"),
    path("jobs/<uuid:memo_id>/again", jobs.again, name="hear_again"),
]
