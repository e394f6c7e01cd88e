"""Colours by role in light and dark, and the style sheet of all parts; needs nothing to be drawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Level = Literal["good", "warn", "bad", "none"]
SUMMARY_MIME = "application/vnd.okrlib.summary+json"
"""What the plain values of summary cards are called among a cell's outputs."""


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour per role, as ``#rrggbb``; every role differs from every other, also to colour-blind eyes beside it."""

    this_year: str
    last_year: str
    target: str
    expected: str
    good: str
    warn: str
    bad: str
    none: str
    ink: str
    muted: str
    rule: str
    paper: str
    surface: str


LIGHT = Palette(
    this_year="#1a73ab",
    last_year="#868f9b",
    target="#7d1d5f",
    expected="#b07a22",
    good="#12724f",
    warn="#8f5a00",
    bad="#b3261e",
    none="#5f6875",
    ink="#1b2430",
    muted="#586172",
    rule="#dfdcd4",
    paper="#faf9f6",
    surface="#ffffff",
)
DARK = Palette(
    this_year="#4fa9e0",
    last_year="#7d8794",
    target="#f9c9e6",
    expected="#d9a04c",
    good="#5cc79a",
    warn="#e3b04b",
    bad="#ff8d80",
    none="#9ba4b1",
    ink="#e9e7e2",
    muted="#a6aebb",
    rule="#343c47",
    paper="#12161b",
    surface="#1a2027",
)


def variables(palette: Palette) -> str:
    """Return a palette as CSS custom properties, ``--okr-this-year:#1a73ab;…``."""
    return "".join(f"--okr-{role}:{colour};" for role, colour in roles(palette).items())


def roles(palette: Palette) -> dict[str, str]:
    """Return the colours by role as style sheets name it (``this-year``)."""
    return {role.replace("_", "-"): colour for role, colour in asdict(palette).items()}


@cache
def parts_css() -> str:
    """Return the style of charts, tables, cards and notices; the colours are `variables`."""
    return (Path(__file__).parent / "parts.css").read_text(encoding="utf-8")


def in_notebook(html: str) -> str:
    """Return `html` with its style, for an output cell: on light paper, whatever the colours around it are.

    The packet page drops the <style> and brings its own, which also knows dark mode and print.
    """
    sheet = f".okr{{{variables(LIGHT)}--okr-paper:#fff;color-scheme:light;background:#fff;padding:8px}}{parts_css()}"
    return f'<style>{sheet}</style><div class="okr">{html}</div>'
