"""Of what kind each word of a text is, as far as tables tell: what can be part of a name, and as what. Pure."""

from functools import cache, lru_cache
from typing import NamedTuple

from insights.core.language.lemmas import WordForms, word_forms
from insights.core.language.spacy_blank import blank
from insights.core.phrases.joints import ARTICLES, LINKS, PARTICLES
from insights.core.phrases.stopwords import EMPTY

SHORTEST_LETTERS, LONGEST_LETTERS = 3, 24
"""Letters of a word that may be in a name; two where each letter is a syllable or more. What is longer is a cry."""
SYLLABLES = "\u2e80"
"""From the one on in Unicode a letter says a syllable or more."""
ENDS = frozenset(".!?…:")
CACHED_TEXTS = 4096
"""Texts whose words are remembered: a topic is named against the same ideas as the one before."""
CACHED_WORDS = 20_000
"""Words that are remembered: people say the same few thousand again and again."""

_blank = cache(blank)


NOUN, ADJECTIVE, VERB, PARTICLE, ARTICLE, LINK = (1 << bit for bit in range(6))
"""Kinds of words. A word that may be several is the sum of them; of kind 0 it ends a name."""
MEANING = NOUN | ADJECTIVE | VERB


class KnownWord(NamedTuple):
    """A word of a text. form: as it stands within a sentence. lemma: its first form, small.

    says_little: it means nothing by itself: "thing".
    is_sure: whether the form is how it is written everywhere; at the beginning of a sentence a capital says nothing.
    """

    form: str
    lemma: str
    kind: int
    says_little: bool = False
    is_sure: bool = True


@lru_cache(maxsize=CACHED_TEXTS)
def known_words(text: str, language: str) -> tuple[KnownWord, ...]:
    """Return the words and signs of a text in order. language: ISO 639-1; of one without tables each word is a noun."""
    words = []
    begins = True
    for token in _blank(language)(text):
        words.append(known_word(token.text, language, begins=begins))
        begins = token.text in ENDS
    return tuple(words)


@lru_cache(maxsize=CACHED_WORDS)
def known_word(word: str, language: str, *, begins: bool) -> KnownWord:
    """Return a word by itself. begins: whether it is the first of a sentence."""
    forms, small = word_forms(language), word.lower()
    kind, in_general = _joints(language).get(small, 0), _blank(language).vocab[word]
    if not can_name(word) or in_general.is_stop or in_general.like_num:
        return KnownWord(small, small, kind)
    lemma = forms.lemma(word)
    # A capital at the beginning of a sentence says nothing, unless no table has the word: then it is a name.
    is_open = begins and forms.has(word)
    is_small = is_open and not (language == "de" and forms.is_capitalized(word))
    form = small if is_small else word
    empty = EMPTY.get(language, frozenset())
    kind |= _table_kind(forms, form, lemma, language)
    return KnownWord(form, lemma, kind, lemma in empty or small in empty, not begins or is_open)


def tells_kinds(language: str) -> bool:
    """Return whether nouns are told from other words in a language (ISO 639-1)."""
    return language == "de" or bool(word_forms(language).nouns)


def can_name(word: str) -> bool:
    """Return whether a word may be in a name by its letters."""
    shortest = 2 if word[:1] >= SYLLABLES else SHORTEST_LETTERS
    return word.isalpha() and shortest <= len(word) <= LONGEST_LETTERS


@cache
def _joints(language: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for table, kind in ((ARTICLES, ARTICLE), (LINKS, LINK), (PARTICLES, PARTICLE)):
        for word in table.get(language, "").split():
            found[word] = found.get(word, 0) | kind
    return found


def _table_kind(forms: WordForms, form: str, lemma: str, language: str) -> int:
    is_name = form[0].isupper()
    if language == "de":  # here nouns have capitals, and no table tells kinds
        return NOUN if is_name else 0
    kind = NOUN if is_name or forms.is_noun_like(form) else 0
    if not is_name and lemma in forms.verbs:
        kind |= VERB
    if lemma in forms.adjectives:
        kind |= ADJECTIVE
    return kind
