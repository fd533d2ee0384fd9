"""Small words inside of names, by language, in lower case. Collected by hand; a language that is not here has none."""

ARTICLES: dict[str, str] = {
    "en": "a an the my our your his her its their this that these those some any all",
    "de": "der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner unser unsere"
    " unseren unserem unserer dein deine ihr ihre ihren sein seine seinen diese dieser dieses",
    "es": "el la los las un una unos unas mi mis tu tus su sus nuestro nuestra este esta estos estas",
    "fr": "le la les l' un une des mon ma mes ton ta tes son sa ses notre nos ce cet cette ces",
}
"""What goes before a thing and is left out after a verb: "set an alarm" makes "Set alarm"."""

LINKS: dict[str, str] = {
    "en": "about at between by for from in of on to with",
    "de": "am an auf aus bei beim fürs für im in mit ohne vom von zum zur über",
    "es": "con de del en para por sin sobre",
    "fr": "avec chez dans de du en pour sans sur à au aux",
}
"""What joins two things in one name: "speech for Sam"."""

PARTICLES: dict[str, str] = {"en": "away back down in off on out over up"}
"""What makes another verb of a verb: "turn off"."""
