"""The languages that Whisper knows, and which of them is spoken."""

from collections.abc import Iterable

_TABLE = """
af:afrikaans, am:amharic, ar:arabic, as:assamese, az:azerbaijani, ba:bashkir, be:belarusian, bg:bulgarian,
bn:bengali, bo:tibetan, br:breton, bs:bosnian, ca:catalan, cs:czech, cy:welsh, da:danish, de:german, el:greek,
en:english, es:spanish, et:estonian, eu:basque, fa:persian, fi:finnish, fo:faroese, fr:french, gl:galician,
gu:gujarati, ha:hausa, haw:hawaiian, he:hebrew, hi:hindi, hr:croatian, ht:haitian creole, hu:hungarian, hy:armenian,
id:indonesian, is:icelandic, it:italian, ja:japanese, jw:javanese, ka:georgian, kk:kazakh, km:khmer, kn:kannada,
ko:korean, la:latin, lb:luxembourgish, ln:lingala, lo:lao, lt:lithuanian, lv:latvian, mg:malagasy, mi:maori,
mk:macedonian, ml:malayalam, mn:mongolian, mr:marathi, ms:malay, mt:maltese, my:myanmar, ne:nepali, nl:dutch,
nn:nynorsk, no:norwegian, oc:occitan, pa:punjabi, pl:polish, ps:pashto, pt:portuguese, ro:romanian, ru:russian,
sa:sanskrit, sd:sindhi, si:sinhala, sk:slovak, sl:slovenian, sn:shona, so:somali, sq:albanian, sr:serbian,
su:sundanese, sv:swedish, sw:swahili, ta:tamil, te:telugu, tg:tajik, th:thai, tk:turkmen, tl:tagalog, tr:turkish,
tt:tatar, uk:ukrainian, ur:urdu, uz:uzbek, vi:vietnamese, yi:yiddish, yo:yoruba, zh:chinese, yue:cantonese
"""
NAMES = dict(pair.split(":") for pair in _TABLE.replace("\n", " ").strip().split(", "))
"""What Whisper calls each language, by its code (openai/whisper, tokenizer.py)."""

_CODES = {name: code for code, name in NAMES.items()}


OTHER_LIKELIER, GIVEN_UNLIKELY = 0.8, 0.1
"""Probabilities from which another language is plainly spoken, and up to which none of those that may be is."""


def language_name(code: str) -> str:
    """Return what a language is called in English, or its code where Whisper does not know it."""
    return NAMES.get(code, code).title()


def known_languages(codes: Iterable[str]) -> tuple[str, ...]:
    """Return those languages that Whisper knows, in the same order, each once."""
    return tuple(dict.fromkeys(code for code in codes if code in NAMES))


def code_of(told: str) -> str:
    """Return the code of a language that is told by its code or by its English name; "" for any other."""
    told = told.strip().lower()
    return told if told in NAMES else _CODES.get(told, "")


def likely_languages(probabilities: Iterable[tuple[str, float]], allowed: Iterable[str]) -> list[tuple[str, float]]:
    """Return the languages that may be spoken and their shares, the likeliest first; all of them, where none may.

    probabilities: of each language's code, in [0, 1], in any order.
    """
    heard = dict(probabilities)
    among = {code: heard[code] for code in allowed if code in heard} or heard
    total = sum(among.values()) or 1.0
    return sorted(((code, chance / total) for code, chance in among.items()), key=lambda pair: -pair[1])


def language_runs(found: Iterable[tuple[str, float]]) -> list[int]:
    """Return how many parts in a row are in one language: one number where all are.

    found: the likeliest language of each part in order, and its share in [0, 1]; a part whose language is not plain
    goes with those before it.
    """
    runs, spoken = list[int](), ""
    for code, share in found:
        is_plain = share >= OTHER_LIKELIER
        if runs and (not is_plain or not spoken or code == spoken):
            runs[-1] += 1
        else:
            runs.append(1)
        spoken = code if is_plain else spoken
    return runs


def plainly_other(probabilities: Iterable[tuple[str, float]], allowed: Iterable[str]) -> str:
    """Return the language that is plainly spoken although it is none of those that may be, or "".

    probabilities: of each language's code, in [0, 1], in any order.
    """
    heard = dict(probabilities)
    likeliest = max(heard, key=lambda code: heard[code], default="")
    may_be = sum(heard.get(code, 0.0) for code in allowed)
    return likeliest if heard.get(likeliest, 0.0) >= OTHER_LIKELIER and may_be <= GIVEN_UNLIKELY else ""
