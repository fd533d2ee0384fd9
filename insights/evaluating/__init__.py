"""How well ideas are placed, and how few taps bring them into a person's order: streams, simulated people, measures."""
