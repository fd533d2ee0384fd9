"""A night that was really spoken: five ideas, four of them in two topics, and the copies that are listened to."""

SEED = """
from datetime import timedelta
from django.utils import timezone
from capture.models import Memo, User
from capture.services.devices import create_device
from capture.services.recordings import save_peaks, save_playback
from config.demo.sample_memos import MEMOS
from insights.models import Idea
from insights.services.ideas import move_idea
from insights.services.topics import create_topic
from insights.services.last_night import noon_before
from tests.support.recordings import playback_path
from tests.support.transcripts import place_texts
from transcription.core.decoding.decode import decode
user = User.objects.get()
Memo.objects.all().delete()
user.reviews.all().delete()
user.topics.all().delete()
evening = noon_before(timezone.localtime()) + timedelta(hours=11)
user.night_until = min(user.night_until, timezone.localtime().hour)  # this night is over, whenever tests run
user.save(update_fields=["night_until"])
device = user.devices.first() or create_device(user, "bedside")[0]
said = ["She never says that she forgives him.", "The keeper counts the waves at night."]
said += ["Let the dough rest in the cold.", "Buy rye flour at the mill.", "A lamp that becomes bright very slowly."]
novel, bread = create_topic(user, "The lighthouse novel"), create_topic(user, "Bread and kitchen")
for number, (transcript, topic) in enumerate(zip(place_texts(device, *said), [novel, novel, bread, bread, None]), 1):
    memo, idea = transcript.memo, Idea.objects.get(transcript=transcript)
    if topic:
        move_idea(idea, topic)
    memo.path, memo.recorded_at = f"{memo.pk.hex[:2]}/{memo.pk}", evening + timedelta(minutes=10 * number)
    memo.save(update_fields=["path", "recorded_at"])
    playback_path(memo).parent.mkdir(parents=True, exist_ok=True)
    with (MEMOS / f"memo-00{number}.ogg").open("rb") as recording:
        decoded = decode(recording, "ogg", max_seconds=60)
    save_playback(memo, [decoded.playback])
    save_peaks(memo, decoded.peaks)
"""
