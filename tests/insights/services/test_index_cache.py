"""What a process keeps of people's indexes, and how long a page waits for one."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from insights.services import index_cache
from insights.services.index_rows import NotAtHand
from insights.services.index_storage import remove_index_file
from insights.services.suggestions import suggestions
from tests.support.insights_process import begin_new_process
from tests.support.sorted_ideas import House


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def unbuilt(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house whose index has to be built, and takes longer than a page waits."""
    monkeypatch.setattr(index_cache, "PAGE_BUILT_IDEAS", 0)
    remove_index_file(house.user.pk)
    begin_new_process()
    return house


def test_a_page_does_not_wait_for_an_index_that_has_to_be_built(unbuilt: House, alices: Client) -> None:
    with pytest.raises(NotAtHand):
        suggestions(unbuilt.ideas[4], at_once=True)
    page = alices.get(f"/ideas/{unbuilt.ideas[4].pk}/move")
    later = f"/ideas/{unbuilt.ideas[4].pk}/suggested"
    assert f'hx-get="{later}' in page.text
    assert "Office</button>" in alices.get(later).text
    page = alices.get(f"/ideas/{unbuilt.ideas[4].pk}/move")
    assert "hx-get" not in page.text.partition('class="line"')[2].partition("</form>")[0]
    assert "Office</button>" in page.text


def test_a_page_without_scripts_comes_again_and_waits(unbuilt: House, alices: Client) -> None:
    page = alices.get(f"/ideas/{unbuilt.ideas[4].pk}/move?back=/topics/")
    again = re.search(r'<noscript><meta http-equiv="refresh" content="0;url=([^"]+)">', page.text)
    assert again, "there is no way to the suggestions without scripts"
    page = alices.get(f"/ideas/{unbuilt.ideas[4].pk}/move{unescape(again[1])}")
    assert "Office</button>" in page.text
    assert 'name="back" value="/topics/"' in page.text
    assert "<noscript>" not in page.text
