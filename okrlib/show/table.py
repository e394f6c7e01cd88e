"""Tables whose cells may be progress bars, status pills and changes; every text in them is escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import Markup

from okrlib.show.palette import Level, in_notebook
from okrlib.text import NO_DATA

_RING = "M5 0A5 5 0 1 1 5 10A5 5 0 1 1 5 0Z"
_SHAPES = {
    "good": _RING,
    "warn": "M5 .5L10 9.5H0Z",
    "bad": "M5 0L10 5L5 10L0 5Z",
    "none": f"{_RING}M5 1.6A3.4 3.4 0 1 0 5 8.4A3.4 3.4 0 1 0 5 1.6Z",
    "+": "M5 1L10 9H0Z",
    "-": "M5 9L0 1H10Z",
    "−": "M5 9L0 1H10Z",
}
ANCHOR = r"okr-at-[a-z-]+"  # what `okrlib.show.anchors` names
KPI_ANCHOR = "okr-and-kpi"  # where a packet says what sets OKR apart from KPI
_BESIDE = 7  # a figure of more letters stands above its bar, or it would widen the column for all
_LEFT, _RIGHT = -0.25, 1.5  # what a bar can draw; beyond it an arrow says that there is more


@dataclass(frozen=True, slots=True)
class Bar:
    """Progress as a bar from 0 to 100 % with its figure; below 0 it grows to the left, over 100 % past the mark.

    `fraction` 0.5 is half; None is no data and draws an empty track, never zero. In a column all bars share one scale;
    `alone`, a bar begins at the left edge unless it is below zero.
    """

    fraction: float | None
    text: str
    level: Level = "none"
    alone: bool = False

    def __html__(self) -> str:
        two = _width(self.text) > _BESIDE
        left = 0 if (self.alone or two) and not (self.fraction or 0) < 0 else 30
        return _BAR.render(bar=_bar_shape(self.fraction), left=left, text=self.text, level=self.level, two=two)


@dataclass(frozen=True, slots=True)
class Status:
    """A word with a shape and a colour of its own, so that it can be told without either."""

    label: str
    level: Level = "none"

    def __html__(self) -> str:
        long = " okr-long" if _width(self.label) > _ONE_LINE else ""
        return _PILL.format(self.level, long, shape(self.level), self.label)


@dataclass(frozen=True, slots=True)
class Change:
    """A signed difference (``+3.1%``); `good` says whether that is welcome, None when it is neither."""

    text: str
    good: bool | None = None

    def __html__(self) -> str:
        level = {True: "good", False: "bad", None: "none"}[self.good]
        return _CHANGE.format(level, shape(self.text[:1]), self.text)


@dataclass(frozen=True, slots=True)
class Marked:
    """Words with a mark behind them that leads to where the packet explains it: the part of the page named `anchor`."""

    text: str
    mark: str
    anchor: str

    def __html__(self) -> str:
        return _MARKED.format(self.text, self.anchor, self.mark)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the `key` of its cell in a row, its label, its side, and how a raw value is written."""

    key: str
    label: str
    align: Literal["left", "right"] = "left"
    format: Callable[[Any], str] = str
    wide: bool = False  # holds sentences: keep it broad enough to be read, also on a phone

    @property
    def css(self) -> str:
        """The classes of its cells."""
        return f"okr-{self.align} okr-wide" if self.wide else f"okr-{self.align}"

    def is_blank(self, row: Mapping[str, Any]) -> bool:
        """Whether there is nothing to show in a row."""
        return _is_missing(row.get(self.key))

    def cell(self, row: Mapping[str, Any]) -> Any:
        """Return what the cell shows: a drawn part as it is, a missing value as a dash, the rest formatted."""
        value = row.get(self.key)
        if self.is_blank(row):
            return NO_DATA
        return value if hasattr(value, "__html__") and not isinstance(value, str) else self.format(value)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under labelled columns; the first column names its row. Scrolls sideways within itself.

    `stacked`, as suits sentences, it becomes on a phone one block a row, each cell behind its label, without empty ones.
    With `first`, the rows after so many are folded away under the line `more`.
    """

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    caption: str = ""
    note: str = ""
    stacked: bool = False
    anchor: str = ""  # of `okrlib.show.anchors`, where a finding's link leads
    first: int | None = None
    more: str = ""

    @classmethod
    def plain(cls, labels: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = "", note: str = "") -> Table:
        """Make a table from labels and tuples of cells: the first column left, the others right."""
        columns = [Column(str(i), label, "right" if i else "left") for i, label in enumerate(labels)]
        return cls(columns, [{str(i): cell for i, cell in enumerate(row)} for row in rows], caption, note)

    def __html__(self) -> str:
        label = self.caption or ", ".join(column.label for column in self.columns)
        first = self.first if self.first and len(self.rows) > self.first + 1 else len(self.rows)
        return _TABLE.render(table=self, label=label, shown=self.rows[:first], folded=self.rows[first:])

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__())


def shape(name: str) -> Markup:
    """Draw the mark of a level, or the arrow of a sign (``+``, ``-``); nothing for any other name."""
    return _SHAPE.format(_SHAPES[name]) if name in _SHAPES else Markup("")


def _is_missing(value: object) -> bool:
    """Tell None and everything that does not equal itself: NaN, NaT, and pandas' NA, which won't even answer."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124
    except TypeError:
        return True


