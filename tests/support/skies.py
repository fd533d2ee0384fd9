"""Skies of invented topics: names that are short, long, and of several scripts, at places that a hash chooses."""

from insights.core.pictures.constellation import Star
from insights.core.pictures.sky import SkyTopic, sky_svg
from insights.core.pictures.svg import fractions

NAMES = [
    "Grip and touch",
    "The lighthouse novel",
    "Ida's questions",
    "Fingerkuppensensorkalibrierung",
    "Donaudampfschifffahrtsgesellschaftskapitänsgeschichten",
    "Das zweite Kapitel und seine Umstellung",
    "Why",
    "Überraschungen",
    "Письма отцу",
    "夜の庭と静かな機械",
]


def sky_topic(number: int, *, ideas: int | None = None) -> SkyTopic:
    """Return a topic with up to thirty ideas; in every fifth topic the last is of last night."""
    x, y, size = (value for value, _ in zip(fractions("place", str(number)), range(3), strict=False))
    count = 1 + int(size * 30) if ideas is None else ideas
    ages = [0 if number % 5 == 0 and idea == count - 1 else 2 for idea in range(count)]
    stars = tuple(Star(f"{number}-{idea}", idea, age) for idea, age in enumerate(ages))
    name = f"{NAMES[number % len(NAMES)]} {number}"
    return SkyTopic(f"topic-{number}", name, f"/topics/{number}/", (x, y), stars, count)


def sky_of_topics(count: int) -> str:
    """Return the picture of so many topics."""
    return sky_svg(tuple(sky_topic(number) for number in range(count)), label="Sky")
