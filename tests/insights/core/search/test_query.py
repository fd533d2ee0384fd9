"""What is typed is read, whatever it is."""

from hypothesis import given
from hypothesis import strategies as st

from insights.core.search.full_text import index_text, match_expression
from insights.core.search.query import Query, Term, matched_spans, parse_query
from insights.core.search.tokens import fold, stems_of, tokens_of

HOSTILE = st.text(st.one_of(st.sampled_from("\"'-*()^:&|!<>\\+{}ANDORNOT aäß日\0%_„”"), st.characters()), max_size=60)


def test_words_phrases_and_what_is_left_out() -> None:
    query = parse_query('Drop "let  go" -spoon „Das Licht“ ')
    assert query.terms == (Term(("drop",)), Term(("let", "go"), is_exact=True), Term(("das", "licht"), is_exact=True))
    assert query.excluded == (Term(("spoon",)),)
    assert query.meaning == "Drop let  go Das Licht"


def test_the_last_word_may_go_on_until_something_follows_it() -> None:
    assert parse_query("the dro").terms == (Term(("dro",), is_beginning=True),)
    assert parse_query("the dro ").terms == (Term(("dro",)),)
    assert parse_query('"the dro"').terms == (Term(("the", "dro"), is_exact=True),)
    assert parse_query("drop -sp").terms == (Term(("drop",)),)
    assert parse_query("d").terms == (Term(("d",)),)


def test_small_words_are_looked_for_only_where_there_are_no_others() -> None:
    assert [term.words for term in parse_query("what did I say about eggs ").terms] == [("eggs",)]
    assert [term.words for term in parse_query("to be or not ").terms] == [("to",), ("be",), ("or",), ("not",)]


def test_accents_and_capitals_tell_nothing_apart() -> None:
    assert [token.word for token in tokens_of("Café CAFE\u0301 straße É")] == ["cafe", "cafe", "strasse", "e"]
    assert fold("ﬁn") == "fin"


def test_forms_of_words_are_one_in_each_language() -> None:
    assert stems_of("drops", ["en"]) == stems_of("dropping", ["en"]) == ["drop"]
    assert stems_of("hauser", ["de", "en"]) == ["haus", "hauser"]
    assert stems_of("drops", []) == stems_of("drops", ["xx"]) == ["drops"]


def test_what_is_found_is_marked_in_the_text_as_it_stands() -> None:
    text = "Drops, DROPPED and dropping: let go."
    spans = matched_spans(text, parse_query('drop "let go"'), "en", ["en"])
    assert [text[span.start : span.end] for span in spans] == ["Drops", "DROPPED", "dropping", "let go"]


@given(HOSTILE)
def test_whatever_is_typed_is_an_expression_of_letters_and_digits(typed: str) -> None:
    query = parse_query(typed)
    for database in ("sqlite", "postgresql"):
        for all_terms in (True, False):
            match = match_expression(query, 7, ["en", "de"], database, all_terms=all_terms)
            assert bool(match) == bool(query.terms)
            assert match.count("(") == match.count(")")
            assert not set(match) & set("\0\\%;+")


@given(HOSTILE, HOSTILE)
def test_spans_stand_within_the_text_in_order(text: str, typed: str) -> None:
    spans = matched_spans(text, parse_query(typed), "en", ["en", "de"])
    ends = [edge for span in spans for edge in span]
    assert ends == sorted(ends)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(" " not in token and token.startswith("7") for token in index_text(text, "en", 7).split())


def test_halves_of_characters_are_not_asked_for() -> None:
    assert parse_query("drop \ud800it") == parse_query("drop it")


def test_nothing_asked_is_nothing() -> None:
    assert parse_query("") == Query()
