"""How charts look: their type, lines and colours, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap

from okrlib.show.palette import DARK, LIGHT, Level, Palette
from okrlib.text import Locale

__all__ = [
    "CATEGORIES",
    "DARK",
    "FIGSIZE",
    "FONT_STACK",
    "HEAT",
    "LIGHT",
    "Level",
    "Palette",
    "heat_ink",
    "settings",
    "style",
]


CATEGORIES = ("#2f7fb8", "#c2711c", "#1f8f6b", "#a95aa8", "#8a7a2c", "#7a828e")
"""For parts of a whole: readable on light and dark paper alike, so they stay as they are in both."""

HEAT = LinearSegmentedColormap.from_list("okr_heat", ["#eef4f8", "#9cc6de", "#2f7fb8", "#0a3f5e"])
"""For a matrix of shares; it stays as it is in the dark, so write in its cells with `heat_ink`."""

FIGSIZE = (6.4, 3.6)
"""Inches; on a phone 344 px wide type of 11 points comes out at 8 px, on a desktop at 16 px."""

FONT_STACK = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", '
    '"Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif'
)
_CJK_FONT = Path(__file__).parent / "fonts" / "NotoSansSC-okrlib.ttf"


def heat_ink(share: float) -> str:
    """Return the colour to write with on a `HEAT` cell of this share (0 to 1)."""
    return "#fefefe" if share > 0.64 else "#111820"


@contextmanager
def style(locale: Locale) -> Iterator[None]:
    """Draw in the house style: charts made and saved inside have its type, colours and fixed bytes."""
    with mpl.rc_context(settings(locale)):
        yield


def settings(locale: Locale) -> dict[Any, Any]:
    """Return the house style as matplotlib's settings, its font made known."""
    _register_font()
    return _SETTINGS | {"font.family": _FONTS[locale]}


@cache
def _register_font() -> None:
    """Make the shipped font known, also as its own bold: the reader's machine draws that, here only widths matter."""
    fonts = font_manager.fontManager
    fonts.addfont(_CJK_FONT)
    fonts.ttflist.append(replace(fonts.ttflist[-1], weight=700))


_FONTS: dict[Locale, list[str]] = {"en": ["DejaVu Sans", "Noto Sans SC"], "zh": ["Noto Sans SC", "DejaVu Sans"]}
_SETTINGS: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": LIGHT.rule,
    "axes.facecolor": "none",
    "axes.formatter.use_mathtext": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": LIGHT.muted,
    "axes.labelsize": 11,
    "axes.prop_cycle": cycler(color=[LIGHT.this_year, LIGHT.last_year, LIGHT.target, LIGHT.expected]),
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "normal",
    "axes.unicode_minus": False,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "figure.figsize": FIGSIZE,
    "font.size": 11.5,
    "grid.color": LIGHT.rule,
    "grid.linewidth": 0.8,
    "legend.fontsize": 11,
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
    "xtick.labelsize": 11,
    "xtick.major.size": 4,
    "ytick.labelcolor": LIGHT.muted,
    "ytick.labelsize": 11,
    "ytick.major.size": 0,
}
