"""Phrases that Whisper is known to write where nobody speaks: it learned them from the ends of subtitled films.

Collected from openai/whisper, discussions 679 and 928 (credits by language), and from what dictation services found in
use: Vexa-ai/vexa 155 and 617, OpenWhispr 1458, zachlatta/freeflow 111, amicalhq/amical 71.
"""

# ruff: noqa: RUF001 - phrases in other alphabets

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, pairwise

from transcription.core.warnings.spans import PHANTOM, Doubt
from transcription.core.words import Word, joined

CREDITS = (
    *("Subtitles by the Amara.org community", "Subtitles by SteamTeamExtra", "Transcription by CastingWords"),
    *("www.mooji.org", "Untertitel im Auftrag des ZDF", "Untertitelung im Auftrag des ZDF", "Untertitelung des ZDF"),
    *("Untertitel der Amara.org-Community", "Untertitelung aufgrund der Amara.org-Community"),
    *("Untertitel von Stephanie Geiges", "Sous-titres réalisés par la communauté d'Amara.org"),
    *("Sous-titres réalisés para la communauté d'Amara.org", "Sous-titres par Amara.org", "Sous-titrage ST' 501"),
    *("Sous-titrage Société Radio-Canada", "par SousTitreur.com"),
    *("Subtítulos realizados por la comunidad de Amara.org", "Subtítulos por la comunidad de Amara.org"),
    *("Legendas pela comunidade Amara.org", "Sottotitoli creati dalla comunità Amara.org"),
    *("Sottotitoli e revisione a cura di QTSS", "Sottotitoli a cura di QTSS"),
    *("Ondertitels ingediend door de Amara.org gemeenschap", "Ondertiteld door de Amara.org gemeenschap"),
    *("Ondertiteling door de Amara.org gemeenschap", "Napisy stworzone przez społeczność Amara.org"),
    *("Субтитры сделал DimaTorzok", "Субтитры создавал DimaTorzok"),
    "Редактор субтитров А.Синецкая Корректор А.Егорова",
    *("中文字幕由Amara.org社区提供", "字幕由Amara.org社区提供", "小編字幕由Amara.org社區提供"),
    *("請不吝點贊訂閱轉發打賞支持明鏡與點點欄目", "请不吝点赞订阅转发打赏支持明镜与点点栏目", "优优独播剧场"),
)
"""Nobody says these into a recorder, whatever the language that is heard."""

CREDIT_BEGINNINGS = (
    *("subtitles by", "subtitled by", "captions by", "captioned by", "captioning", "subs by", "sub indo"),
    *("transcribed by", "transcription by", "transcription outsourcing", "translated by", "translation by"),
    *("scandinavian text", "copyright", "all rights reserved", "untertitel", "sous-titr", "sous titr", "subtítul"),
    *(
        "subtítols",
        "legenda",
        "sottotitol",
        "ondertitel",
        "subtitrat",
        "subtitrar",
        "undertext",
        "textning",
        "textat av",
    ),
    *("undertekst", "teksting", "tekstet", "tekster a", "danske tekster", "norske tekster", "tekstitys"),
    *(
        "suomennos",
        "napisy",
        "tłumaczenie",
        "titulky",
        "felirat",
        "titlov",
        "podnapis",
        "prijevod",
        "prevod",
        "azpititul",
    ),
    *(
        "titrai",
        "subtiitrid",
        "þýðing",
        "субтитр",
        "титры",
        "титри",
        "редактор",
        "корректор",
        "переклад",
        "превод",
        "altyazı",
    ),
    *("altyazi", "çeviri", "υπότιτλοι", "υποτιτλισμός", "ترجمة", "כתוביות", "תרגום", "ซับ", "คำบรรยาย"),
    "phụ đề",
)
"""How credits of films begin: a short sentence that begins so is one, whoever is named in it."""
CREDIT_SIGNS = ("字幕", "자막", "翻訳", "翻译", "amara.org", "©")
"""What stands somewhere in one."""
MOST_CREDIT_WORDS = 8
_ADDRESS = re.compile(r"(?:www\.|https?://)\S|\b[\w-]+\.(?:com|org|net|tv|info|ru|de|fr|co|io)\b", re.IGNORECASE)
_STATION_AND_YEAR = re.compile(r"[A-ZÄÖÜ]{2,}[\w-]*(?:,? (?:[A-ZÄÖÜ]{2,}[\w-]*|für funk))*,? (?:19|20)\d\d\W*")

