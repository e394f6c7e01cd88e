"""A drawn figure as one piece of HTML: the picture, what it says in words, and the data behind it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from io import StringIO

import matplotlib.pyplot as plt
import numpy as np
from markupsafe import Markup, escape
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from okrlib.show import palette, theme
from okrlib.show.table import Table
from okrlib.text import Locale, Text

DATA_BEHIND = Text("Data behind this chart", "图表数据")
MANY_POINTS = 1500  # beyond this a picture of the points is smaller than their outlines
_DPI_OF_POINTS = 200
_PIXELS_PER_POINT = 1.4  # the figure of 6.4 inches is shown 645 px wide


@dataclass(slots=True)
class Chart:
    """A figure with the words that stand for it (`alt`, required), a caption and the table it was drawn from.

    The figure is closed at once, so that it is neither shown twice nor kept; the picture follows dark mode by itself.
    """

    figure: Figure
    alt: str
    caption: str = ""
    data: Table | None = None
    locale: Locale = "en"
    anchor: str = ""  # of `okrlib.show.anchors`, where a finding's link leads
    wide: bool = False  # a phone scrolls it sideways: shrunk to its screen, its words could not be read
    _html: str = field(default="", init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a chart needs alt: one or two sentences that say what it shows")
        plt.close(self.figure)

    def __html__(self) -> str:
        if not self._html:
            self._html = self._figure()
        return self._html

    def _repr_html_(self) -> str:
        return palette.in_notebook(self.__html__())

    def _figure(self) -> str:
        width, height = (round(inches * 72 * _PIXELS_PER_POINT) for inches in self.figure.get_size_inches())
        source = base64.b64encode(svg(self.figure, self.locale).encode()).decode()
        caption = Markup("<figcaption>{}</figcaption>").format(self.caption) if self.caption else ""
        anchor = Markup(' id="{}"').format(self.anchor) if self.anchor else ""
        kind = " okr-broad" if self.wide else ""
        return _FIGURE.format(anchor, kind, self.alt, source, width, height, caption, self._data())

    def _data(self) -> str:
        if self.data is None:
            return ""
        return Markup("<details><summary>{}</summary>{}</details>").format(
            DATA_BEHIND.in_(self.locale), escape(self.data)
        )


def svg(figure: Figure, locale: Locale) -> str:
    """Return `figure` as SVG whose colours follow the reader's light or dark mode; the same figure, the same text."""
    _flatten_many_points(figure)
    figure.set_dpi(_DPI_OF_POINTS)
    out, nameless = StringIO(), dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with theme.style(locale):
        FigureCanvasSVG(figure).print_svg(out, metadata=nameless)  # type: ignore[no-untyped-call]  # savefig draws it twice
    return _with_reader_style(_bare(out.getvalue()))


def _flatten_many_points(figure: Figure) -> None:
    for axes in figure.axes:
        for points in axes.collections:
            if isinstance(points, PathCollection) and len(np.asarray(points.get_offsets())) > MANY_POINTS:
                points.set_rasterized(True)


def _bare(text: str) -> str:
    """Drop prolog, comments, metadata, line ends, the unit of the size, idle transforms and digits nobody sees."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', text, count=2)
    text = re.sub(r' transform="rotate\(-?0 [^"]*"', "", text)
    text = re.sub(r' (?:d|x|y)="[^"]*"', lambda match: re.sub(r"(\.\d\d)\d+", r"\1", match[0]), text)
    return re.sub(r"\s*\n\s*", " ", text).replace("> <", "><")


def _with_reader_style(text: str) -> str:
    """Leave fonts to the reader's machine, and colours of roles to variables that follow its light or dark mode."""
    text = re.sub(r' style="[^"]*"', lambda match: _reader_style(match[0]), text)
    return re.sub(r"<svg[^>]*>", lambda match: match[0] + _SHEET, text, count=1)


def _reader_style(declarations: str) -> str:
    """Rewrite one style attribute; matplotlib writes the font either in full or as a shorthand with the weight."""
    declarations = re.sub(r"font-family: [^;\"]*(?:; )?", "", declarations)
    declarations = re.sub(r"font: ([^;\"]*?px) [^;\"]*", _long_font, declarations)
    return re.sub(r"#[0-9a-f]{6}", lambda match: _ROLE_COLOURS.get(match[0], match[0]), declarations)


def _long_font(match: re.Match[str]) -> str:
    words = match[1].split()
    weight = "; font-weight: 700" if {"bold", "600", "700", "800"} & set(words) else ""
    slope = "; font-style: italic" if "italic" in words else ""
    return f"font-size: {words[-1]}{weight}{slope}"


_FIGURE = Markup(
    '<figure{} class="okr-chart{}"><img alt="{}" src="data:image/svg+xml;base64,{}" width="{}" height="{}">{}{}</figure>'
)
_ROLE_COLOURS = {colour: f"var(--okr-{role})" for role, colour in palette.roles(palette.LIGHT).items()}
_ROLE_COLOURS["#000000"] = "var(--okr-ink)"
_SHEET = (
    f"<style>:root{{{palette.variables(palette.LIGHT)}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{palette.variables(palette.DARK)}}}}}"
    f"text{{font-family:{theme.FONT_STACK};fill:var(--okr-ink)}}</style>"
)
