"""The page over all stores of a quarter, beside the index that leads to it: what notebook 10 shows, for who has no JupyterLab."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from okrlib.periods import Quarter
from okrlib.run import words
from okrlib.run.hold import writing
from okrlib.run.manifest import write_atomically
from okrlib.run.packets import write_index
from okrlib.run.page import render_page
from okrlib.run.private import Part
from okrlib.text import HTML_LANG, Locale, day


def render_portfolio(part: Part, quarter: Quarter, as_of: date, locale: Locale) -> str:
    """Return a self-contained page about all stores; the same `part` gives the same text."""
    eyebrow, heading = words.PACKET["packet"].in_(locale), words.PORTFOLIO.in_(locale)
    seen = f"{words.PACKET['as_of'].in_(locale)} {day(as_of, locale)}"
    return render_page(
        "portfolio.html.j2", HTML_LANG[locale], f"{heading} · {quarter}", f"{heading} · {quarter} · {seen}",
        eyebrow=eyebrow, heading=heading, quarter=quarter, as_of=seen, part=part,
    )  # fmt: skip


def write_portfolio(home: Path, quarter: Quarter, locale: Locale, page: str) -> Path:
    """Write the page to ``reports/<quarter>/portfolio.<locale>.html``, and the index anew so that it leads there."""
    path = home / "reports" / str(quarter) / f"portfolio.{locale}.html"
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, page)
    write_index(home, quarter)
    return path
