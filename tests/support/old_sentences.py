"""How pages say now what versions before stored as sentences."""

REWORDED = {
    "Memos wait;": "Recordings wait;",
    "is kept as a memo, but": "is kept, but",
    "add it on the today page.": "add it on Today.",
}


def as_said_now(sentence: str) -> str:
    """Return a sentence of before in the words of today."""
    for before, now in REWORDED.items():
        sentence = sentence.replace(before, now)
    return sentence
