"""The state of a store: what its data tell of a quarter by a day, whatever anybody intends with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from okrlib.analysis.data import StoreData
from okrlib.analysis.economics import Economics, economics
from okrlib.analysis.facts import Fact, facts
from okrlib.analysis.quality import Quality, data_quality
from okrlib.ingest.layout import load_layouts
from okrlib.periods import Period, Quarter
from okrlib.policies import RuleBook, rule_book
from okrlib.stores import Store, Workbook
from okrlib.text import Locale, Text

if TYPE_CHECKING:
    from okrlib.analysis.findings import Finding

_FRESH_DAYS = 2  # exports are taken in the morning, for the day before


@dataclass(frozen=True)
class State:
    """One store and quarter as of the end of a day, in a language, as its data show it."""

    workbook: Workbook
    store: Store
    quarter: Quarter
    as_of: date
    locale: Locale
    data: StoreData

    def say(self, text: Text, **values: object) -> str:
        """Return `text` in the Book's language."""
        return text.in_(self.locale, **values)

    @property
    def period(self) -> Period:
        """The whole quarter."""
        return self.quarter.period

    @property
    def to_date(self) -> Period:
        """The quarter as far as the data know it by the as-of day; stale exports must not look like a fall."""
        seen = self.period.until(min(self.as_of, self.data.covers.end))
        return seen or Period(self.period.start, self.period.start)

    @property
    def data_to(self) -> date | None:
        """The last day with data, where it lies before the as-of day and the quarter's end; None where they reach it."""
        last = self.data.covers.end
        return last if last < min(self.as_of, self.quarter.end) else None

    @property
    def ends_early(self) -> bool:
        """Whether the data end so early that exports must be missing: longer ago than a store may go without an order."""
        return self.data_to is not None and self.data.stale_days > _FRESH_DAYS

    @property
    def over(self) -> bool:
        """Whether the quarter has ended."""
        return self.as_of >= self.quarter.end

    @property
    def complete(self) -> bool:
        """Whether the quarter has ended and the data tell of it to its end."""
        return self.over and self.data_to is None

    def facts(self, *metrics: str, by: str | None = None, period: Period | None = None) -> list[Fact]:
        """Metrics of the store over the quarter to date (or another period), whole or by segment."""
        return facts(self.data, period or self.to_date, metrics, by=by)

    @cached_property
    def quality(self) -> Quality:
        """What was read for the store, what was left out and why, how fresh it is, and what is missing."""
        return data_quality(self.data, load_layouts(self.workbook.params / "layouts"))

    @cached_property
    def rules(self) -> RuleBook:
        """What the store's platform asks and charges, with the workbook's own rules."""
        return rule_book(self.store.platform, self.workbook.params / "policies")

    @cached_property
    def matters(self) -> list[Finding]:
        """What matters in the quarter's data, what weighs most first."""
        return self.matters_of(self.period)

    def matters_of(self, period: Period) -> list[Finding]:
        """What matters in the data of other days."""
        from okrlib.analysis.findings import findings  # noqa: PLC0415  # pandas and scipy load only where it is asked

        return findings(self.data, period, self.rules)

    def money(self, days: Period | None = None) -> Economics | None:
        """What is left of the money of the quarter to date (or other days), step by step; None where nothing was paid."""
        return economics(self.data, days or self.to_date, self.rules)
