"""What axe-core finds wrong with a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support.browser import DESK, PHONE, log_in
from tests.support.servers import missing
from tests.support.service import Service

AXE = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WORDS_OF_A_TEXT = ".transcript a"
"""Links within a text are as large as its words: WCAG 2.5.8 leaves them out, axe-core only beside other text."""
ASK = """(rules) => axe.run({ exclude: rules.exclude }, { runOnly: rules.only })
  .then((found) => found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`))"""


@contextmanager
def page_for_axe(browser: Browser, service: Service, password: str, look: str) -> Iterator[Page]:
    """Give the owner a page that axe-core may look at: wide in the dark look, narrow in the light one."""
    if not AXE.is_file():
        missing("axe-core (npm ci in tests/clients)")
    is_dark = look == "dark"
    context = browser.new_context(
        viewport=DESK if is_dark else PHONE, color_scheme="dark" if is_dark else "light", bypass_csp=True
    )
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    yield page
    context.close()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page as it is now."""
    page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(ASK, {"only": RULES, "exclude": [[WORDS_OF_A_TEXT]]})
    return found
