"""Phrases that Whisper is known to write where nobody speaks: it learned them from the ends of subtitled films.

Collected from openai/whisper, discussions 679 and 928 (credits by language), and from what dictation services found in
use: Vexa-ai/vexa 155 and 617, OpenWhispr 1458, zachlatta/freeflow 111, amicalhq/amical 71.
"""

# ruff: noqa: RUF001 - phrases in other alphabets

import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from transcription.core.warnings.spans import Doubt
from transcription.core.words import Word

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
)
"""People do say these: they count as phantoms where hardly a voice is heard, or where nothing else was said."""

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
    """Yield known phantoms among the words. still: numbers of words at which hardly a voice is heard."""
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
                yield Doubt("phantom", first, last)
            begun = whole.find(phrase, begun + 1)


def _is_farewell(words: Sequence[Word], first: int, last: int, still: Collection[int]) -> bool:
    """Return whether these words are a sentence of their own, and all that was said or said by hardly a voice."""
    begins = first == 0 or words[first - 1].text.rstrip().endswith(ENDS)
    ends = last == len(words) or words[last - 1].text.rstrip().endswith(ENDS)
    is_all = last - first == len(words)
    return begins and ends and (is_all or all(number in still for number in range(first, last)))
