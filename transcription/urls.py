"""Addresses of how recordings are written down, and of what people change in that."""

from django.urls import path

from transcription.views import archive, edits, jobs, vocabulary

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
    path("transcripts/<uuid:transcript_id>/edit", edits.edit, name="edit_transcript"),
    path("transcripts/<uuid:transcript_id>/history", edits.history, name="transcript_history"),
    path("transcripts/<uuid:transcript_id>/words/<int:first>-<int:last>", edits.correct, name="correct_word"),
    path("transcripts/<uuid:transcript_id>/history/<uuid:batch>/undo", edits.undo, name="undo_edits"),
    path("vocabulary/", vocabulary.vocabulary, name="vocabulary"),
    path("vocabulary/<int:word_id>/take-out", vocabulary.take_out, name="take_word_out"),
    path("vocabulary/<int:word_id>/put-back", vocabulary.put_back, name="put_word_back"),
]
