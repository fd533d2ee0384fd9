"""Which topic an idea belongs to, and what a person's corrections teach about that. Pure: no Django, no settings.

words       what of an idea's words tells topics apart        space       where ideas lie, by meaning and by words
map         one person's ideas and topics, and what binds     placing     each new idea, at once
tidying     what waits, placed; near-duplicates, merged       correcting  what a person said, for ever
evidence    what speaks for each topic                        learning    how much each kind of evidence weighs
suggesting  the likeliest topics, with their probability
"""

VERSION = 4
"""Raised whenever the same ideas could be placed differently."""
