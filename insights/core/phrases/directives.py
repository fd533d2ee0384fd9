"""How people say to which topic a memo belongs, by language, in lower case. Collected by hand; a language that is not
here has none.
"""

FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "for",
        *("note for", "note to", "idea for", "thought for", "thoughts for", "thought on", "something for", "one for"),
        *("this is for", "this one is for", "this one's for", "it's for", "this is about", "this belongs to"),
        *("this goes to", "this goes into", "this goes in", "this goes under"),
        *("add this to", "put this in", "put this into", "put this under", "file this under"),
    ),
    "de": (
        *("für", "fürs", "zu", "zum", "zur"),
        *("notiz für", "notiz fürs", "notiz zu", "notiz zum", "notiz zur"),
        *("idee für", "idee fürs", "idee zu", "idee zum", "idee zur", "gedanke zu", "gedanke zum", "gedanke zur"),
        *("das ist für", "das ist fürs", "dies ist für", "das gehört zu", "das gehört zum", "das gehört zur"),
    ),
    "es": (
        "para",
        *("nota para", "nota sobre", "idea para", "idea sobre", "algo para"),
        *("esto es para", "es para", "esto va para", "esto va en", "esto pertenece a"),
    ),
    "fr": (
        "pour",
        *("note pour", "note sur", "idée pour", "idée sur", "quelque chose pour"),
        *("c'est pour", "ceci est pour", "ça c'est pour", "ça va dans"),
    ),
}
"""What goes before the name. One word alone ("for") is said of much else, too."""

ARTICLES: dict[str, str] = {
    "en": "the my our",
    "de": "der die das den dem mein meine meinen meinem meiner unser unsere unserem unseren",
    "es": "el la los las mi mis nuestro nuestra de del",
    "fr": "le la les l mon ma mes notre nos de du des d",
}
"""What may go before a name and is none of it: the words for "my" too, and what joins it to the word for "project".

Not the word for "a": whoever says it means none in particular.
"""

INDEFINITE: dict[str, str] = {"en": "a an", "de": "ein eine", "es": "un una", "fr": "un une"}
"""What may go before "note for" and the like."""

MARKERS: dict[str, str] = {
    "en": "project projects topic topics idea ideas",
    "de": "projekt projekts projekte thema themas themen idee ideen",
    "es": "proyecto proyectos tema temas idea ideas",
    "fr": "projet projets sujet sujets thème thèmes idée idées",
}
"""What may be said before or after a name, whether it is part of it or not."""

COMPOUND: dict[str, tuple[str, ...]] = {"de": ("projekt", "thema", "idee")}
"""The same, where it is one word with the name."""

PLURALS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (("", "s"), ("", "es"), ("y", "ies")),
    "de": (("", "e"), ("", "n"), ("", "en"), ("", "er"), ("", "s")),
    "es": (("", "s"), ("", "es"), ("z", "ces")),
    "fr": (("", "s"), ("", "x"), ("al", "aux")),
}
"""Endings of one and of many."""

DOUBTS: dict[str, str] = {
    "en": "not no nor never nothing none cannot without if whether or maybe perhaps unless except instead rather",
    "de": "nicht kein keine keinen keinem keiner nie niemals nichts ohne ob oder vielleicht falls außer statt",
    "es": "no ni nunca nada sin si o quizá quizás excepto salvo",
    "fr": "pas ni jamais rien sans si ou peut-être non aucun aucune sauf plutôt",
}
"""Words of a sentence that may turn what its end says into something else."""

GOING_ON: dict[str, str] = {
    "en": "and or no not wait sorry actually rather but plus",
    "de": "und oder nein nicht warte halt sorry eigentlich aber sondern plus",
    "es": "y e o u no espera perdón perdona mejor pero",
    "fr": "et ou non pas attends pardon enfin plutôt mais",
}
"""Words that may bring a second name, or take the first one back."""

CLOSERS: dict[str, str] = {
    "en": "please thanks okay ok",
    "de": "bitte danke okay ok",
    "es": "gracias vale ok",
    "fr": "merci voilà ok",
}
"""What may come after the last of it."""
