"""Addresses of how recordings are written down, and of what people change in that."""

from django.urls import path

from transcription.views import archive, edits, jobs, vocabulary

urlpatterns = [
    path("archive/", archive.show_archive, name="archive"),
    path("archive/pace", archive.save_archive_pace, name="archive_pace"),
    path("jobs/", jobs.show_jobs, name="jobs"),
    path("jobs/again", jobs.hear_memos_again, name="hear_all_again"),
    path("jobs/again/cancel", jobs.cancel_memos_again, name="cancel_again"),
    path("jobs/silent/", jobs.show_silent, name="silent"),
    path("jobs/<uuid:memo_id>/", jobs.show_job, name="job"),
    path("jobs/<uuid:memo_id>/pause", jobs.pause_job, name="pause_job"),
    path("jobs/<uuid:memo_id>/resume", jobs.resume_job, name="resume_job"),
    path("jobs/<uuid:memo_id>/cancel", jobs.cancel_job, name="cancel_job"),
    path("jobs/<uuid:memo_id>/retry", jobs.retry_job, name="retry_job"),
    path("jobs/<uuid:memo_id>/again", jobs.hear_memo_again, name="hear_again"),
    path("transcripts/<uuid:transcript_id>/edit", edits.edit_transcript, name="edit_transcript"),
    path("transcripts/<uuid:transcript_id>/history", edits.show_transcript_history, name="transcript_history"),
    path("transcripts/<uuid:transcript_id>/words/<int:first>-<int:last>", edits.correct_place, name="correct_word"),
    path("transcripts/<uuid:transcript_id>/words/<int:first>-<int:last>/keep", edits.keep_place, name="keep_words"),
    path("transcripts/<uuid:transcript_id>/history/<uuid:batch>/undo", edits.undo_step, name="undo_edits"),
    path("vocabulary/", vocabulary.edit_vocabulary, name="vocabulary"),
    path("vocabulary/<int:word_id>/take-out", vocabulary.take_word_out, name="take_word_out"),
    path("vocabulary/<int:word_id>/put-back", vocabulary.put_word_back, name="put_word_back"),
]
