"""Words that hold a sentence together and say nothing of what is looked for, by language. Collected by hand."""

_EN = """
    a about after again all also am an and any are as at be been before but by can could did do does doing don done
    down for from had has have having he her here hers him his how i if in into is it its just ll me mine my no not
    now of off on once only or other our ours out over own re s said same say saying she should so some something such
    t talked than that the their them then there these they thing things this those to too up us ve very was we were
    what when where which while who why will with would you your
"""
_DE = """
    aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dem den denn der des die dies diese
    dieser dieses doch du durch ein eine einem einen einer eines er es für gesagt habe haben hat hatte hatten ich ihm
    ihn ihr ihre im in ins ist ja kein keine man mein meine mich mir mit nach nicht noch nur ob oder ohne sein seine
    sich sie sind so über um und uns unser unter vom von vor war waren warum was wegen weil wenn wer wie wir wird wo
    worüber zu zum zur
"""
_ES = """
    a al algo como con cuando de del desde donde el ella ellos en era es esa ese eso esta este esto está fue ha había
    hay he la las le lo los me mi mis muy no nos o para pero por porque que qué se si sin sobre son su sus también te
    tu un una uno y ya yo
"""
_FR = """
    a ai ainsi alors au aux avec avait c ce ces cette comme d dans de des donc du elle en est et était eu il ils j je
    l la le les leur lui m ma mais me mes moi mon n ne nous on ou où par pas pour qu que qui s sa se ses si son sont
    sur t ta te tes toi ton tu un une vous y à ça été
"""

SMALL_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(_EN.split()),
    "de": frozenset(_DE.split()),
    "es": frozenset(_ES.split()),
    "fr": frozenset(_FR.split()),
}

_NUMBERS = {
    "en": """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand first second third half
    """,
    "de": """
        null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
        achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend erste zweite
        dritte halb
    """,
    "es": """
        cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis veinte
        treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento mil primero segundo tercero medio
    """,
    "fr": """
        zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente
        quarante cinquante soixante cent mille premier deuxième troisième demi
    """,
}
NUMBERS = {language: frozenset(words.split()) for language, words in _NUMBERS.items()}
"""Words that count: looked for as any others, but two ideas that both say three have nothing in common by that."""
