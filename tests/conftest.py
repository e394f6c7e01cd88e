"""What tests of several parts share: a browser to look at pages with."""

import os
import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def chromium():
    """The path of Chromium: the one that is there, else Debian's where we may install it, else skip and say why."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None) or _installed()
    if found is None:
        pytest.skip("no Chromium here, and it cannot be installed (that needs root on Debian)")
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    """A headless Chromium for the whole session."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with driver.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


def _installed():
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    command = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
    subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True, timeout=300)
    subprocess.run(command, check=False, capture_output=True, timeout=600)
    return shutil.which("chromium")
