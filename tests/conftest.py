"""What tests of several parts share: a browser, and workbooks that are costly to fill."""

import os
import shutil
import subprocess
from functools import cache

import pytest
from platformdirs import user_cache_path

from okrlib.book import open_book
from okrlib.demo import write_demo_exports
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.ingest.personal import KEY_VARIABLE
from okrlib.starter import init_workbook
from tests.commands import okr, okr_alone
from tests.shared import PROJECT, unavailable


@pytest.fixture(scope="session", autouse=True)
def _key_of_buyers(tmp_path_factory):
    """No test touches the key of whoever runs the suite; the demo's is always the same."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("keys") / "buyers.key"
        path.write_text("5e" * 32)
        patch.setenv(KEY_VARIABLE, str(path))
        patch.delenv("OKR_HOME", raising=False)
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A workbook with both demo stores, their exports written and read."""
    workbook = init_workbook(tmp_path_factory.mktemp("demo") / "workbook")
    for part in ("stores/demo_shopify.yaml", "okrs/demo_shopify"):
        source, target = PROJECT / "params" / part, workbook.params / part
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    write_demo_exports(workbook.exports, AS_OF)
    for store in workbook.stores():
        assert okr(workbook.home, "ingest", store).code == 0
    return workbook


@pytest.fixture(scope="session")
def demo_run(demo):
    """What `okr demo` said: it made the packets of both stores in both languages."""
    return okr_alone(demo.home, "demo", "--jobs", "2")


@pytest.fixture(scope="session")
def demo_book(demo):
    """Open a demo store's Book, once for each store, language and quarter."""

    @cache
    def opened(store="demo_tmall", locale="en", quarter=str(QUARTER)):
        return open_book(store, quarter, AS_OF, locale, home=demo.home)

    return opened


@pytest.fixture(scope="session")
def chromium():
    """The path of Chromium: the one that is there, else Debian's where we may install it, else skip and say why."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None) or _installed()
    if found is None:
        unavailable("no Chromium here, and it cannot be installed (that needs root on Debian)")
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    """A headless Chromium for the whole session."""
    try:
        from playwright.sync_api import sync_playwright  # the suite runs without it too
    except ImportError:
        unavailable("playwright is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The script of axe-core, the checker of accessibility: fetched by npm once and kept in the user's cache."""
    folder = user_cache_path("okrlib-tests")
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        if shutil.which("npm") is None:
            unavailable("no npm here to fetch axe-core with")
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if not script.exists():
            unavailable(f"npm could not fetch axe-core: {done.stderr[-200:]}")
    return script


def _installed():
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    command = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
    subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True, timeout=300)
    subprocess.run(command, check=False, capture_output=True, timeout=600)
    return shutil.which("chromium")
