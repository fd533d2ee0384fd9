"""What is said in ideas that could stand as a name: things, and what is done with them. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from insights.core.language.english_model import english_model, tagged_words
from insights.core.language.spacy_blank import blank
from insights.core.language.word_kinds import (
    ADJECTIVE,
    ARTICLE,
    LINK,
    MEANING,
    NOUN,
    PARTICLE,
    VERB,
    KnownWord,
    can_name,
    known_words,
    tells_kinds,
)

MOST_WORDS = 4
"""Of a name."""
THING_WORDS = 3
"""Of a thing within one: "smart plug socket"."""
TAGGED_TEXTS, SAYING_TEXTS = 64, 8
"""Texts of a topic that are read by a model, which takes milliseconds each; of these so many that say its name."""
UNSPACED, IDEOGRAPHS = frozenset({"zh", "ja", "yue"}), "\u4e00"
_UNSPACED = re.compile(r"[\u30a1-\u30ff]+|[\u4e00-\u9fff]+")
_blank = cache(blank)

Phrase = tuple[str, ...]
"""Of words by their first forms."""


class NamePhrase(NamedTuple):
    """Words that could be a name. is_action: it is a verb, with a particle or alone.

    is_joined: two things with a word between them. says_little: none of its words means anything by itself.
    is_sure: whether it stands within a sentence, so that its capitals mean something. is_cut: whether the thing that it
    ends with goes on behind it: "restaurants in los" angeles.
    """

    forms: tuple[str, ...]
    lemmas: Phrase
    is_action: bool = False
    is_joined: bool = False
    says_little: bool = False
    is_sure: bool = True
    is_cut: bool = False


class SaidPhrases(NamedTuple):
    """What is said in some ideas, an idea counting once. words: by their first forms, those that mean something.

    forms: how each phrase was said. kinds: as what it was first said.
    """

    ideas: int
    words: Counter[str]
    phrases: Counter[Phrase]
    forms: dict[Phrase, Counter[tuple[str, ...]]]
    kinds: dict[Phrase, NamePhrase]

    def usual_forms(self, phrase: Phrase) -> tuple[str, ...]:
        """Return the words of a phrase as they are mostly said."""
        said = self.forms[phrase]
        return max(said, key=lambda forms: (said[forms], forms == phrase, forms))


def said_words(texts: Iterable[str], language: str) -> Counter[str]:
    """Return in how many of the texts each word that means something is said, by its first form."""
    said: Counter[str] = Counter()
    for text in texts:
        said.update({word.lemma for word in _words(text, language) if word.kind & MEANING})
    return said


def said_phrases(texts: Sequence[str], language: str, unsure: Collection[str] = (), shown: str = "") -> SaidPhrases:
    """Return what could name the topic of these texts. unsure: words, small, that were perhaps never said.

    shown: the name of before. Where English is read by a model, that is done with some of the texts, and this is
    looked for in them first.
    """
    is_tagged = language == "en" and english_model() is not None
    if is_tagged:
        texts = _some_texts(texts, shown)
    phrases: Counter[Phrase] = Counter()
    forms: dict[Phrase, Counter[tuple[str, ...]]] = defaultdict(Counter)
    kinds: dict[Phrase, NamePhrase] = {}
    for text in texts:
        found = [
            phrase
            for phrase in _phrases(tagged_words(text) if is_tagged else _words(text, language))
            if not any(form.lower() in unsure for form in phrase.forms)
        ]
        phrases.update({phrase.lemmas for phrase in found})
        for phrase in found:
            if kinds.setdefault(phrase.lemmas, phrase).is_cut:
                kinds[phrase.lemmas] = phrase
            forms[phrase.lemmas][phrase.forms] += phrase.is_sure
    if not tells_kinds(language):  # words that stand together by chance are no thing
        phrases = Counter({phrase: ideas for phrase, ideas in phrases.items() if ideas > 1 or len(phrase) == 1})
    return SaidPhrases(len(texts), said_words(texts, language), phrases, forms, kinds)


def _some_texts(texts: Sequence[str], shown: str) -> list[str]:
    """Return some of the texts, among them some that say all the words of a name, if there are such."""
    words = shown.casefold().split()
    saying = [n for n, text in enumerate(texts) if words and all(word in text.casefold() for word in words)]
    return [texts[n] for n in [*dict.fromkeys([*saying[:SAYING_TEXTS], *range(len(texts))])][:TAGGED_TEXTS]]


def _words(text: str, language: str) -> Sequence[KnownWord]:
    return _letter_pairs(text, language) if language in UNSPACED else known_words(text, language)


def _phrases(words: Sequence[KnownWord]) -> Iterator[NamePhrase]:
    """Yield things, what is done, what is done with things, and things joined to things."""
    things = {start: ends for start in range(len(words)) if (ends := _thing_ends(words, start))}
    for start, word in enumerate(words):
        for end in things.get(start, ()):
            yield _phrase(words[start:end], is_cut=_goes_on(words, end))
            if end < len(words) and words[end].kind & LINK:
                second = _after_articles(words, end + 1)
                for last in things.get(second, ()):
                    if last - start <= MOST_WORDS:
                        yield _phrase(words[start:last], is_joined=True, is_cut=_goes_on(words, last))
        if word.kind & VERB:
            yield from _actions(words, start, things)


def _actions(words: Sequence[KnownWord], start: int, things: dict[int, list[int]]) -> Iterator[NamePhrase]:
    heads = [start + 1]
    if start + 1 < len(words) and words[start + 1].kind & PARTICLE:
        heads.append(start + 2)
    for head in heads:
        done = words[start:head]
        yield _phrase(done, is_action=True)
        thing = _after_articles(words, head)
        for end in things.get(thing, ()):
            if len(done) + end - thing <= MOST_WORDS:
                yield _phrase([*done, *words[thing:end]], is_cut=_goes_on(words, end))


def _thing_ends(words: Sequence[KnownWord], start: int) -> list[int]:
    ends = []
    for number, word in enumerate(words[start : start + THING_WORDS], start=start + 1):
        # In "the book club wants a room" the thing has ended before a verb that says little.
        is_verb = word.says_little and word.kind & VERB and number > start + 1
        if is_verb or not word.kind & (NOUN | ADJECTIVE):
            break
        if word.kind & NOUN:
            ends.append(number)
    return ends


def _goes_on(words: Sequence[KnownWord], end: int) -> bool:
    return end < len(words) and bool(words[end].kind & NOUN) and not words[end].kind & VERB


def _after_articles(words: Sequence[KnownWord], start: int) -> int:
    while start < len(words) and words[start].kind & ARTICLE:
        start += 1
    return start


def _phrase(
    words: Sequence[KnownWord], *, is_action: bool = False, is_joined: bool = False, is_cut: bool = False
) -> NamePhrase:
    return NamePhrase(
        tuple(word.form for word in words),
        tuple(word.lemma for word in words),
        is_action,
        is_joined,
        all(word.says_little for word in words if word.kind & MEANING),
        all(word.is_sure for word in words),
        is_cut,
    )


def _letter_pairs(text: str, language: str) -> list[KnownWord]:
    """Return pairs of ideographs, and foreign words: where nothing tells words apart, two letters mostly are one."""
    vocabulary, words = _blank(language).vocab, []
    for run in _UNSPACED.findall(text):
        pieces = [run] if run[0] < IDEOGRAPHS else [run[i : i + 2] for i in range(len(run) - 1)]
        for piece in pieces:
            if can_name(piece) and not any(vocabulary[letter].is_stop for letter in piece):
                words.append(KnownWord(piece, piece, NOUN))
            words.append(KnownWord("", "", 0))
    return words
