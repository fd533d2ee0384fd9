"""One idea deleted on its page: asked first, brought back, and what cannot be done is said."""

import pytest
from django.test import Client

from capture.core.errors import StoreUnreachable
from capture.models import Device, Memo, User
from insights.services import erased_ideas
from insights.views import erased
from tests.support.pages import TAXES, TOMATOES, ideas, text_of, texts
from tests.support.recordings import playback_path
from tests.support.transcripts import place_texts
from transcription.models import Transcript
from transcription.services.retranscribe import request_retranscription


def test_it_is_asked_first_and_said_what_goes(
    alices: Client, alice: User, two_ideas: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/ideas/{ideas(alice)[1].pk}/delete"
    assert address in text_of(alices.get(f"/memos/{two_ideas.memo_id}/"))
    assert "all of its sound goes" in text_of(alices.get(address))
    monkeypatch.setattr(erased, "loss_of", lambda _idea: erased_ideas.Loss(False, True, False))
    asked = text_of(alices.get(address))
    assert "Where you said it, the recording is silent from then on." in asked
    assert "The file as it came is deleted: the copy that you listen to is kept." in asked
    assert "For 10 minutes you can bring it back" in asked
    assert len(texts(alice)) == 2


def test_it_is_hidden_at_once_and_brought_back(alices: Client, alice: User, two_ideas: Transcript) -> None:
    idea = ideas(alice)[1]
    deleted = text_of(alices.post(f"/ideas/{idea.pk}/delete", follow=True))
    assert "The idea is deleted." in deleted
    assert "For 10 minutes you can bring it back." in deleted
    assert texts(alice) == [TOMATOES]
    for address in (f"/memos/{two_ideas.memo_id}/", "/", "/search/?q=invoice", f"/memos/{two_ideas.memo_id}/edit/"):
        assert "tax office" not in text_of(alices.get(address))
    for path in ("move", "delete", "near", "split"):
        assert "tax office" not in text_of(alices.get(f"/ideas/{idea.pk}/{path}"))
    assert f"/ideas/{idea.pk}/restore" in text_of(alices.get(f"/memos/{two_ideas.memo_id}/"))
    assert "The idea is back." in text_of(alices.post(f"/ideas/{idea.pk}/restore", follow=True))
    assert texts(alice) == [TOMATOES, TAXES]
    assert alices.post(f"/ideas/{idea.pk}/restore").status_code == 404


def test_where_it_is_all_of_its_recording_that_goes(alices: Client, alice: User, bedside: Device) -> None:
    place_texts(bedside, TOMATOES)
    address = f"/ideas/{ideas(alice)[0].pk}/delete"
    assert "It is all that is said in its recording, which goes with it" in text_of(alices.get(address))
    assert "The recording is deleted." in text_of(alices.post(address))
    assert not Memo.objects.kept().exists()


def test_while_its_recording_is_heard_nothing_is_deleted(alices: Client, alice: User, two_ideas: Transcript) -> None:
    assert request_retranscription(two_ideas.memo, "")
    said = text_of(alices.post(f"/ideas/{ideas(alice)[0].pk}/delete", follow=True))
    assert "Its recording is being heard. Delete the idea once that is done." in said
    assert len(texts(alice)) == 2


def test_while_the_place_of_recordings_is_away_nothing_is_deleted(
    alices: Client, alice: User, two_ideas: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_memo: Memo) -> None:
        raise StoreUnreachable

    monkeypatch.setattr(erased_ideas, "find_playback", away)
    said = text_of(alices.post(f"/ideas/{ideas(alice)[0].pk}/delete", follow=True))
    assert "The place of the recordings does not answer." in said
    assert len(texts(alice)) == 2
    assert not playback_path(two_ideas.memo).exists()
