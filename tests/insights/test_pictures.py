"""The tags that templates draw pictures with."""

from uuid import UUID

import pytest
from django.template import engines

from capture.models import Memo, MemoPeaks
from insights.core.pictures.constellation import Star
from insights.core.pictures.hours_ring import Moment
from insights.core.pictures.night_line import Burst
from insights.core.pictures.sky import SkyTopic
from insights.models import Idea, Topic
from transcription.models import Transcript

TOPIC = Topic(pk=UUID(int=7), name="Grip & touch")
IDEA = Idea(audio_start=3, audio_end=9.5, transcript=Transcript(memo=Memo()))
STARS = (Star("a", 1, 0), Star("b", 2, 3))
GIVEN = {
    "topic": TOPIC,
    "idea": IDEA,
    "ideas": [IDEA],
    "bursts": [Burst(3.4, 9)],
    "stars": STARS,
    "topics": (SkyTopic("t", "Grip & touch", "/topics/7/", (0.2, 0.4), STARS, 2),),
    "counts": [0, 2, 1],
    "moments": [Moment(0, 3.2, "night")],
}


def rendered(tag: str, **given: object) -> str:
    return engines["django"].from_string(f"{{% load pictures %}}{{% {tag} %}}").render(GIVEN | given)


@pytest.mark.parametrize(
    ("tag", "begins"),
    [
        ("voice_wave idea", '<svg class="wave" width="66"'),
        ("voice_wave idea played=0.5", '<svg class="wave" width="66"'),
        ("wide_wave idea strokes=80 height=40", '<svg class="wave wide" width="100%" height="40"'),
        ("spans_wave ideas 41 played=0.27 label='Two ideas'", '<svg class="wave spans" width="100%"'),
        ("night_line bursts 'Last night' question=22.5 is_dim=True", '<svg class="night" width="100%"'),
        ("topic_sign topic 9 18", '<svg class="sign" width="18"'),
        ("topic_sign None px=30", '<svg class="sign" width="30"'),
        ("topic_sky topic stars 2", '<svg class="sky one" viewBox="0 0 216 216"'),
        ("sky topics", '<svg class="sky" viewBox="0 0 360 360" role="group"'),
        ("weeks counts height=44 pitch=9 label='Two'", '<svg class="weeks" width="27" height="44"'),
        ("hours_ring moments 'Mostly at three' night_from=23", '<svg class="hours"'),
        ("context_mark 'walk'", '<path class="walk"'),
    ],
)
def test_a_tag_draws_its_picture(tag: str, begins: str) -> None:
    assert rendered(tag).startswith(begins)


def test_a_voice_is_drawn_from_the_peaks_that_came_with_its_idea() -> None:
    plain = rendered("voice_wave idea")
    peaks = MemoPeaks(memo=Memo(), levels=memoryview(bytes(range(256)) * 2))
    idea = Idea(audio_start=3, audio_end=9.5, transcript=Transcript(memo=peaks.memo))
    assert rendered("voice_wave idea", idea=idea) != plain


def test_names_are_escaped() -> None:
    assert "Grip &amp; touch" in rendered("sky topics")
