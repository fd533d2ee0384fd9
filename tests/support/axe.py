"""What axe-core finds wrong with a page."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WORDS_OF_A_TEXT = ".transcript a"
"""Links within a text are as large as its words: WCAG 2.5.8 leaves them out, axe-core only beside other text."""
ASK = """(rules) => axe.run({ exclude: rules.exclude }, { runOnly: rules.only })
  .then((found) => found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`))"""


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page as it is now."""
    page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(ASK, {"only": RULES, "exclude": [[WORDS_OF_A_TEXT]]})
    return found
