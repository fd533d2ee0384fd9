"""Languages by their own names, to be chosen among."""

from typing import Any, NamedTuple

from django import template
from django.forms import BoundField
from django.utils.translation import get_language_info

from transcription.core.engines.languages import NAMES, language_name

register = template.Library()

USUAL = ("en", "zh", "es", "hi", "ar", "fr", "pt", "ru", "de", "ja", "it", "tr", "ko", "pl", "nl")
"""Those with the most speakers that have a Whisper worth its name; all others are one tap further."""


DJANGOS_CODES = {"zh": "zh-hans", "no": "nb"}
"""Where Django writes the code of a language in another way."""


class LanguageChoice(NamedTuple):
    """A language that may be chosen, by its code and its own name."""

    code: str
    name: str
    is_chosen: bool


def own_name(code: str) -> str:
    """Return what speakers of a language call it; where Django does not know, what English calls it."""
    try:
        return str(get_language_info(DJANGOS_CODES.get(code, code))["name_local"]).capitalize()
    except KeyError:
        return language_name(code)


@register.inclusion_tag("languages.html")
def language_choices(field: BoundField | None, preset: str = "") -> dict[str, Any]:
    """Show languages to be chosen, the usual and the chosen ones first. preset: codes, where the field says none."""
    said = (field.value() if field else None) or preset
    codes = said if isinstance(said, list | tuple) else str(said or "").replace(",", " ").split()
    chosen = {code.strip(",").lower() for code in codes}
    choices = [LanguageChoice(code, own_name(code), code in chosen) for code in NAMES]
    first = [one for one in choices if one.is_chosen or one.code in USUAL]
    return {
        "usual": sorted(first, key=lambda one: (not one.is_chosen, _rank(one.code))),
        "others": sorted((one for one in choices if one not in first), key=lambda one: one.name),
        "errors": field.errors if field else [],
        "help_text": field.help_text if field else "",
    }


def _rank(code: str) -> int:
    return USUAL.index(code) if code in USUAL else len(USUAL)
