"""Write how wide each letter of the pages' sans font is, for labels of pictures that must not cover each other."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from insights.core.pictures.label_widths import PER_EM, WEIGHTS, WIDTHS_FILE


class Command(BaseCommand):
    """Measure the fonts. Development only: it needs fontTools and brotli (requirements-dev.in)."""

    help = "Write insights/core/pictures/label_widths.json from font files (development only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the variable fonts, the first that has a letter first."""
        parser.add_argument("fonts", nargs="+", type=Path, metavar="FONT", help="a variable font with a weight axis")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Measure every letter at every weight."""
        widths: dict[str, list[int]] = {}
        for font in options["fonts"]:
            for letter, measured in _advances(font).items():
                widths.setdefault(letter, measured)
        WIDTHS_FILE.write_text(
            json.dumps(dict(sorted(widths.items())), ensure_ascii=False, separators=(",", ":")) + "\n"
        )
        self.stdout.write(f"{len(widths)} letters at {len(WEIGHTS)} weights.")


def _advances(font: Path) -> dict[str, list[int]]:
    """Return the advance widths of a font's letters, one a weight, in thousandths of its size."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    found: dict[str, list[int]] = {}
    for weight in WEIGHTS:
        made = instantiateVariableFont(TTFont(font), {"wght": weight})
        for code, glyph in made.getBestCmap().items():
            width = made["hmtx"][glyph][0] * PER_EM / made["head"].unitsPerEm
            found.setdefault(chr(code), []).append(round(width))
    return found
