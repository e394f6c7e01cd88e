"""A workbook to fill in forms in: the corner shop, its sheet a draft, copied afresh for every test."""

import json
import shutil
from asyncio import events
from functools import partial

import pytest

from okrlib.book import open_book
from okrlib.forms import session as sessions
from tests.corner_shop import NAME, corner_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """The corner shop, read once."""
    return corner_shop(tmp_path_factory.mktemp("shop") / "workbook")


@pytest.fixture
def home(shop, tmp_path):
    """A copy of its workbook."""
    sessions.forget()
    return shutil.copytree(shop.home, tmp_path / "workbook")


@pytest.fixture
def book(home):
    """Open the shop's third quarter of 2025 in the copy."""
    return partial(open_book, NAME, "2025Q3", "2025-08-31", home=home)


@pytest.fixture
def sheet_path(home):
    """Where the sheet lies."""
    return home / "params" / "okrs" / NAME / "2025Q3.yaml"


@pytest.fixture(autouse=True)
def _no_loop_of_a_browser(request):
    """Forms draw at once where no loop runs; a browser of the same session keeps one running in this thread."""
    if "browser" in request.fixturenames:
        yield
        return
    running = events._get_running_loop()
    events._set_running_loop(None)
    yield
    events._set_running_loop(running)


def shorten(notebooks):
    """Leave one notebook, cut to its title in two languages, its parameters and the Book: a packet that is made quickly."""
    first, *others = sorted(notebooks.glob("*.ipynb"))
    for other in others:
        other.unlink()
    node = json.loads(first.read_text("utf-8"))
    node["cells"] = node["cells"][:4]
    first.write_text(json.dumps(node), encoding="utf-8")
