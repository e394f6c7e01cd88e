"""Where key results start: each baseline with its rule, its days and its data, and what is unusual about those days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from okrlib.analysis.data import StoreData
from okrlib.analysis.events import event_days
from okrlib.analysis.facts import Fact, fact, facts
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.outlook import baselines
from okrlib.okr import Baseline, Journal, KeyResult, Sheet
from okrlib.periods import Period, parse_day
from okrlib.text import Text, day, percent

ODD = Decimal("0.1")  # a week without which the baseline would be so much another
SILENT = 3  # days in a row without an order, in a store that sells nearly every day
_NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class Start:
    """Where one key result starts: frozen on a day, or (None) as its rule would have it today."""

    key_result: KeyResult
    baseline: Baseline
    frozen_on: date | None
    unusual: tuple[Text, ...]


def starts(data: StoreData, sheet: Sheet, journal: Journal, on: date) -> dict[str, Start]:
    """Return where each key result starts, typed or by rule, with what is unusual about the days of a rule."""
    locked = journal.locked.at.date() if journal.locked else None
    found = dict(journal.baselines) if locked else _draft(data, sheet, on)
    return {
        kr.id: Start(kr, found[kr.id], locked, tuple(_unusual(data, sheet, kr, found[kr.id])))
        for kr in sheet.key_results
        if kr.id in found
    }


def startless(data: StoreData, sheet: Sheet, found: Mapping[str, Start], on: date) -> dict[str, Text]:
    """Say why the data give a draft no baseline, for each key result not among those `found`: a lock would refuse them."""
    lost = {kr.id for kr in sheet.key_results if kr.kind == "reach" and isinstance(kr.baseline, str)} - found.keys()
    missing = baselines(data, sheet, on, "")[1] if lost else {}
    return {name: reason for name, reason in missing.items() if name in lost}


def _draft(data: StoreData, sheet: Sheet, on: date) -> dict[str, Baseline]:
    typed = {kr.id: Baseline(value=kr.baseline) for kr in sheet.key_results if isinstance(kr.baseline, Decimal)}
    return typed | baselines(data, sheet, on, "")[0]


def _unusual(data: StoreData, sheet: Sheet, kr: KeyResult, baseline: Baseline) -> Iterator[Text]:
    if baseline.period is None or kr.metric not in CATALOGUE:
        return
    first, _, last = baseline.period.partition("..")
    days = Period(parse_day(first), parse_day(last))
    yield from _silent(data, days)
    yield from _odd_week(data, kr, days, sheet.quarter.period)


def _silent(data: StoreData, days: Period) -> Iterator[Text]:
    """Days without any order in a row: an export that is missing, or a shop that stood still."""
    orders = [(one.segment, bool(one.value)) for one in facts(data, days, ["placed_orders"], by="day")]
    if not orders or sum(sold for _, sold in orders) < _NEARLY * len(orders):
        return
    for sold, run in groupby(orders, key=lambda one: one[1]):
        quiet = [on for on, _ in run if isinstance(on, date)]
        if not sold and len(quiet) >= SILENT:
            yield Text(
                f"Not one order from {day(quiet[0], 'en')} to {day(quiet[-1], 'en')}: is an export missing?",
                f"{day(quiet[0], 'zh')} 至 {day(quiet[-1], 'zh')} 没有任何订单，是否缺少导出文件？",
            )


def _odd_week(data: StoreData, kr: KeyResult, days: Period, quarter: Period) -> Iterator[Text]:
    """The week without which the baseline would be furthest from what it is, unless the quarter has its event too."""
    metric, where = CATALOGUE[str(kr.metric)], dict(kr.where.items)
    if metric.op not in {None, "ratio"} or (metric.op is None and not metric.adds_up):
        return
    whole = fact(data, days, metric.name, where)
    weeks = facts(data, days, [metric.name], by="week", where=where)
    moved = [(change, one) for one in weeks if (change := _without(whole, one, days)) is not None]
    change, week = max(moved, key=lambda one: abs(one[0]), default=(Decimal(0), None))
    if week is not None and abs(change) >= ODD and isinstance(week.segment, date):
        events = _events(data, Period(week.segment, week.segment + timedelta(days=6)))
        if not events or events.keys() - _events(data, quarter).keys():
            yield _says_odd(week.segment, list(events.values()), change)


def _without(whole: Fact, week: Fact, days: Period) -> Decimal | None:
    """How much the whole would change without a week: a total at the pace of the other days, a ratio by its parts."""
    if whole.value is None or not whole.value or week.value is None or not isinstance(week.segment, date):
        return None
    inside = Period(max(week.segment, days.start), min(week.segment + timedelta(days=6), days.end)).days
    if whole.denominator is not None and whole.numerator is not None:
        over, under = whole.numerator - (week.numerator or 0), whole.denominator - (week.denominator or 0)
        return over / under / whole.value - 1 if under else None
    return (whole.value - week.value) * days.days / (days.days - inside) / whole.value - 1


def _events(data: StoreData, days: Period) -> dict[str, Text]:
    """The shopping events of some days, by id."""
    known = event_days(days.start, days.end, data.store.country, data.store.platform, data.calendar)
    return {one.event.id: one.event.name for one in known.values()}


def _says_odd(monday: date, events: list[Text], change: Decimal) -> Text:
    en, zh = ", ".join(name.en for name in events), "、".join(name.zh for name in events)
    way = Text("lower", "低") if change < 0 else Text("higher", "高")
    size = Text(percent(abs(change), "en"), percent(abs(change), "zh"))
    return Text(
        f"One week weighs heavily, that of {day(monday, 'en')}{f' ({en})' if en else ''}: without it the baseline would be "
        f"{size.en} {way.en}.",
        f"{day(monday, 'zh')} 当周{f'（{zh}）' if zh else ''}影响很大：不算这一周，基线会{way.zh} {size.zh}。",
    )
