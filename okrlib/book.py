"""The Book: one store and quarter as of a day, in a language, with everything that charts, tables and forms show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from okrlib.analysis.data import open_data
from okrlib.analysis.metrics import metric_facts
from okrlib.errors import DataError, ParameterError
from okrlib.okr import Journal, KeyResult, Outlook, Reading, Scorecard, Sheet
from okrlib.okr.agenda import Agenda, agenda
from okrlib.okr.cascade import Cascade, read_cascade
from okrlib.okr.checks import Finding, check_cascade, check_sheet, worst_first
from okrlib.okr.journal import store_journal
from okrlib.okr.month import Month, month, month_of
from okrlib.okr.scorecard import scorecard
from okrlib.okr.sheet import differences, read_sheet
from okrlib.periods import Quarter, parse_day, told_moment
from okrlib.state import State
from okrlib.stores import Workbook, find_home
from okrlib.text import Text, check_locale

if TYPE_CHECKING:
    from okrlib.analysis.backtest import Backtest
    from okrlib.analysis.during import Glance, RunRate
    from okrlib.analysis.effect import Effect
    from okrlib.analysis.forward import Forward
    from okrlib.analysis.lag import Drag
    from okrlib.analysis.outlook import Course
    from okrlib.analysis.starts import Start
    from okrlib.analysis.targets import Ambition, Policy
    from okrlib.analysis.tracks import Track
    from okrlib.analysis.why import Against, Gap


@dataclass(frozen=True)
class Book(State):
    """One store and quarter as of the end of a day; the first argument of every chart and table."""

    sheet: Sheet | None
    journal: Journal
    known_at: datetime | None = None  # the lake as it was at this moment; None: as it is

    @cached_property
    def whole_journal(self) -> Journal:
        """Everything journalled so far, whatever the as-of day: what new events and an edited sheet are held against."""
        return store_journal(self.workbook, self.store, self.quarter)

    @cached_property
    def intended(self) -> Sheet | None:
        """The sheet as it stood on the as-of day; an edit that is not recorded yet counts as it is written."""
        recorded = self.whole_journal.sheet
        if self.sheet is None or recorded is None or differences(recorded, self.sheet):
            return self.sheet
        return self.journal.in_force(self.sheet)

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """What the data gives for each key result of the catalogue."""
        from okrlib.analysis import outlook as look  # noqa: PLC0415  # pandas and scipy load only where a sheet is read

        return look.readings(self.data, self.intended) if self.intended else {}

    @cached_property
    def courses(self) -> dict[str, Course]:
        """The daily course of each key result whose metric adds up over days."""
        from okrlib.analysis import outlook as look  # noqa: PLC0415  # as in `readings`

        return look.courses(self.data, self.intended) if self.intended else {}

    def course(self, kr: KeyResult) -> Course | None:
        """Lay out one key result's daily course towards its target."""
        return self.courses.get(kr.id)

    @cached_property
    def starts(self) -> dict[str, Start]:
        """Where each key result starts, with rule, days and data: frozen at the lock; in a draft, as of today."""
        from okrlib.analysis.starts import starts  # noqa: PLC0415  # as in `readings`

        return starts(self.data, self.intended, self.journal, self.as_of) if self.intended else {}

    @cached_property
    def startless(self) -> dict[str, Text]:
        """Why the data give a draft's key result no baseline, where its rule asks for one."""
        from okrlib.analysis.starts import startless  # noqa: PLC0415  # as in `readings`

        if self.intended is None or self.whole_journal.locked:
            return {}
        return startless(self.data, self.intended, self.starts, self.as_of)

    @property
    def baselines(self) -> dict[str, Decimal]:
        """The values they start from."""
        return {name: start.baseline.value for name, start in self.starts.items()}

    @cached_property
    def outlooks(self) -> dict[str, Outlook]:
        """Probability and expected path for each key result."""
        from okrlib.analysis import outlook as look  # noqa: PLC0415  # as in `readings`

        return look.outlooks(self.data, self.intended, self.courses, self.baselines) if self.intended else {}

    @cached_property
    def policy(self) -> Policy:
        """How likely the workbook wants its targets to be."""
        from okrlib.analysis.targets import read_policy  # noqa: PLC0415  # as in `readings`

        return read_policy(self.workbook)

    @cached_property
    def tracks(self) -> dict[str, Track]:
        """The days of each key result that can be forecast; without a sheet, of the store's revenue."""
        from okrlib.analysis.tracks import tracks  # noqa: PLC0415  # as in `readings`

        krs = self.scorecard.sheet.key_results if self.scorecard else ()
        asked = {kr.id: (kr.metric, kr.where.items) for kr in krs if kr.metric}
        return tracks(self.data, asked if self.scorecard else {"revenue": ("revenue", ())})

    @cached_property
    def backtest(self) -> Backtest:
        """The forecast of the key results replayed on past quarters."""
        from okrlib.analysis.backtest import backtest  # noqa: PLC0415  # as in `readings`

        return backtest(self.data, self.tracks, self.policy)

    @cached_property
    def ambitions(self) -> dict[str, Ambition]:
        """How high the target of each key result is."""
        from okrlib.analysis.targets import ambitions  # noqa: PLC0415  # as in `readings`

        locked = self.journal.locked
        on = locked.at.date() if locked else None
        return ambitions(self.data, self.scorecard, self.tracks, self.policy, on) if self.scorecard else {}

    @cached_property
    def run_rates(self) -> dict[str, RunRate]:
        """The pace that the rest of the quarter needs, for each total not yet reached."""
        from okrlib.analysis.during import run_rates  # noqa: PLC0415  # as in `readings`

        return run_rates(self.data, self.scorecard, self.tracks) if self.scorecard else {}

    @cached_property
    def glances(self) -> dict[str, tuple[Glance, ...]]:
        """How the forecast of each key result looked week by week."""
        from okrlib.analysis.during import glances  # noqa: PLC0415  # as in `readings`

        card = self.scorecard
        return glances(self.data, card.sheet, self.journal, self.tracks, self.baselines) if card else {}

    @cached_property
    def gaps(self) -> dict[str, dict[Against, Gap]]:
        """Why each key result that splits into drivers stands where it does; without a sheet, the store's revenue."""
        from okrlib.analysis.why import gaps, sheet_gaps  # noqa: PLC0415  # as in `readings`

        card = self.scorecard
        return sheet_gaps(self.data, card) if card else {"revenue": gaps(self.data, "revenue", self.period)}

    @cached_property
    def forwards(self) -> tuple[Forward, ...]:
        """What the drivers of each total not yet reached must do in the days left."""
        from okrlib.analysis.forward import forwards  # noqa: PLC0415  # as in `readings`

        card = self.scorecard
        return forwards(self.data, card, self.journal.tasks(card.sheet)) if card else ()

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What became of the metric of each task that was expected to move one."""
        from okrlib.analysis.effect import effects  # noqa: PLC0415  # as in `readings`

        return effects(self.data, self.scorecard.sheet, self.journal) if self.scorecard else ()

    @cached_property
    def agenda(self) -> Agenda | None:
        """What the check-in of the as-of day has to talk about, against a week before; None without a sheet."""
        a_week_ago = self.as_of - timedelta(days=7)
        return agenda(self.scorecard, self._on(a_week_ago), self.journal) if self.scorecard else None

    @cached_property
    def month(self) -> Month | None:
        """The four weeks behind the as-of day, as a monthly meeting looks back on them; None without a sheet."""
        before = month_of(self.period, self.as_of).start - timedelta(days=1)
        return month(self.scorecard, self._on(before), self.journal) if self.scorecard else None

    @property
    def cut_short(self) -> tuple[KeyResult, ...]:
        """The key results measured from data that miss their last days: exports have not been read, nobody knows what they bring."""
        if self.intended is None or not self.ends_early:
            return ()
        last, due = self.data.covers.end, self.intended.due
        return tuple(kr for kr in self.intended.key_results if kr.metric and due(kr) > last)

    def last_day_scored(self, *, anyway: bool = False) -> date | None:
        """The day on which the data of a closing end where they are cut short, else None; DataError then, unless `anyway`."""
        store, last, names = self.store.store, self.data.covers.end, [kr.id for kr in self.cut_short]
        if names and not anyway:
            days = (self.quarter.end - last).days
            raise DataError(
                f"store {store!r}: the exports end on {last}, {days} days before {self.quarter} does, so {', '.join(names)} "
                f"cannot be scored; read the missing ones: okr ingest {store}; if nothing was ordered since, add --anyway",
                f"店铺 {store}：导出数据只到 {last}，距 {self.quarter} 结束还差 {days} 天，{'、'.join(names)} 无法评分；"
                f"请先导入缺少的数据：okr ingest {store}；如此后确实没有订单，可在命令行加 --anyway 结束本季度",
            )
        return last if names else None

    def _on(self, day: date) -> Scorecard | None:
        """The sheet as it stood on an earlier day, without forecasts; None before quarter or data begin."""
        if day < self.quarter.start or self.data.covers.start > day:
            return None
        name, home = self.store.store, self.workbook.home
        then = open_book(name, str(self.quarter), day, self.locale, home=home, known_at=self.known_at)
        return scorecard(then.sheet, then.journal, then.readings, {}, day) if then.sheet else None

    @cached_property
    def drags(self) -> dict[str, Drag]:
        """What holds each lagging key result back."""
        from okrlib.analysis.lag import drags  # noqa: PLC0415  # as in `readings`

        return drags(self.data, self.scorecard, self.gaps) if self.scorecard else {}

    @cached_property
    def cascade(self) -> Cascade:
        """The objectives of the company that this store is asked to serve, with its own."""
        return read_cascade(self.workbook, self.quarter, self.locale, self.store.store, self.intended)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is to mend in the sheet and in how it serves the company, errors first; empty without a sheet."""
        if self.intended is None:
            return []
        found = check_sheet(
            self.intended, (metrics := metric_facts()), values=self.readings, baselines=self.baselines,
            probabilities={name: found.when_set for name, found in self.ambitions.items()},
            unusual={name: start.unusual for name, start in self.starts.items()}, startless=self.startless,
            findings=self._answerable(self.intended),
            elsewhere=self.cascade.company.values(), believable=(self.policy.fantasy, self.policy.sandbagging),
        )  # fmt: skip
        return worst_first([*found, *check_cascade(self.cascade, metrics, {self.store.store: self.store})])

    def _answerable(self, sheet: Sheet) -> dict[str, set[str]] | None:
        """The metrics of each finding that objectives may cite; last quarter's too, from which they were set. None: none is cited."""
        cited = {name for objective in sheet.objectives for name in objective.answers}
        found = {one.id: {one.metric} for one in self.matters} if cited else None
        if found is not None and cited - found.keys():
            found |= {one.id: {one.metric} for one in self.matters_of(self.quarter.previous.period)}
        return found

    @cached_property
    def scorecard(self) -> Scorecard | None:
        """The sheet as it stands; None when the store has none for the quarter."""
        return scorecard(self.sheet, self.journal, self.readings, self.outlooks, self.as_of) if self.sheet else None


