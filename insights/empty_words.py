"""Words that say nothing of what a topic is about, by language: what spaCy's stop words leave. Collected by hand."""

EMPTY: dict[str, frozenset[str]] = {
    "en": frozenset(
        "actually ago ah anyway away bad be big bit bring can cause check come day do feel find forget get give go "
        "good great guess half happen hear hey hour idea it keep kind know laugh leave let like list little long look "
        "lot love make matter maybe mean mention minute mm moment month morning need new next nice night note oh ok okay "
        "old one out part past people perhaps person please point probably put question really reason remember right "
        "round save say second see set show small something sort start still stop stuff sure take talk tell thank "
        "thing think thought time today together tomorrow tonight try turn two uh um use wait want way week well "
        "whole will word wonder work would wrong yeah year yes yesterday yet ten twenty thirty hundred end side minutes "
        "monday tuesday wednesday thursday friday saturday sunday".split()
    ),
    "de": frozenset(
        "abend bisschen brauchen denken ding echt eigentlich einfach erinnern finden frage geben gehen glauben gut gucken "
        "gestern heute idee irgendwie ja jahr klar kommen kurz lassen leute machen mal mensch merken minute mögen monat "
        "morgen mögen müssen nacht nehmen nein nochmal ok okay sache sagen schauen schön sehen sollen stunde stück tag "
        "tun überhaupt uhr vielleicht wissen woche wollen wort zeit äh ähm".split()
    ),
    "es": frozenset(
        "ahora algo año bien bueno comprar cosa creer día decir deber dar entonces estar forma gente gustar hablar hacer hora "
        "hoy idea ir llevar manera mañana mes minuto mirar momento necesitar noche ok parecer parte pensar poner poder "
        "quedar querer recordar saber semana ser sí tarde tema tener tiempo tipo tomar ver verdad vez vale".split()
    ),
    "fr": frozenset(
        "aller aimer an année arriver avoir bah ben besoin bien bon bonne chose comprendre croire demain demander devoir "
        "dire donner envie euh faire falloir façon fois gens genre heure hier idée jour journée matin mettre minute mois "
        "moment mot nuit ok oui parler passer penser petit peu pouvoir prendre question rappeler regarder savoir semaine "
        "soir temps trouver truc venir voir vouloir vrai".split()
    ),
}
