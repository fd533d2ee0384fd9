"""Words that say nothing of what a topic is about, by language: what spaCy's stop words leave. Collected by hand."""

_EN = """
    actually add ago ah anybody anyone anything anyway ask away bad be begin big bit bring can cause check come
    currently day do end everybody everyone everything far fast feel find forget friday get give go good great guess
    half happen hear hey hmm hold hour hundred idea it keep kind know laugh leave let like list little long look lot
    love make matter maybe mean meet mention minute minutes mm moment monday month morning need new next nice night
    no nobody none note nothing oh ok okay old one out part past people perhaps person please point probably put
    question really reason remember right round saturday save say second see set show side small somebody someone
    something sort start still stop stuff sunday sure take talk tell ten thank thing think thirty thought thursday
    time today together tomorrow tonight try tuesday turn twenty two ugh uh um use useful wait want way wednesday
    week well whole will wonder word work would wrong yeah year yes yesterday yet
"""
_DE = """
    abend bisschen brauchen denken ding echt eigentlich einfach erinnern finden frage geben gehen gestern glauben
    gucken gut heute idee irgendwie ja jahr klar kommen kurz lassen leute machen mal mensch merken minute monat
    morgen mögen müssen nacht nehmen nein nochmal ok okay sache sagen schauen schön sehen sollen stunde stück tag
    tun uhr vielleicht wissen woche wollen wort zeit äh ähm überhaupt
"""
_ES = """
    ahora algo año bien bueno comprar cosa creer dar deber decir día entonces estar forma gente gustar hablar hacer
    hora hoy idea ir llevar manera mañana mes minuto mirar momento necesitar noche ok parecer parte pensar poder
    poner quedar querer recordar saber semana ser sí tarde tema tener tiempo tipo tomar vale ver verdad vez
"""
_FR = """
    aimer aller an année arriver avoir bah ben besoin bien bon bonne chose comprendre croire demain demander devoir
    dire donner envie euh faire falloir façon fois genre gens heure hier idée jour journée matin mettre minute mois
    moment mot nuit ok oui parler passer penser petit peu pouvoir prendre question rappeler regarder savoir semaine
    soir temps trouver truc venir voir vouloir vrai
"""

EMPTY: dict[str, frozenset[str]] = {
    "en": frozenset(_EN.split()),
    "de": frozenset(_DE.split()),
    "es": frozenset(_ES.split()),
    "fr": frozenset(_FR.split()),
}