def open_book(
    store: str,
    quarter: str,
    as_of: str | date,
    locale: str = "en",
    *,
    home: str | Path | None = None,
    known_at: datetime | None = None,
) -> Book:
    """Open a store and quarter as of a day; `known_at`, a moment with its offset, leaves out exports read later.

    Without one, OKR_KNOWN_AT in the environment says it: so a packet's notebooks are told, and an analyst's can be.
    Raises ParameterError for a store, quarter, day or language that cannot be, SheetError for a sheet that cannot be
    read, NoDataError when the store has no data by that day.
    """
    workbook = Workbook(find_home(home))
    found, name, day = workbook.store(store), Quarter.parse(quarter), parse_day(as_of, "as_of")
    language = check_locale(locale)
    if day < name.start:
        says = f"as_of {day}: {name} begins only on {name.start}; choose a day from then on"
        raise ParameterError(says, f"截至日 {day}：{name} 从 {name.start} 才开始，请选择之后的日期")
    known_at = known_at or told_moment()
    data = open_data(workbook, found, day, known_at)
    data.require_orders()
    path = workbook.sheet_path(store, name)
    sheet = read_sheet(path) if path.exists() else None
    journal = store_journal(workbook, found, name, day)
    return Book(workbook, found, name, day, language, data, sheet, journal, known_at)
