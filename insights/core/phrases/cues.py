"""What people say when they turn to something else, by language: the beginnings of sentences, in lower case.

Collected by hand. A language that is not here has none, and is split at pauses alone.
"""

from typing import NamedTuple

CUES: dict[str, tuple[str, ...]] = {
    "en": (
        "another idea",
        "another thing",
        "another thought",
        "another note",
        "another one",
        "a different thing",
        "a different topic",
        "a new idea",
        "anyway",
        "by the way",
        "completely different",
        "different topic",
        "different thing",
        "different subject",
        "new idea",
        "new thought",
        "new topic",
        "next idea",
        "next thing",
        "next topic",
        "oh and",
        "on another note",
        "on a different note",
        "one more thing",
        "one more idea",
        "second thing",
        "something different",
        "something else",
        "and something else",
        "and another thing",
        "totally different",
        "unrelated",
        "and now to",
        "also one more",
        "separately",
        "change of subject",
        "changing the subject",
        "that reminds me",
        "before i forget",
        "moving on",
        "last thing",
        "separate thing",
        "separate note",
        "separate topic",
        "separate idea",
        "unrelated thing",
        "different idea",
        "different note",
        "different thought",
        "next subject",
        "next note",
        "last idea",
        "first thing",
        "third thing",
        "note for",
        "note to self",
        "a thing from",
        "a thing about",
        "while i remember",
    ),
    "de": (
        "andere idee",
        "anderes thema",
        "etwas anderes",
        "was anderes",
        "da fällt mir ein",
        "dabei fällt mir ein",
        "bevor ich es vergesse",
        "letzte sache",
        "noch etwas",
        "noch was",
        "noch eine idee",
        "noch eine sache",
        "neue idee",
        "neues thema",
        "nächste idee",
        "nächstes thema",
        "nächster punkt",
        "ganz anderes thema",
        "übrigens",
        "ach ja",
        "ach und",
        "und noch",
        "ansonsten",
    ),
    "es": (
        "otra cosa",
        "otra idea",
        "otro tema",
        "cambiando de tema",
        "por cierto",
        "nueva idea",
        "nuevo tema",
        "una cosa más",
        "algo más",
        "ah y",
        "siguiente idea",
        "algo distinto",
        "eso me recuerda",
        "antes de que se me olvide",
    ),
    "fr": (
        "autre chose",
        "une autre idée",
        "autre idée",
        "autre sujet",
        "au fait",
        "nouvelle idée",
        "nouveau sujet",
        "encore une chose",
        "encore une idée",
        "rien à voir",
        "pour changer de sujet",
        "ah et",
        "prochaine idée",
        "ça me rappelle",
        "avant que j'oublie",
    ),
}


class Counting(NamedTuple):
    """How people say how many ideas are to come ("I've got two quick things for today"); words have bars between them.

    before: what may go before the number; between: before the things; after: how what may follow them begins, so that
    "two things happened" is none; told: what follows them without any marks, where it is none. along: how each next
    idea may begin ("and"), where no weights were fitted.
    """

    numbers: dict[str, int]
    things: str
    before: str
    between: str
    after: str
    told: str
    along: str


COUNTINGS: dict[str, Counting] = {
    "en": Counting(
        numbers={
            "2": 2,
            "3": 3,
            "two": 2,
            "three": 3,
            "four": 4,
            "five": 5,
            "a couple of": 2,
            "couple of": 2,
            "a few": 3,
        },
        things="things|thoughts|notes|ideas|points|topics|tasks|reminders|items|questions|matters|jobs|errands",
        before=(
            "i have|i've got|i got|there are|here are|just|so|okay|ok|um|uh|right|well|quickly|hi|hey|and|also|oh|only"
        ),
        between="quick|short|small|little|more|other|different|separate|unrelated|random",
        after="about|for|to|on|today|tonight|now|before|this|here|real|really|quickly|tomorrow|from",
        told="happened|happen|went|came|are|were|that|which|can|could|will|would|have|had|in|of",
        along="and|also|then|second|secondly|third|thirdly|finally",
    ),
    "de": Counting(
        numbers={"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "2": 2, "3": 3, "ein paar": 3},
        things="dinge|sachen|gedanken|notizen|ideen|punkte|themen|aufgaben|fragen",
        before="ich habe|es gibt|nur|also|so|ok|okay|äh|ähm|und|noch|kurz",
        between="kurze|kleine|andere|verschiedene|wichtige",
        after="zu|für|heute|noch|bevor|morgen|über|zum|zur",
        told="sind|waren|die|haben|hatten|gehen|passierten",
        along="und|außerdem|dann|auch|zweitens|drittens",
    ),
    "es": Counting(
        numbers={"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "2": 2, "3": 3, "un par de": 2, "unas": 3},
        things="cosas|notas|ideas|puntos|temas|tareas|preguntas|asuntos",
        before="tengo|hay|solo|pues|bueno|vale|eh|y",
        between="pequeñas|breves|distintas|diferentes",
        after="para|sobre|hoy|de|que hacer|mañana",
        told="son|eran|que|pasaron|han|pueden|en",
        along="y|además|también|luego|segundo|tercero",
    ),
    "fr": Counting(
        numbers={"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "2": 2, "3": 3, "quelques": 3},
        things="choses|notes|idées|points|sujets|tâches|questions|trucs",
        before="j'ai|il y a|juste|alors|bon|ok|euh|et",
        between="petites|petits|autres|différentes",
        after="à|pour|sur|aujourd'hui|demain|avant",
        told="sont|étaient|qui|que|ont|peuvent|se",
        along="et|aussi|puis|ensuite|deuxièmement|enfin",
    ),
}

OPENERS: dict[str, tuple[str, ...]] = {
    "en": (
        *("and", "but", "so", "ok", "okay", "oh", "um", "uh", "well", "right", "yes", "also", "then", "hmm", "now"),
        *("a", "very", "completely", "totally", "entirely"),
    ),
    "de": ("und", "aber", "also", "ok", "okay", "oh", "ähm", "äh", "gut", "ja", "dann", "hm"),
    "es": ("y", "pero", "bueno", "ok", "vale", "eh", "pues", "entonces"),
    "fr": ("et", "mais", "bon", "ok", "euh", "alors", "bien", "puis"),
}
"""What may go before a cue phrase."""