FAREWELLS = (
    *("Thank you for watching", "Thanks for watching", "Thank you so much for watching", "Thank you", "Bye bye"),
    *("Please subscribe to my channel", "Don't forget to like and subscribe", "See you in the next video"),
    *("Vielen Dank", "Vielen Dank fürs Zuschauen", "Vielen Dank für's Zuschauen", "Bis zum nächsten Mal"),
    *("Merci d'avoir regardé cette vidéo", "Merci d'avoir regardé", "Abonnez-vous", "Gracias por ver el video"),
    *("Gracias por ver", "Suscríbete al canal", "Obrigado por assistir", "Grazie per la visione"),
    *("Bedankt voor het kijken", "Dziękuję za uwagę", "Dziękuję za obejrzenie", "Paldies par skatīšanos"),
    *("Продолжение следует", "Спасибо за просмотр", "İzlediğiniz için teşekkür ederim", "Abone olmayı unutmayın"),
    *("ご視聴ありがとうございました", "ありがとうございました", "次の動画でお会いしましょう", "おやすみなさい"),
    *("시청해주셔서 감사합니다", "谢谢观看", "謝謝觀看", "感谢观看"),
    *("You", "Thank you very much", "I'm sorry", "I'll see you in the next video", "I'll see you next time"),
    *("Tak for at se med", "Tack för att ni har tittat", "Tack för att ni tittade", "Takk for at du så på"),
    *("Kiitos katsomisesta", "Děkuji za sledování", "Köszönöm, hogy megnéztétek", "Mulțumesc pentru vizionare"),
    *("Hvala na gledanju", "Ευχαριστώ που παρακολουθήσατε", "Дякую за перегляд", "Благодаря за гледането"),
    *("شكرا للمشاهدة", "תודה על הצפייה", "Cảm ơn các bạn đã theo dõi", "ขอบคุณที่รับชม", "Terima kasih telah menonton"),
)
"""People do say these: they count as phantoms where hardly a voice is heard, or where nothing else was said."""

SUBSCRIBE = (
    *("subscrib", "abonnier", "abonnez", "suscríb", "inscreva", "iscriv", "abonneer", "prenumerera", "abone ol"),
    *("subskryb", "подпиш", "підпиш", "đăng ký kênh", "订阅", "訂閱", "チャンネル登録", "구독", "뉴스"),
)
"""What the last sentence of a film on the net asks for, and who reads the news; people may say these, too."""

ENDS = tuple(".!?…。！？")


def letters_and_digits(text: str) -> str:
    """Return letters and digits alone, in one case: what is left of "¡Gracias!" is "gracias"."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum() or unicodedata.category(letter)[0] == "M")


_CREDITS, _FAREWELLS = (
    {letters_and_digits(phrase) for phrase in CREDITS},
    {letters_and_digits(phrase) for phrase in FAREWELLS},
)


def phantoms(words: Sequence[Word], still: Collection[int]) -> Iterator[Doubt]:
    """Yield phantoms among the words: known phrases, and sentences of a credit's form at either end.

    still: numbers of words at which hardly a voice is heard.
    """
    yield from dict.fromkeys([*_credits(words, still), *_known_phrases(words, still)])


def _known_phrases(words: Sequence[Word], still: Collection[int]) -> Iterator[Doubt]:
    said = [letters_and_digits(word.text) for word in words]
    ends = list(accumulate(map(len, said)))
    whole = "".join(said)
    for phrase in _CREDITS | _FAREWELLS:
        begun = whole.find(phrase)
        while begun >= 0:
            first, last = bisect_left(ends, begun + 1), bisect_left(ends, begun + len(phrase)) + 1
            is_of_words = begun == ends[first] - len(said[first]) and ends[last - 1] == begun + len(phrase)
            while last < len(said) and not said[last]:
                last += 1  # punctuation that stands alone
            if is_of_words and (phrase in _CREDITS or _is_farewell(words, first, last, still)):
                yield Doubt(PHANTOM, first, last)
            begun = whole.find(phrase, begun + 1)


def _credits(words: Sequence[Word], still: Collection[int]) -> Iterator[Doubt]:
    """Yield the first sentence and the last where they have the form of a credit, or of a farewell that is one."""
    ends = [number + 1 for number, word in enumerate(words) if word.text.rstrip().endswith(ENDS)]
    sentences = list(pairwise(sorted({0, *ends, len(words)})))
    for first, last in dict.fromkeys([*sentences[:1], *sentences[-1:]]):
        text = joined(words[first:last]).strip()
        asks = any(sign in text.casefold() for sign in SUBSCRIBE) and _is_farewell(words, first, last, still)
        if asks or (last - first <= MOST_CREDIT_WORDS and is_credit(text)):
            yield Doubt(PHANTOM, first, last)


def is_credit(sentence: str) -> bool:
    """Return whether a sentence has the form in which films name who made their subtitles, whatever the language."""
    folded = sentence.casefold()
    is_named = folded.startswith(CREDIT_BEGINNINGS) or any(sign in folded for sign in CREDIT_SIGNS)
    return is_named or bool(_ADDRESS.search(sentence) or _STATION_AND_YEAR.fullmatch(sentence))


def _is_farewell(words: Sequence[Word], first: int, last: int, still: Collection[int]) -> bool:
    """Return whether these words are a sentence of their own, and all that was said or said by hardly a voice."""
    begins = first == 0 or words[first - 1].text.rstrip().endswith(ENDS)
    ends = last == len(words) or words[last - 1].text.rstrip().endswith(ENDS)
    is_all = last - first == len(words)
    return begins and ends and (is_all or all(number in still for number in range(first, last)))
