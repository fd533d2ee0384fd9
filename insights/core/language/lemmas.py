"""Forms of words and the kinds of words, from the tables of spacy-lookups-data. Pure; no trained model is needed."""

import gzip
import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import spacy_lookups_data


class WordForms(NamedTuple):
    """What is known of a language's words: nothing, for most languages.

    lemmas: the first form of a form, or a list of such (French).
    nouns, others: first forms that can be nouns, and that are verbs, adverbs, adjectives; a word can be both.
    verbs, adjectives: of the others, those that can be verbs, and adjectives.
    """

    lemmas: Mapping[str, str | list[str]]
    nouns: Collection[str]
    others: Collection[str]
    verbs: Collection[str] = frozenset()
    adjectives: Collection[str] = frozenset()

    def lemma(self, word: str) -> str:
        """Return the first form of a word as it was said, or that, in lower case. German nouns have capitals here."""
        small = word.lower()
        found = self.lemmas.get(word) or self.lemmas.get(small) or self.lemmas.get(small.capitalize()) or small
        return (found if isinstance(found, str) else found[0]).lower()

    def has(self, word: str) -> bool:
        """Return whether a word is known at all."""
        small = word.lower()
        tables: tuple[Collection[str], ...] = (self.lemmas, self.nouns, self.others)
        return any(form in table for form in (small, small.capitalize()) for table in tables)

    def is_capitalized(self, word: str) -> bool:
        """Return whether the first form of a word is written with a capital, as German nouns are."""
        found = self.lemmas.get(word.capitalize(), "")
        return (found if isinstance(found, str) else found[0])[:1].isupper()

    def is_noun_like(self, word: str) -> bool:
        """Return whether a word names something, as far as that is known: names of people do."""
        small, lemma = word.lower(), self.lemma(word)
        if small not in (lemma, f"{lemma}s") and small not in self.nouns:
            return lemma in self.nouns and lemma not in self.others
        return small in self.nouns or lemma in self.nouns or lemma not in self.others


@cache
def word_forms(language: str) -> WordForms:
    """Return what is known of a language (ISO 639-1). Some tables take two seconds and 100 MB, so they are kept."""
    lemmas = _lookup_table(language, "lemma_lookup")
    kinds = _lookup_table(language, "lemma_index")
    nouns = frozenset(kinds.get("noun", ()))
    others = frozenset(word for kind in kinds if kind != "noun" for word in kinds[kind])
    return WordForms(lemmas, nouns, others, frozenset(kinds.get("verb", ())), frozenset(kinds.get("adj", ())))


def _lookup_table(language: str, name: str) -> dict[str, Any]:
    if name not in getattr(spacy_lookups_data, language, {}):
        return {}
    file = resources.files(spacy_lookups_data) / "data" / f"{language}_{name}.json.gz"
    table: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return table
