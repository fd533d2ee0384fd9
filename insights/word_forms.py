"""Forms of words and the kinds of words, from the tables of spacy-lookups-data. Pure; no trained model is needed."""

import gzip
import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import spacy_lookups_data


class Forms(NamedTuple):
    """What is known of a language's words, in lower case: nothing, for most languages.

    lemmas: the first form of a form. nouns, others: first forms that can be nouns, and that are verbs, adverbs,
    adjectives; a word can be both.
    """

    lemmas: Mapping[str, str]
    nouns: Collection[str]
    others: Collection[str]

    def lemma(self, word: str) -> str:
        """Return the first form of a word in lower case, or the word itself."""
        return self.lemmas.get(word, word).lower()

    def is_noun_like(self, word: str) -> bool:
        """Return whether a word in lower case names something, as far as that is known: names of people do."""
        lemma = self.lemma(word)
        if lemma != word and word not in self.nouns and lemma + "s" != word:
            return lemma in self.nouns and lemma not in self.others
        return word in self.nouns or lemma in self.nouns or lemma not in self.others


@cache
def forms(language: str) -> Forms:
    """Return what is known of a language (ISO 639-1). Some tables take two seconds and 100 MB, so they are kept."""
    lemmas = _table(language, "lemma_lookup")
    kinds = _table(language, "lemma_index")
    nouns = frozenset(kinds.get("noun", ()))
    return Forms(lemmas, nouns, frozenset(word for kind in kinds if kind != "noun" for word in kinds[kind]))


def _table(language: str, name: str) -> dict[str, Any]:
    if name not in getattr(spacy_lookups_data, language, {}):
        return {}
    file = resources.files(spacy_lookups_data) / "data" / f"{language}_{name}.json.gz"
    table: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return table
