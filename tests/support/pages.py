"""What stands on pages, for tests that read them."""

from typing import Any

from capture.models import User
from insights.models import Idea

TOMATOES = "The tomatoes in the garden need more water."
MORE_TOMATOES = "Plant more tomatoes in the garden next spring."
LECTURE = "Begin the lecture with a picture."
TAXES = "Oh, and another idea: send the invoice to the tax office today."


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def idea(beginning: str) -> Idea:
    return Idea.objects.get(text__startswith=beginning)


def ideas(user: User) -> list[Idea]:
    return list(Idea.objects.of(user).with_memo().in_order())


def texts(user: User) -> list[str]:
    return [idea.text for idea in ideas(user)]
