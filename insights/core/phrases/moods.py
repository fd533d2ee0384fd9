"""How sentences open that want something done or known, without saying so: "Build a box", "Is the pool open".

By language, as regular expressions on what `insights.core.mood` makes of a clause: lower case but for names, no marks
but apostrophes and hyphens. Collected by hand. A language that is not here has none.
"""

from typing import NamedTuple


class Openings(NamedTuple):
    """Regular expressions for the beginning of a clause; `leads` may go before it.

    leads: ends in a space. frames: how a clause begins that only leads to the next ("for the garden, ...").
    wants_done_later: what opens a clause after a comma, where less is certain. tags: a whole last clause that asks.
    """

    leads: str
    frames: str
    wants_done: tuple[str, ...]
    wants_known: tuple[str, ...]
    wants_done_later: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def _one_of(words: str) -> str:
    """Return what matches one of the words between white space; "_" stands for a space inside one."""
    return f"(?:{'|'.join(word.replace('_', ' ') for word in words.split())})"


_NAME = r"[A-ZÀ-Þ]\w*"

_EN_VERBS = _one_of(r"""
    add answer apply arrange ask assemble attach avoid back(?=_up) bake break bring build buy cancel carry choose chop
    clean clear collect compare complete confirm connect contact create decide declutter decorate defrost deliver
    descale describe dig discuss do donate download draw drop dry dust edit empty enter explain explore feed fill find
    finish fit fix fold follow freeze get give glue go grab hang harvest heat help hem hide hire hoover insert install
    insulate invest invite join keep knit learn leave lend let lift look make measure meet mend mix mow move organise
    organize pack pay peel pick polish postpone practise prepare print protect prove prune pull push put queue raise
    read rearrange rebook recycle register rehearse remember remind remove renew reorder repair replace reply repot
    reserve reset return reuse review rewrite ring rinse rotate save schedule scrub sell send separate serve set sew
    sharpen sign sort sow speak start stick stitch stop strip submit subscribe sweep swap switch take talk tell thank
    think throw tidy tie tighten transfer translate transplant treat trim try tune turn type unpack unplug unsubscribe
    untangle update upgrade upload use visit wash whitewash wipe wrap write
""")
_EN_NOUNS_TOO = _one_of("""
    book braid brush call change charge check cook copy cover cut draft email fence file frame grease grill hammer hand
    insure interview iron label light list load lock lower mail map mess message nail note oil order paint park patch
    phone photograph plan plant post practice record rent report research rest roast rub run sand scan screw seal search
    shake share shave ship shop show sketch soak split stack stain stake steam store stretch study tape test text time
    top track vacuum varnish walk watch water weed weigh wire work
""")
"""Verbs that are nouns as well ("Water is dripping"): what comes next must tell."""
_EN_OBJECT = (
    _one_of(rf"""
        the a an my our your his her their its this that these those some any all both every each more another extra two
        three four five six ten it them him us me everyone everybody somebody someone mum mom dad grandma grandpa up out
        off back down away about whether if {_NAME}
    """)
    + r"\b(?!'s)"
)
_EN_FINITE = _one_of("""
    is are was were am has have had will would can could should might did does went came got gets goes comes said made
    makes seems took takes looks feels felt ran runs
""")
_EN_NOT_PAST = (
    r"(?!.*\b(?:yesterday|ago|earlier|this morning"
    r"|last (?:night|week|weekend|month|year|spring|summer|autumn|winter)))"
)
_EN_VERB = rf"{_EN_VERBS}\b(?! (?:{_EN_FINITE}|of|than|that's|you|i|we|they)\b)(?!')"
_EN_NOUN_TOO = rf"{_EN_NOUNS_TOO}\b(?!')"
_EN_PRONOUN = _one_of("i you he she it we they there this that the my our your his her their")
_EN_SUBJECT = _one_of(rf"""
    {_EN_PRONOUN} these those a an its any anyone anybody anything someone somebody everyone everybody people all some
    {_NAME} (?!always|this|less|perhaps)\w\w+s
""")
_EN_AUXILIARY = _one_of("is are was were am do does did can could will would should shall has have had might")
_EN_WH = _one_of("if whether what who why how where when which")
_EN_OBLIGED = _one_of(r"""
    need_to need_(?:a|an|some|more|new|another) have_to have_got_to 've_got_to got_to gotta ought_to must(?!_have\b)
    should(?!_have\b|'ve\b|_be\b) had_better 'd_better better(?!_be\b|_than\b) 'll_have_to will_have_to
""")
_EN_NO_TASK = _one_of("""
    know think like want care mind believe feel have need see understand recall even really get seem suppose love miss
    remember wish hope trust
""")

