"""Addresses of what is read: today, topics, memos, the e-mail."""

from django.urls import path

from insights.views import answers, digest, ideas, memos, recordings, today, topics

urlpatterns = [
    path("", today.today_page, name="today"),
    path("topics/", topics.topic_list, name="topics"),
    path("topics/new", topics.topic_new, name="new_topic"),
    path("topics/first", topics.topic_first, name="first_topics"),
    path("topics/unsorted/", topics.unsorted_page, name="unsorted"),
    path("topics/<uuid:topic_id>/", topics.topic_page, name="topic"),
    path("topics/<uuid:topic_id>/rename", topics.topic_rename, name="rename_topic"),
    path("topics/<uuid:topic_id>/merge", topics.topic_merge, name="merge_topic"),
    path("topics/<uuid:topic_id>/split", topics.topic_split, name="split_topic"),
    path("topics/<uuid:topic_id>/delete", topics.topic_delete, name="delete_topic"),
    path("topics/<uuid:topic_id>/hide", topics.topic_hide, name="hide_topic"),
    path("topics/<uuid:topic_id>/pin", topics.topic_pin, name="pin_topic"),
    path("topics/proposals/<int:proposal_id>", answers.proposal_answer, name="answer_proposal"),
    path("topics/undo", answers.correction_undo, name="undo_correction"),
    path("ideas/<uuid:idea_id>/not-here", ideas.idea_not_here, name="not_here"),
    path("ideas/<uuid:idea_id>/suggested", ideas.idea_suggested, name="suggested"),
    path("ideas/<uuid:idea_id>/move", ideas.idea_move, name="move_idea"),
    path("recordings/", recordings.recordings_page, name="recordings"),
    path("memos/<uuid:memo_id>/", memos.memo_page, name="memo"),
    path("memos/<uuid:memo_id>/context", memos.memo_context, name="memo_context"),
    path("memos/<uuid:memo_id>/date", memos.memo_date, name="memo_date"),
    path("memos/<uuid:memo_id>/delete", memos.memo_delete, name="delete_memo"),
    path("memos/<uuid:memo_id>/restore", memos.memo_restore, name="restore_memo"),
    path("memos/<uuid:memo_id>/hear-all", memos.memo_hear_all, name="hear_all_memo"),
    path("memos/<uuid:memo_id>/retry", memos.memo_retry, name="retry_memo"),
    path("digest/", digest.digest_preview, name="digest_preview"),
    path("digest/settings", digest.digest_save, name="digest_settings"),
    path("digest/unsubscribe/<str:token>/", digest.digest_unsubscribe, name="unsubscribe"),
]
