"""Addresses of what is read: today, topics, memos, the e-mail."""

from django.urls import path

from insights.views import answers, digest, ideas, memos, today, topics

urlpatterns = [
    path("", today.today, name="today"),
    path("topics/", topics.topics, name="topics"),
    path("topics/new", topics.new, name="new_topic"),
    path("topics/first", topics.first, name="first_topics"),
    path("topics/unsorted/", topics.unsorted, name="unsorted"),
    path("topics/<uuid:topic_id>/", topics.topic, name="topic"),
    path("topics/<uuid:topic_id>/rename", topics.rename, name="rename_topic"),
    path("topics/<uuid:topic_id>/merge", topics.merge, name="merge_topic"),
    path("topics/<uuid:topic_id>/split", topics.split, name="split_topic"),
    path("topics/<uuid:topic_id>/delete", topics.delete, name="delete_topic"),
    path("topics/<uuid:topic_id>/hide", topics.hide, name="hide_topic"),
    path("topics/<uuid:topic_id>/pin", topics.pin, name="pin_topic"),
    path("topics/proposals/<int:proposal_id>", answers.answer, name="answer_proposal"),
    path("topics/undo", answers.undo, name="undo_correction"),
    path("ideas/<uuid:idea_id>/not-here", ideas.not_here, name="not_here"),
    path("ideas/<uuid:idea_id>/move", ideas.move, name="move_idea"),
    path("memos/<uuid:memo_id>/", memos.memo, name="memo"),
    path("memos/<uuid:memo_id>/context", memos.correct, name="memo_context"),
    path("memos/<uuid:memo_id>/delete", memos.delete, name="delete_memo"),
    path("memos/<uuid:memo_id>/restore", memos.restore, name="restore_memo"),
    path("memos/<uuid:memo_id>/hear-all", memos.hear, name="hear_all_memo"),
    path("memos/<uuid:memo_id>/retry", memos.retry, name="retry_memo"),
    path("digest/", digest.preview, name="digest_preview"),
    path("digest/settings", digest.save, name="digest_settings"),
    path("digest/unsubscribe/<str:token>/", digest.unsubscribe, name="unsubscribe"),
]
