"""How everything looks: colours by role in light and dark, the type of charts, and the style sheet of all parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap

from okrlib.text import Locale

Level = Literal["good", "warn", "bad", "none"]
HERE = Path(__file__).parent


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
CATEGORIES = ("#2f7fb8", "#c2711c", "#1f8f6b", "#a95aa8", "#8a7a2c", "#7a828e")
"""For parts of a whole: readable on light and dark paper alike, so they stay as they are in both."""

HEAT = LinearSegmentedColormap.from_list("okr_heat", ["#eef4f8", "#9cc6de", "#2f7fb8", "#0a3f5e"])
"""For a matrix of shares; it stays as it is in the dark, so write in its cells with `heat_ink`."""

FIGSIZE = (6.4, 3.6)
"""Inches; on a phone 344 px wide the type of 11 points comes out at 8 px, on a desktop at 16 px."""

FONT_STACK = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", '
    '"Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif'
)
_CJK_FONT = HERE / "fonts" / "NotoSansSC-okrlib.ttf"


def heat_ink(share: float) -> str:
    """Return the colour to write with on a `HEAT` cell of this share (0 to 1)."""
    return "#fefefe" if share > 0.64 else "#111820"


@contextmanager
def style(locale: Locale) -> Iterator[None]:
    """Draw in the house style: charts made and saved inside have its type, colours and fixed bytes."""
    _register_font()
    with mpl.rc_context(_settings(locale)):
        yield


def variables(palette: Palette) -> str:
    """Return a palette as CSS custom properties, ``--okr-this-year:#1a73ab;…``."""
    return "".join(f"--okr-{role}:{colour};" for role, colour in roles(palette).items())


def roles(palette: Palette) -> dict[str, str]:
    """Return the colours by role as style sheets name it (``this-year``)."""
    return {role.replace("_", "-"): colour for role, colour in asdict(palette).items()}


@cache
def parts_css() -> str:
    """Return the style of charts, tables, cards and notices; the colours are `variables`."""
    return (HERE / "parts.css").read_text(encoding="utf-8")


def in_notebook(html: str) -> str:
    """Return `html` with its style, for an output cell: on light paper, whatever the colours around it are.

    The packet page drops the <style> and brings its own, which also knows dark mode and print.
    """
    sheet = f".okr{{{variables(LIGHT)}}}.okr{{color-scheme:light;background:#fff;padding:8px}}{parts_css()}"
    return f'<style>{sheet}</style><div class="okr">{html}</div>'


@cache
def _register_font() -> None:
    """Make the shipped font known, also as its own bold: the reader's machine draws that, here only widths matter."""
    fonts = font_manager.fontManager
    fonts.addfont(_CJK_FONT)
    fonts.ttflist.append(replace(fonts.ttflist[-1], weight=700))


def _settings(locale: Locale) -> dict[Any, Any]:
    fonts = ["Noto Sans SC", "DejaVu Sans"] if locale == "zh" else ["DejaVu Sans", "Noto Sans SC"]
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": LIGHT.rule,
        "axes.facecolor": "none",
        "axes.formatter.use_mathtext": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.labelcolor": LIGHT.muted,
        "axes.labelsize": 10.5,
        "axes.prop_cycle": cycler(color=[LIGHT.this_year, LIGHT.last_year, LIGHT.target, LIGHT.expected]),
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.titlesize": 11.5,
        "axes.titleweight": "normal",
        "axes.unicode_minus": False,
        "figure.constrained_layout.use": True,
        "figure.facecolor": "none",
        "figure.figsize": FIGSIZE,
        "font.family": fonts,
        "font.size": 11,
        "grid.color": LIGHT.rule,
        "grid.linewidth": 0.8,
        "legend.fontsize": 10.5,
        "legend.frameon": False,
        "lines.linewidth": 2.2,
        "lines.solid_capstyle": "round",
        "patch.edgecolor": "none",
        "savefig.bbox": None,
        "savefig.facecolor": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": "okrlib",
        "svg.id": None,
        "text.color": LIGHT.ink,
        "text.parse_math": False,
        "xtick.color": LIGHT.rule,
        "xtick.labelcolor": LIGHT.muted,
        "xtick.labelsize": 10.5,
        "xtick.major.size": 4,
        "ytick.labelcolor": LIGHT.muted,
        "ytick.labelsize": 10.5,
        "ytick.major.size": 0,
    }
