"""Which topic an idea belongs to, and what a person's corrections teach about that. Pure: no Django, no settings.

tokens       what of an idea's words tells topics apart       space      where ideas lie, by meaning and by words
index        one person's ideas and topics, and what binds    assign     each new idea, at once
consolidate  what waits, placed; near-duplicates, merged      features   what speaks for each topic
constraints  what a person said, for ever                     ranker     how much each kind of evidence weighs
suggest      the likeliest topics, with their probability     propose    what the machine asks
naming       what a topic is called
"""

VERSION = 4
"""Raised whenever the same ideas could be placed differently."""
