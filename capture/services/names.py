"""Names as people and devices give them."""

LONGEST_NAME = 100
"""Characters of a device's name."""


def plain(name: str) -> str:
    """Return a name without what cannot be seen, and without space around it."""
    return "".join(sign for sign in name if sign.isprintable()).strip()
