"""How people begin a recording that asks the question of the night, by language, in lower case. Collected by hand; a
language that is not here has none.
"""

EVENING_FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        *("tonight's question", "tonights question", "the question tonight", "question tonight"),
        *("question for tonight", "question for the night", "question for this night", "question of the night"),
        *("evening question", "night question", "question for my sleep", "question to sleep on"),
    ),
    "de": (
        *("frage für heute nacht", "frage für heut nacht", "frage für heute abend", "frage heute nacht"),
        *("frage für die nacht", "frage für diese nacht", "frage der nacht", "frage dieser nacht"),
        *("frage des abends", "abendfrage", "nachtfrage", "frage für den schlaf"),
    ),
    "es": (
        *("pregunta de esta noche", "pregunta para esta noche", "pregunta de la noche", "pregunta para la noche"),
        *("pregunta nocturna", "pregunta de hoy por la noche"),
    ),
    "fr": (
        *("question de ce soir", "question pour ce soir", "question du soir", "question de la nuit"),
        *("question pour la nuit", "question pour cette nuit", "question de cette nuit"),
    ),
}
"""What says that a question follows; an article or "my" may go before it (`phrases.directives: ARTICLES`)."""

COPULAS: dict[str, tuple[str, ...]] = {
    "en": ("is", "is this", "would be"),
    "de": ("ist", "ist die", "lautet", "heißt", "wäre"),
    "es": ("es", "es esta", "sería"),
    "fr": ("est", "est celle ci", "serait", "c'est"),
}
"""What may stand between that and the question."""

ASKING: dict[str, str] = {
    "en": "how what why who whom whose where when which whether if",
    "de": "wie was warum wieso weshalb wer wen wem wessen wo wohin woher wann welche welcher welches welchem welchen "
    "wozu womit wofür woran worauf worum wovon ob",
    "es": "cómo como qué que quién quien quiénes dónde donde adónde cuándo cuando cuál cual cuáles cuánto cuánta "
    "cuántos si",
    "fr": "comment que quoi qu pourquoi qui où quand quel quelle quels quelles combien si",
}
"""Words by which a question begins. Verbs are not among them: "tonight's question can wait" asks nothing."""
