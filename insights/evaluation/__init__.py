"""Measures and fits: labelled memos and streams, simulated placement and review, scores. Pure; development only."""
