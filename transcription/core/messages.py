"""What went wrong, as a code with parameters: this is stored and compared, and made a sentence where it is shown."""

import json
import re
from typing import NamedTuple

STORED_FORM = re.compile(r"(?P<code>[a-z_]+)(?: (?P<parameters>\{.*\}))?", re.DOTALL)

Parameter = str | int | float


LANGUAGE_OTHER = "language_other"
"""The code of a warning: a recording sounds like another language (`heard`) than may be spoken (`given`)."""


class Message(NamedTuple):
    """A code and its parameters. As a string it is as it is stored: `endpoint_too_large {"status": 413}`.

    The sentence for people is made by transcription.error_text.
    """

    code: str
    parameters: dict[str, Parameter] = {}

    def __str__(self) -> str:
        told = json.dumps(self.parameters, ensure_ascii=False) if self.parameters else ""
        return f"{self.code} {told}".rstrip()


def parse_message(stored: str) -> Message | None:
    """Return the message that is stored so, or None where it is something else, such as a sentence of former times."""
    found = STORED_FORM.fullmatch(stored)
    if found is None:
        return None
    try:
        return Message(found["code"], json.loads(found["parameters"] or "{}"))
    except ValueError:
        return None
