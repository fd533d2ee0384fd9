"""Text that others wrote, without what cannot be seen and what a terminal would obey."""


def visible_name(name: str) -> str:
    """Return a name without what cannot be seen, and without space around it."""
    return "".join(sign for sign in name if sign.isprintable()).strip()


def printable(text: str) -> str:
    """Return a text with a question mark for each character that a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)
