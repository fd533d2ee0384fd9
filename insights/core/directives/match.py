"""To which topic a memo is to go, where its first or its last words say so ("for the hand project"). Pure.

Only when certain: whatever is said less plainly does nothing, and the memo is placed like any other.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from insights.core.directives.names import TopicNames, fold_name
from insights.core.directives.tokens import SpokenToken, Stop, split_words, spoken_tokens
from insights.core.language.spacy_blank import blank
from insights.core.phrases.cues import OPENERS
from insights.core.phrases.directives import CLOSERS, DOUBTS, FRAMES, GOING_ON, INDEFINITE
from insights.core.segmentation.cues import has_cue, without_cue
from transcription.core.words import Word, joined

NAME_WORDS = 8
"""Words of a name, with what goes around it."""
CLOSING_WORDS = 16
"""Words from the end among which the last frame begins."""
OPENERS_AT_MOST = 3


class NamedTopic(NamedTuple):
    """A topic that was named: words[first:end], the frame before it included.

    is_marked: whether the word "project", or one like it, was said with it. is_framed: whether more than "for" was.
    """

    topic: Hashable
    first: int
    end: int
    is_marked: bool
    is_framed: bool


def match_directives(
    words: Sequence[Word], begins: Sequence[int], language: str, topics: Mapping[Hashable, str]
) -> list[Hashable | None]:
    """Return, for each idea of a memo, the topic that was said for it, or None.

    What is said first or last holds for all ideas of the memo, up to one that announces something else.
    words: of the memo. begins: where in the joined text each idea begins, ascending. language: ISO 639-1.
    topics: the person's own, with their names.
    """
    if language not in FRAMES or not topics or not words:
        return [None] * len(begins)
    names = TopicNames(topics, language)
    found: list[Hashable | None] = []
    for run in _idea_runs(_by_idea(words, begins), language, names):
        topic = _certain_topic([word for idea in run for word in idea], language, names)
        found += [topic] * len(run)
    return found


def _by_idea(words: Sequence[Word], begins: Sequence[int]) -> Iterator[Sequence[Word]]:
    ends = list(accumulate(len(word.text) for word in words))
    firsts = [0, *(bisect_right(ends, begin) for begin in begins[1:]), len(words)]
    return (words[first:end] for first, end in pairwise(firsts))


def _idea_runs(ideas: Iterable[Sequence[Word]], language: str, names: TopicNames) -> list[list[Sequence[Word]]]:
    """Return the ideas that go together. One that says a topic's name and no more goes with what is beside it."""
    runs: list[list[Sequence[Word]]] = []
    is_only_name = False
    for idea in ideas:
        heard = spoken_tokens(idea)
        is_name = any(one.end == len(heard) for one in _opening_topics(heard, joined(idea), language, names))
        if runs and (is_name or is_only_name or not has_cue(joined(idea).strip(), language)):
            runs[-1].append(idea)
        else:
            runs.append([idea])
        is_only_name = is_name and sum(map(len, runs)) == 1
    return runs


def _certain_topic(words: Sequence[Word], language: str, names: TopicNames) -> Hashable | None:
    heard = spoken_tokens(words)
    certain = [*_opening_topics(heard, joined(words), language, names), *_closing_topics(heard, language, names)]
    # Whoever names another one as well, wherever that is, may mean it.
    others = {one.topic for one in _named_topics(heard, range(len(heard)), language, names) if one.is_marked}
    topics = {one.topic for one in certain}
    return topics.pop() if len(topics) == 1 and topics >= others else None


def _opening_topics(heard: Sequence[SpokenToken], text: str, language: str, names: TopicNames) -> Iterator[NamedTopic]:
    """Yield the topics that are named first, after an announcement and the like."""
    openers = {*OPENERS.get(language, ()), *INDEFINITE[language].split()}
    starts = {0, len(heard) - len(split_words(without_cue(text.strip(), language)))}
    for start, one in enumerate(heard[:OPENERS_AT_MOST], start=1):
        if one.word not in openers:
            break
        starts.add(start)
    for named in _named_topics(heard, sorted(starts), language, names):
        stop = Stop.END if named.end == len(heard) else heard[named.end - 1].stop
        following = "" if stop is Stop.END else heard[named.end].word
        if heard[named.end - 1].asks or following in GOING_ON[language].split():
            continue
        if named.is_marked:
            is_certain = stop >= Stop.PAUSE or following in _meaningless_words(language)
        else:
            is_certain = stop >= (Stop.PAUSE if named.is_framed else Stop.END)
        if is_certain:
            yield named


def _closing_topics(heard: Sequence[SpokenToken], language: str, names: TopicNames) -> Iterator[NamedTopic]:
    """Yield the topics that are named last, in a sentence that says so and does not deny it."""
    while heard and heard[-1].word in CLOSERS[language].split():
        heard = heard[:-1]
    for named in _named_topics(heard, range(max(0, len(heard) - CLOSING_WORDS), len(heard)), language, names):
        if named.end < len(heard) or heard[-1].asks:
            continue
        begins = max((number + 1 for number in range(named.first) if heard[number].stop is Stop.END), default=0)
        before = heard[begins : named.first]
        if any(_is_doubt(one.word, language) for one in before):
            continue
        if not before or named.is_marked or (named.is_framed and before[-1].stop is Stop.PAUSE):
            yield named


def _named_topics(
    heard: Sequence[SpokenToken], starts: Iterable[int], language: str, names: TopicNames
) -> Iterator[NamedTopic]:
    """Yield the topics whose names are said whole after a frame that begins at one of some places."""
    words = [one.word for one in heard]
    for first in starts:
        for frame in _spoken_frames(language):
            begin = first + len(frame)
            if words[first:begin] != frame:
                continue
            for end in range(begin + 1, min(begin + NAME_WORDS, len(words)) + 1):
                name, is_marked = fold_name(words[begin:end], language)
                if name and (is_marked or not _meaningless_words(language).issuperset(name)):
                    topic = names.called(name)
                    if topic is not None:
                        yield NamedTopic(topic, first, end, is_marked, len(frame) > 1)
                if heard[end - 1].stop is Stop.END:
                    break


def _is_doubt(word: str, language: str) -> bool:
    return word in DOUBTS[language].split() or word.endswith("n't")


@cache
def _spoken_frames(language: str) -> list[list[str]]:
    return [split_words(frame) for frame in FRAMES[language]]


@cache
def _meaningless_words(language: str) -> frozenset[str]:
    """Return the words of a language that mean nothing by themselves."""
    return frozenset(blank(language).Defaults.stop_words)
