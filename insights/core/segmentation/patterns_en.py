"""How English sentences begin, as far as that tells whether a speaker goes on or turns. Collected by hand.

Patterns are for what `plain_english` gives: lower case, no punctuation but apostrophes. Other languages have none, and
are split by rules (`split.py`): weights for these signs were fitted on English alone.
"""

import re

_LEAD = r"^(?:(?:and|so|but|then|also|please|now)\b\W*)*"

PATTERN_TEXTS = {
    "oh and": r"^(?:(?:oh|ah|right|okay|ok)\b\W*)+(?:and|so|also|now)\b",
    "oh": r"^(?:oh|ah|right|okay|ok)\b",
    "also": r"^(?:and )?also\b",
    "and then": r"^and then\b",
    "aside": r"\b(?:while i remember|by the way|before i forget|that reminds me)\b",
    "and": r"^and\b",
    "he, it, that": r"^(?:(?:and|but|so|or|um|uh|well|no|yeah|yes|because|then)\b\W*){0,2}(?:(?:he|she|it|they|that)"
    r"(?:'\w+)?|there(?:'\w+)?|this|those|these|him|her|them|his|its|their|then|which|who|one|both|neither|either|some|none"
    r"|maybe|perhaps|instead)\b",
    "but, because": r"^(?:but|so|or|because|cause|cos|though|although|if|when|unless|except|which|who|then|only|even"
    r"|just|still|not|like|since|as|than|where|while)\b",
    "no, i mean": r"^(?:uh no|no|i mean|sorry|wait|hang on|actually|or rather)\b",
    "question": r"^(?:(?:and|so|but|please)\b\W*)*(?:what|whats|how|when|where|who|why|which|is|are|do|does|did|can"
    r"|could|will|would|should|have|has|any|am|was)\b",
    "request": _LEAD
    + r"(?:play|set|turn|add|remove|tell|give|show|open|start|stop|find|get|make|book|order|call|ring|email"
    r"|text|send|remind|check|put|pay|buy|ask|create|delete|switch|change|list|lower|raise|increase|decrease|mute|save"
    r"|cancel|search|look|let|tweet|post|read|help|recommend|schedule|plan|take|bring|sign|move|write|don't|cut|keep"
    r"|try|use|see|need|want|i want|i need|i would|i'd like|pull|download|resume|repeat|skip|dim|brighten|convert"
    r"|define|describe|explain|erase|clear|update|go|launch|shuffle|reply|respond)\b",
    "i": r"^(?:(?:and|so|but|then|also)\b\W*)*(?:i|we|my|our)\b",
    "told": r"\b(?:he|she|they|him|her|them|said|was|were|had|been|got|i've|i'd|didn't|wasn't|went|came)\b",
}
"""Signs by name: what a sentence begins with, or holds."""

PATTERNS = {name: re.compile(pattern) for name, pattern in PATTERN_TEXTS.items()}
PRONOUN_PATTERN = re.compile(
    r"^(?:\S+ ){0,3}(?:he|she|it|they|that|this|those|these|him|her|them|his|its|their)\b(?!')"
    r"|^(?:\S+ ){0,3}(?:he|she|it|they|that)'"
)
"""One within the first four words, whoever it means."""
FRAME_PATTERN = re.compile(r"^(?:(?:and|so|but|then|also|okay|ok|right|um|uh)\b\W*)*(?:for|on|about) (?:the|my|our)\b")
"""What a sentence is for ("for the garden, ..."): a topic, of which several things may be said."""
AND_PATTERN = re.compile(r"^(?:and|also)\b")
GOING_ON_PATTERN = re.compile(r"^(?:(?:and|then|also|please)\b\W*)+\S+ (?:it|him|her|them|that|this|those)\b")
"""A task about what the sentence before named ("and put it on the beds")."""
EMPTY_WORDS = frozenset(("please", "want", "like", "need", "know", "tell"))
"""Words that say little of what a request is about, beside spaCy's stop words."""


def plain_english(text: str) -> str:
    """Return text as the patterns want it."""
    return " ".join(re.sub(r"[^\w' ]+", " ", text.lower().replace("\u2019", "'")).split())
