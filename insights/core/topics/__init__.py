"""Which topic an idea belongs to, and what a person's corrections teach about that. Pure: no Django, no settings.

tokens       what of an idea's words tells topics apart     space              where ideas lie, by meaning and by words
index        one person's ideas and topics                  assign             each new idea, at once
features     what speaks for each topic                     ranker             how much each feature weighs
suggest      the likeliest topics, with probabilities       consolidate        what waits, and near-duplicates
propose      merges and splits that are asked               constraints        what a person's corrections bind
naming       names, until a person gives one                apply_constraints  a person's word, applied to an index
"""

VERSION = 7
"""Raised whenever the same ideas could be placed differently."""