_DE_VERBS = _one_of("""
    bau baue bring bringe besorg besorge bestell bestelle bezahl bezahle buch buche denk denke druck drucke entkalk
    entsorg erinnere erinner erneuer finde frag frage füll gieß gieße gib hol hole häng ernte kauf kaufe koch koche
    kündige lad lade lass leg lege leih lies mach mache meld melde miss montier nimm notier öl pack packe pflanz pflanze
    plan plane probier prüf prüfe putz putze räum räume reparier repariere reservier reserviere ruf rufe säe sag sage
    sammel schau schaue schick schicke schneid schneide schreib schreibe setz setze sortier stell stelle stopf streich
    streiche such suche teil teste trag überweis vereinbar vergleich versuch wasch wasche wechsel wechsle zahl zahle
    zeichne zieh
""")
_DE_INFINITIVES = _one_of("""
    anrufen bauen bestellen bezahlen besorgen bringen buchen drucken düngen einkaufen entkalken entsorgen erneuern
    ernten finden fragen füllen gießen geben holen hängen kaufen kochen kündigen laden lassen legen leihen lesen machen
    mähen melden messen mieten montieren nehmen nähen ordnen packen pflanzen planen prüfen putzen räumen reinigen
    reparieren reservieren rufen sagen säen schauen schicken schneiden schreiben senden setzen sortieren stellen
    streichen suchen tauschen testen tragen überweisen umsetzen verabreden vereinbaren vergleichen verkaufen waschen
    wechseln werfen zahlen zeichnen ziehen zurückgeben
""")
_DE_PREFIX = _one_of("ab an auf aus ein mit nach um vor weg zu zurück her hin fertig durch über")
_DE_SUBJECT = _one_of("ich du er sie es wir ihr man jemand")
_DE_FINITE = _one_of("""
    ist sind war waren hat haben habe hatte hatten wird werden würde kann konnte konnten können könnte will wollte
    wollten wollen darf durfte mag lässt ließ
""")
_DE_OBLIGED = _one_of("muss müssen müsste müssten sollte sollten soll brauche brauchen")
_DE_WH = _one_of("wann wo wie warum wieso weshalb wer wem wen was woher wohin welche[rsmn]?")
_DE_ASKING = _one_of("""
    ist sind war hat haben kann können könnte soll sollen sollte darf wird gibt würde wäre hast bist weiß geht
""")
_DE_ASKED = _one_of(rf"{_DE_SUBJECT} das der die dem den ein eine mein meine unser unsere [A-ZÄÖÜ]\w+")

_ES_INFINITIVE = (
    r"(?!(?:ayer|mujer|mar|lugar|hogar|ser|estar|par|por|taller|poder|amar|placer|azúcar|collar|bar|primer|tercer"
    r"|alquiler|cualquier|pesar)\b)\w{2,}(?:ar|er|ir)"
)
_ES_VERBS = _one_of("""
    compra llama construye pinta riega pregunta busca lleva devuelve limpia paga envía manda reserva pide recuerda
    escribe prepara arregla cambia revisa mira pon haz saca trae corta planta termina imprime lava ordena
""")
_ES_PRONOUN = r"(?:lo|la|los|las|le|les|me|nos)?"
_ES_OBJECT = _one_of(r"el la los las un una a al de mi mis su que pan por en [A-ZÁÉÍÓÚ]?\w+s\b")
_ES_WH = _one_of("qué quién quiénes cuál cuáles cuánto cuánta cuántos cuántas cómo cuándo dónde adónde")

