"""How well memos are split: what a person told apart, measures, and the fit of the weights."""
