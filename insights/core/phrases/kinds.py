"""How tasks and questions are worded, by language: runs of words in lower case, a bar between words that are as good,
and "!" before words of which none may follow.

`opens` is looked for where a sentence begins, openers aside ("and call Anna"); `holds` anywhere in it. Word forms are
written out, so that nothing needs a lexicon. Collected by hand; in a language that is not here all is thought.
"""

from typing import NamedTuple


class Phrases(NamedTuple):
    """How something is worded: what opens a sentence, and what stands anywhere in it."""

    opens: tuple[str, ...]
    holds: tuple[str, ...]


OPENERS: dict[str, tuple[str, ...]] = {
    "en": ("and", "also", "oh", "so", "then", "okay", "ok", "um", "uh", "well", "please", "but"),
    "de": ("und", "auch", "ach", "also", "dann", "okay", "ok", "ähm", "äh", "bitte", "aber"),
    "es": ("y", "también", "ah", "pues", "bueno", "vale", "eh", "por", "favor", "pero"),
    "fr": ("et", "aussi", "ah", "alors", "bon", "ok", "euh", "puis", "mais"),
}
"""What may go before what opens a sentence."""

TASKS: dict[str, Phrases] = {
    "en": Phrases(
        (
            "remember|need|have|got to",
            "don't|dont|do forget",
            "do n't forget",
            "do not forget",
            "todo",
            "to do",
            "to-do",
            "task",
            "reminder",
            "note to self",
            "make sure",
        ),
        (
            "remember to",
            "remind me",
            "don't|dont forget",
            "do n't forget",
            "do not forget",
            "i need|have|ought to",
            "we need|have|ought to",
            "i 've|have got to",
            "i must|should !have|'ve",
            "must not|n't forget",
        ),
    ),
    "de": Phrases(
        (
            "ruf|rufe|kauf|kaufe|bestell|bestelle|zahl|zahle|bezahl|bezahle|schick|schicke|buch|buche|frag|frage|sag",
            "nicht vergessen",
            "vergiss|vergesst nicht",
            "denk|denke daran|dran",
            "aufgabe",
            "erinnerung",
            "erinnere|erinner mich",
        ),
        (
            "nicht vergessen",
            "erinnere|erinner mich",
            "daran|dran denken",
            "ich muss|sollte|müsste",
            "wir müssen|sollten",
        ),
    ),
    "es": Phrases(
        (
            "llama|llamar|compra|comprar|paga|pagar|envía|enviar|manda|mandar|reserva|reservar|pide|pedir|pregunta",
            "recuerda|recordar|acordarse|acuérdate",
            "tarea",
            "recordatorio",
            "hay que",
        ),
        ("no olvidar|olvides|olvidarme", "tengo|tenemos que", "hay que", "debo|debería|debemos", "recuérdame"),
    ),
    "fr": Phrases(
        (
            "appeler|appelle|acheter|achète|payer|paie|envoyer|envoie|réserver|réserve|commander|commande|demander",
            "penser|pense à",
            "tâche",
            "rappel",
            "ne pas oublier",
            "à faire",
        ),
        (
            "ne pas oublier",
            "il faut|faudra|faudrait",
            "je dois|devrais",
            "on|nous doit|devons",
            "rappelle-moi",
            "rappelle -moi",
        ),
    ),
}

QUESTIONS: dict[str, Phrases] = {
    "en": Phrases(
        (),
        (
            "i wonder",
            "i 'm|am wondering",
            "wonder whether|if|why|how|what",
            "i 'd like to know",
            "no idea whether|if|why",
            "no idea how !to",
        ),
    ),
    "de": Phrases(
        ("warum|wieso|weshalb|wie|wo|wann|wer|was|welche|welcher ist|sind|war|kann|könnte|soll|wäre|wenn|hat|macht",),
        ("ich frage mich", "frage mich", "ich wüsste gern|gerne", "keine ahnung ob|warum|wie"),
    ),
    "es": Phrases(
        ("qué|por|cómo|dónde|cuándo|quién|cuál es|son|qué|sería|pasa|puede|podría|está|hay",),
        ("me pregunto", "quisiera saber", "no sé si"),
    ),
    "fr": Phrases(
        ("pourquoi|comment|où|quand|qui|que|quoi est|sont|serait|peut|pourrait|si|faire", "est -ce", "est-ce"),
        ("je me demande", "me demande", "j' aimerais savoir", "je ne sais pas si"),
    ),
}
"""A question mark at the end asks in any language."""