_FR_INFINITIVE = (
    r"(?!(?:hier|hiver|premier|première|dernier|mer|père|mère|frère|être|notre|votre|autre|entre|contre|quatre|encore"
    r"|lettre|livre|chambre|plaisir|soir|avenir|janvier|février|septembre|octobre|novembre|décembre)\b)"
    r"\w{2,}(?:er|ir|re)"
)
_FR_VERBS = _one_of("""
    achète appelle arrose construis demande peins prends prépare range répare réserve envoie écris cherche nettoie paie
    rends vérifie regarde apporte plante coupe finis imprime lave pose mets change commande trouve
""")
_FR_OBJECT = _one_of("le la les l' un une des du de d' à au aux mon ma mes ce cette en chez [A-ZÉÈ]")
_FR_WH = _one_of("où combien pourquoi comment qui quand_est quel_est quelle_est")

OPENINGS: dict[str, Openings] = {
    "en": Openings(
        leads=(
            r"(?:(?:and|so|then|also|oh|ah|okay|ok|right|um|uh|er|hm|hmm|well|please|but|now|just|hey|alright|first"
            r"|finally|lastly|firstly|secondly|thirdly|tomorrow|tonight|today|later|afterwards"
            r"|(?:on|this|next|by|before|every|until) (?:week|weekend|month|year|morning|afternoon|evening|night|spring"
            rf"|summer|autumn|winter|\w+day|{_NAME})) )*"
        ),
        frames=(
            r"(?:for|on|in|at|by|before|after|if|when|once|while|as|until|since|now that|this|next|tomorrow|tonight"
            r"|today|note|reminder|task|todo|to do|idea|last|another|separate|different|fine)\b"
        ),
        wants_done=(
            rf"{_EN_VERB}{_EN_NOT_PAST} (?!\w+ing\b)\S",
            rf"{_EN_NOUN_TOO}{_EN_NOT_PAST} {_EN_OBJECT}",
            rf"{_EN_NOUN_TOO}(?!.*(?:\b{_EN_FINITE}\b|'s\b)){_EN_NOT_PAST} (?!(?:\w+ing|\w+ed|club|of|and)\b)\S",
            rf"(?:don't|dont|do not) (?!{_EN_NO_TASK}\b)\w",
            r"(?:let's|lets|let us) (?!(?:see|say|hope|face|be)\b)\w",
            rf"{_EN_OBLIGED} (?!{_EN_PRONOUN}\b)\w",
            rf"(?:i|we)(?:'d)?(?: really| still| also| just| probably| definitely)* ?{_EN_OBLIGED} \w",
            r"(?:can|could|will|would) you (?:please )?remind\b",
        ),
        wants_known=(
            rf"(?:what|where|why|when|how)(?:'s| {_EN_AUXILIARY}) (?!a shame|a pity)\S",
            r"what (?:if|about|happens|happened|else)\b",
            (
                rf"(?:what|which(?! (?:is|was|means|meant|makes|would|has|could|will)\b)|whose)"
                rf"(?! (?:{_EN_PRONOUN}|an?)\b)"
                rf" \w+(?: \w+){{0,3}}? (?:{_EN_AUXILIARY}|goes|comes|works|wins)\b"
            ),
            r"how (?:about|come)\b",
            rf"how \w+(?<!\bthe)(?: \w+){{0,2}} {_EN_AUXILIARY}\b(?! what\b)",
            rf"who(?:'s)?(?! (?:{_EN_PRONOUN}|am)\b) \w+",
            r"why (?:not|bother)\b",
            r"(?:is|are|does|did)(?:n't)? (?!(?:\w+ing|not|to)\b)\w",
            r"(?:am|do) (?:i|you|we|they|people|any|bees)\b",
            r"don't (?:you|we|they|i)\b",
            (
                rf"(?:was|were|can|could|will|would|should|shall|may|might|wasn't|weren't|can't|couldn't|won't|wouldn't"
                rf"|shouldn't|didn't) (?!you (?:please )?remind\b){_EN_SUBJECT}\b"
            ),
            r"has (?!(?:been|to|got|had|gone|no)\b)\w",
            r"(?:have|had|haven't|hasn't|hadn't) (?:i|you|we|they|he|she|it|any|anyone|anybody)\b",
            rf"(?:(?:i )?wonder(?:ing)?|(?:i'm |i am )?not sure|(?:no|any) idea) {_EN_WH}\b(?! to\b)",
        ),
        wants_done_later=(rf"(?!(?:put|cut|set|let|read)\b){_EN_VERB}{_EN_NOT_PAST} (?:{_EN_OBJECT}|\w\w+s\b)",),
        tags=(
            (
                r"(?:is|are|was|were|do|does|did|has|have|had|ca|could|wo|would|should)n't"
                r" (?:it|he|she|they|we|you|i|there)"
            ),
            r"(?:or )?(?:is|are|was|were|does|did|has|have) (?:it|he|she|they|we|you)(?: not)?",
        ),
    ),
    "de": Openings(
        leads=(
            r"(?:(?:und|auch|ach|also|dann|okay|ok|ähm|äh|bitte|aber|ja|so|gut|noch|morgen|heute|später|nachher"
            r"|(?:am|bis|vor|diese|dieses|nächste|nächsten) [A-ZÄÖÜ]\w+) )*"
        ),
        frames=r"(?:für|am|im|bis|vor|nach|wenn|sobald|falls|bevor|morgen|heute|notiz|aufgabe|erinnerung)\b",
        wants_done=(
            rf"{_DE_VERBS}\b (?!(?:ich|wir|es|sie|er|ist|sind|war)\b)\S",
            rf"(?!.*\b(?:{_DE_SUBJECT}|{_DE_FINITE})\b)(?:\S+ ){{1,6}}{_DE_PREFIX}?{_DE_INFINITIVES}$",
            rf"(?:ich |wir |man )?{_DE_OBLIGED} (?!{_DE_SUBJECT}\b)\w",
        ),
        wants_known=(
            rf"{_DE_WH}(?! (?:{_DE_SUBJECT}|für|immer)\b) \w+ \w",
            rf"{_DE_ASKING} {_DE_ASKED}\b",
            r"(?:keine ahnung|nicht sicher) (?:ob|warum|wie|wann|wer|was|wo)\b",
        ),
    ),
    "es": Openings(
        leads=(
            r"(?:(?:y|también|ah|pues|bueno|vale|eh|por favor|pero|luego|mañana|hoy"
            r"|el (?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)) )*"
        ),
        frames=r"(?:para|en|antes|después|cuando|si|mañana|hoy|nota|tarea|recordatorio)\b",
        wants_done=(
            rf"{_ES_INFINITIVE}{_ES_PRONOUN} (?!(?:es|era|está|fue|estaba)\b)\w",
            rf"{_ES_VERBS}{_ES_PRONOUN} {_ES_OBJECT}",
            r"no (?:olvides|dejes|digas|te olvides)\b",
        ),
        wants_known=(
            rf"(?:a |de |en |con |por |para |desde )?{_ES_WH}(?!.* (?:más|tan) ) \w",
            r"no sé (?:si|qué|cómo|cuándo|dónde|quién)\b",
        ),
    ),
    "fr": Openings(
        leads=(
            r"(?:(?:et|aussi|ah|alors|bon|ok|euh|puis|mais|ensuite|demain|ce soir|aujourd'hui"
            r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )*"
        ),
        frames=r"(?:pour|dans|avant|après|quand|si|demain|lundi|samedi|note|tâche|rappel)\b",
        wants_done=(rf"(?:se |s'|ne pas )?{_FR_INFINITIVE} {_FR_OBJECT}", rf"{_FR_VERBS}(?:-\w+)? {_FR_OBJECT}"),
        wants_known=(
            rf"(?:à |de |dans |pour |depuis )?{_FR_WH}\b \w",
            r"(?:à |de |dans |pour )(?:quel|quelle|quels|quelles|quoi) \w",
            r"(?:quel|quelle|quels|quelles) \w+ (?:est|sont|a|ont|part|faut|va|peut)\b",
            r"\w+-(?:t-)?(?:il|elle|on|vous|tu|nous|ils|elles|je)\b",
            r"est-ce\b",
        ),
    ),
}
