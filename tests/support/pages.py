"""What stands on pages, for tests that read them."""

from typing import Any

from insights.models import Idea

TOMATOES = "The tomatoes in the garden need more water."
MORE_TOMATOES = "Plant more tomatoes in the garden next spring."
LECTURE = "Begin the lecture with a picture."


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def idea(beginning: str) -> Idea:
    return Idea.objects.get(text__startswith=beginning)
