"""An account whose words stand wherever a person's words can stand, and where any of them still are."""

import re
from pathlib import Path
from uuid import uuid4

from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from capture.models import Device, Sit, User
from capture.services.devices import create_device
from capture.sources.watched.folders import watch_own_folder
from config.models import Export
from config.ops.mail_folder import MailFolder
from config.takeout.exports import export_path, request_export
from config.takeout.markdown_folder import folder_of, keep_next_folder, turn_on
from insights import tasks as insights_tasks
from insights.core.review.choices import Decision
from insights.models import Idea, WebhookEvent
from insights.services.evening_questions import ask_question
from insights.services.ideas import move_idea
from insights.services.review import decide_heard
from insights.services.topics import create_topic, rename_topic
from insights.services.webhooks import create_endpoint, send_test
from tests.support.canaries import canary_words, files_with, tables_with
from tests.support.recordings import audio_path, made
from tests.support.transcripts import place_texts
from transcription.services.edits import edit_text
from transcription.services.vocabulary import add_vocabulary_word

WORDS = canary_words()


def live(user: User, device: Device, words: list[str]) -> None:
    """Do all that leaves words somewhere."""
    said = [f"The {first} and the {second} need more {third} in the garden." for first, second, third in groups(words)]
    transcripts = place_texts(device, *said)
    for number, transcript in enumerate(transcripts):
        path = audio_path(transcript.memo)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made(1, "pcm_s16le", "wav") + words[number].encode())
    edit_text(transcripts[0], said[0].replace("garden", words[40]), by=user)
    topic = create_topic(user, f"{words[41]} things", f"About {words[42]}.")
    move_idea(Idea.objects.get(transcript=transcripts[1]), topic)
    rename_topic(topic, f"{words[43]} matters")
    decide_heard(Idea.objects.get(transcript=transcripts[2]), Decision.ACT, uuid4())
    add_vocabulary_word(user, words[44])
    ask_question(user, f"Where is the {words[45]}?", "")
    User.objects.filter(pk=user.pk).update(email=f"{words[46]}@example.org")
    message = EmailMessage("Morning", f"Dear {words[47]}", "stillnote@example.org", [f"{words[46]}@example.org"])
    MailFolder().send_messages([message])
    create_device(user, f"{words[48]} phone")
    Sit.objects.create(user=user, client_id="sit", started_at=timezone.now(), kind=words[39])
    hook = create_endpoint(user, f"https://{words[49]}.example/", list(WebhookEvent), with_words=True)
    send_test(hook)
    (Path(watch_own_folder(user).path) / f"{words[0]}.ogg").write_text(words[1])
    turn_on(user)
    assert keep_next_folder()
    assert files_with(words, folder_of(user))
    export_path(request_export(user, Export.Kind.JSON).pk).write_text(words[2])
    insights_tasks.index_search()
    insights_tasks.prepare_index_file(user.pk)


def groups(words: list[str]) -> list[list[str]]:
    return [words[at : at + 3] for at in range(0, 39, 3)]


def everywhere(words: list[str], home: Path) -> dict[str, set[str]]:
    """Return where any of the words is."""
    found = tables_with(words) | files_with(words, home)
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        found |= {name: held for name, held in files_with(words, database.parent).items() if database.name in name}
    return found


def kept(words: list[str], home: Path) -> dict[str, set[str]]:
    """Return in which tables and files the words are, but for how SQLite lays its own."""
    return {name: held for name, held in everywhere(words, home).items() if not re.search("searchtext|sqlite3", name)}