def _width(text: str) -> int:
    """Return how many letters wide a text is; a Chinese character is two."""
    return sum(1 if ord(char) < _WIDE else 2 for char in text)


def _bar_shape(fraction: float | None) -> dict[str, Any]:
    """Return the fill of a bar in hundredths of its track, and on which side it runs out of room."""
    if fraction is None or math.isnan(fraction):
        return {"x": 0, "width": 0, "over": False, "under": False}
    drawn = round(100 * min(max(fraction, _LEFT), _RIGHT), 1)
    return {"x": min(drawn, 0), "width": abs(drawn), "over": fraction > _RIGHT, "under": fraction < _LEFT}


_SHAPE = Markup('<svg class="okr-shape" viewBox="-1 -1 12 12" aria-hidden="true"><path d="{}"></path></svg>')
_WIDE, _ONE_LINE = 0x2E80, 28  # from here on characters are wide; a pill of more letters may break
_PILL = Markup('<span class="okr-pill okr-{}{}">{}{}</span>')
_CHANGE = Markup('<span class="okr-change okr-{}">{}{}</span>')
_HTML = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_BAR = _HTML.from_string("""\
<span class="okr-bar okr-{{ level }}{{ ' okr-two' if two }}"><span class="okr-figure">{{ text }}</span>\
<svg viewBox="{{ -left }} 0 {{ 155 + left }} 10" preserveAspectRatio="none" aria-hidden="true">
<rect class="okr-track" x="0" y="2" width="100" height="6"></rect>
<rect class="okr-fill" x="{{ bar.x }}" y="2" width="{{ bar.width }}" height="6"></rect>
<rect class="okr-mark" x="99.4" y="0" width="1.2" height="10"></rect>
{% if bar.over %}<path class="okr-fill" d="M150 0L155 5L150 10Z"></path>{% endif %}
{% if bar.under %}<path class="okr-fill" d="M-25 0L-30 5L-25 10Z"></path>{% endif %}
{% if left %}<rect class="okr-mark" x="-0.6" y="0" width="1.2" height="10"></rect>{% endif %}
</svg></span>""")
_MARKED = Markup('{} <a class="okr-link" href="#{}">{}</a>')
_TABLE = _HTML.from_string("""\
{% macro grid(rows, caption, label, anchor) %}
<div{% if anchor %} id="{{ anchor }}"{% endif %} class="okr-table{{ ' okr-stacked' if table.stacked }}"
 role="region" tabindex="0" aria-label="{{ label }}"><table>
{% if caption %}<caption>{{ caption }}</caption>{% endif %}
<thead><tr>
{% for column in table.columns %}<th scope="col" class="okr-{{ column.align }}">{{ column.label }}</th>{% endfor %}
</tr></thead><tbody>
{% for row in rows %}<tr>
{% for column in table.columns %}
{% if loop.first %}<th scope="row" class="{{ column.css }}">{{ column.cell(row) }}</th>
{% elif table.stacked %}<td class="{{ column.css }}{{ ' okr-blank' if column.is_blank(row) }}">
<span class="okr-cell" aria-hidden="true">{{ column.label }}</span><span>{{ column.cell(row) }}</span></td>
{% else %}<td class="{{ column.css }}">{{ column.cell(row) }}</td>{% endif %}
{% endfor %}</tr>
{% endfor %}</tbody></table></div>
{% endmacro %}
{{ grid(shown, table.caption, label, table.anchor) }}
{% if folded %}<details class="okr-fold"><summary>{{ table.more }}</summary>{{ grid(folded, "", table.more, "") }}</details>{% endif %}
{% if table.note %}<p class="okr-note">{{ table.note }}</p>{% endif %}""")
