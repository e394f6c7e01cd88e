"""What the tests of this folder share."""

import pytest

from tests.okr.builders import SHEET


@pytest.fixture
def path(tmp_path):
    """A sheet's file with comments, in the place where a workbook has it."""
    file = tmp_path / "okrs" / "demo_tmall" / "2026Q4.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(SHEET, encoding="utf-8")
    return file
