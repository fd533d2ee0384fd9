"""Refusals: what is raised where a request is not taken. Nothing of it is stored."""

from collections.abc import Callable

from capture.core.problems import PROBLEMS, StoredProblem, problem_sentence

_PASSING_STATUSES = {429, 503, 507}
_KEY_PROBLEMS = {"sealed-for-another", "sealing-key-unreadable"}
"""What is sealed can be opened once its key is put back; what is not sealed is taken meanwhile."""


class Refusal(Exception):
    """A request is not taken, and leaves nothing behind. retry_after: seconds, where they are known.

    code: one of capture.core.problems.PROBLEMS. values: what its sentence names.
    """

    def __init__(self, code: str, *, retry_after: int | None = None, **values: int | str) -> None:
        kind = PROBLEMS[code]
        self.problem = StoredProblem(code, values)
        self.code = code
        self.status = kind.status
        self.sentence = problem_sentence(code, values)
        self.retry_after = kind.retry_after if retry_after is None else retry_after
        super().__init__(self.sentence)

    def sentence_in(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language of a page. translate: gettext."""
        return problem_sentence(*self.problem, translate)

    @property
    def concerns_all(self) -> bool:
        """Whether others would be refused as well for a while: there was no room, no answer, or too much at once."""
        return self.status in _PASSING_STATUSES and self.code not in _KEY_PROBLEMS

    @property
    def may_pass(self) -> bool:
        """Whether the same request may be taken later."""
        return self.concerns_all or self.code in _KEY_PROBLEMS


class StoreUnreachable(Refusal):
    """The store outside of this machine does not answer, or answers wrongly. It may later."""

    def __init__(self) -> None:
        super().__init__("store-unreachable")


def too_large(limit_bytes: int) -> Refusal:
    """Return the refusal of a recording that is larger than may be sent."""
    return Refusal("too-large", megabytes=_megabytes(limit_bytes))


def quota_reached(quota_bytes: int) -> Refusal:
    """Return the refusal of a recording for which its user has no room left."""
    return Refusal("quota", megabytes=_megabytes(quota_bytes))


def _megabytes(size_bytes: int) -> int:
    return round(size_bytes / 1e6)
