"""What an answer says, in this process and over a socket."""

import json
from typing import Any

from tests.support.web_server import Answer


def sound(answer: Any) -> bytes:
    """Return all that an answer streams."""
    return b"".join(answer.streaming_content)


def problem(answer: Any, status: int, kind: str) -> bool:
    """Whether an answer is a problem document (RFC 9457) of that status and kind, with a sentence for people."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert told["status"] == status
    assert told["title"].endswith(".")
    return bool(told["type"].endswith(f"/problems/{kind}"))


def is_problem(answer: Answer, status: int, kind: str) -> bool:
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    return bool(answer.json()["type"].endswith(f"/problems/{kind}"))
