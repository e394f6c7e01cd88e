"""Summary cards: the few figures a reader should see first, also as plain values for the manifest and the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment

from okrlib.show.palette import SUMMARY_MIME, in_notebook
from okrlib.show.table import Bar, Status


@dataclass(frozen=True, slots=True)
class Card:
    """One figure with its name; `progress` (0.5 is half, None draws no bar) and `status` are shown when given."""

    label: str
    value: str
    note: str = ""
    status: Status | None = None
    progress: float | None = None

    @property
    def bar(self) -> Bar | None:
        """The progress as a drawn bar; its figure is the card's value already."""
        level = self.status.level if self.status else "none"
        return None if self.progress is None else Bar(self.progress, "", level, alone=True)

    def plain(self) -> dict[str, Any]:
        """Return the card as plain values."""
        status = {"status": self.status.label, "level": self.status.level} if self.status else {}
        return {"label": self.label, "value": self.value, "note": self.note, "progress": self.progress, **status}


@dataclass(frozen=True, slots=True)
class Cards:
    """A row of cards; `summary` (store, quarter, as-of date …) goes with their plain values into the manifest."""

    cards: Sequence[Card]
    summary: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""

    def __html__(self) -> str:
        return _CARDS.render(cards=self.cards, title=self.title)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        plain = {**self.summary, "title": self.title, "cards": [card.plain() for card in self.cards]}
        return {"text/html": in_notebook(self.__html__()), SUMMARY_MIME: plain}


_CARDS = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<div class="okr-cards">
{% if title %}<p class="okr-cards-title">{{ title }}</p>{% endif %}
<ul>
{% for card in cards %}<li class="okr-card okr-{{ card.status.level if card.status else 'none' }}">
<p class="okr-label">{{ card.label }}</p>
<p class="okr-value">{{ card.value }}</p>
{% if card.bar %}{{ card.bar }}{% endif %}
{% if card.status %}<p class="okr-state">{{ card.status }}</p>{% endif %}
{% if card.note %}<p class="okr-note">{{ card.note }}</p>{% endif %}
</li>
{% endfor %}</ul></div>""")
