"""Why a total stands where it stands: its gap to last year and to the plan, by driver and by segment, in its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from okrlib.analysis.lenses import segment_label
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.ways import ADDED
from okrlib.analysis.why import MIX, WITHIN, Against, Cut, Driver, Gap, SegmentGap
from okrlib.book import Book
from okrlib.show import theme
from okrlib.show.chart import Chart
from okrlib.show.prose import Notice, Passage
from okrlib.show.stack import Fold, Part, Stack
from okrlib.show.table import Change, Column, Table
from okrlib.show.wording import amount, kr_title, segment_name, short
from okrlib.text import Text, money

_COLOURS = theme.LIGHT
_MOST_ROWS = 6
NOW, LAST_YEAR, PLAN = Text("Now", "目前"), Text("Last year", "去年同期"), Text("Plan by now", "计划进度")
ON_YEAR, ON_PLAN = Text("vs last year", "较去年同期"), Text("vs plan", "较计划")
_DETAIL = (Text("Every driver", "全部驱动因素"), Text("Every driver and segment", "全部驱动因素与细分"))
TOGETHER, REST = Text("Together", "合计"), Text("all others ({n})", "其他（{n} 个）")
_BASE: dict[Against, Text] = {"last_year": Text("last year", "去年同期"), "plan": Text("the plan", "计划进度")}
_DIMENSIONS = {
    "channel": Text("Channel", "渠道"),
    "category": Text("Category", "类目"),
    "region": Text("Region", "地区"),
}
_NOTE = Text(
    "How to read the drivers: each group of rows is one way to look at the same gap and adds up to it, to the last digit. "
    "The “vs” columns say what the driver did to the total, in the total's unit.",
    "驱动因素怎么看：每一组是看待同一差距的一种角度，各行相加恰等于该差距，分毫不差；“较……”两列是该因素给总量带来的增减。",
)
_LAID = Text(
    "The plan by now follows last year's course. Where a driver has no target of its own, its value per order, buyer or "
    "unit is planned as it was last year, and the number of orders, buyers or units brings the rest.",
    "计划进度按去年走势推算。因素没有单独设定目标的，笔单价、客单价、件单价按去年水平，其余由订单数、买家数或件数补足。",
)
_MIX = Text(
    "How to read the segments: row by row, the columns right of “vs last year” add up to it (“vs plan” stands apart). Mix: "
    "the segment took a larger or smaller share of the orders or units, and its value per order or unit is not the store's.",
    "细分怎么看：每一行中，“较去年同期”右侧各列之和等于该列（“较计划”另算）。结构：该部分占订单或件数的比重变了，而其单价与全店不同。",
)
_NONE = Text(
    "No key result here is a total that splits into drivers, such as revenue or orders.",
    "没有可按驱动因素拆解的总量类关键结果（如支付金额）。",
)


def gap(book: Book) -> Stack | Notice:
    """Explain every total among the key results: how far it is from last year and from the plan, and through what.

    Segments are shown for those that lag; where none does, for the first.
    """
    lag = [key for key, found in book.gaps.items() if _behind(found) and found["last_year"].cuts]
    opened = lag or [key for key, found in book.gaps.items() if found["last_year"].cuts][:1]
    parts = [part for key, found in book.gaps.items() for part in _explained(book, key, found, key in opened)]
    if not parts:
        return Notice("none", book.say(_NONE))
    if all(found["last_year"].reason for found in book.gaps.values()):
        return Stack(parts)
    planned = any("plan" in found for found in book.gaps.values())
    notes = [_NOTE, *([_LAID] if planned else []), *([_MIX] if opened else [])]
    return Stack([*parts, Passage([book.say(note) for note in notes])])


def _behind(found: Mapping[Against, Gap]) -> bool:
    return "plan" in found and bool(found["plan"].ways) and (found["plan"].change or 0) < 0


def _explained(book: Book, key: str, found: Mapping[Against, Gap], opened: bool) -> Iterator[Part]:
    last_year, plan = found["last_year"], found.get("plan")
    name, unit = _named(book, key)
    if last_year.reason:
        text = Text("{name}: why it stands where it does cannot be told: {why}.", "{name}：无法分析差距原因：{why}。")
        yield Notice("none", book.say(text, name=name, why=book.say(last_year.reason)))
        return
    yield Passage([_says(book, name, unit, last_year, plan)])
    yield waterfall(book, name, unit, found["plan"] if _behind(found) else last_year)
    cuts = [_segments(book, unit, cut, plan) for cut in last_year.cuts if opened]
    yield Fold(book.say(_DETAIL[bool(cuts)]), [driver_table(book, name, unit, last_year, plan), *cuts])
    silent = (*last_year.silent, *((plan.reason,) if plan and plan.reason else ()))
    if silent:
        whys = _listed(book, [book.say(why) for why in silent])
        yield Passage([book.say(Text("Not shown: {whys}.", "未列出：{whys}。"), whys=whys)])


def _named(book: Book, key: str) -> tuple[str, str]:
    """Return the title of a key result (or of the store's metric) and the unit of its value."""
    if key in CATALOGUE:
        return book.say(CATALOGUE[key].label), CATALOGUE[key].unit
    kr = {kr.id: kr for kr in book.scorecard.sheet.key_results}[key] if book.scorecard else None
    return (f"{key} {kr_title(book, kr)}", CATALOGUE[str(kr.metric)].unit) if kr else (key, "")


def _listed(book: Book, words: Sequence[str]) -> str:
    return ("；" if book.locale == "zh" else "; ").join(words)


def _exact(book: Book, value: Decimal | None, unit: str) -> str:
    """Write a value so that what is shown adds up: money with its cents."""
    if unit == "money":
        return money(value, book.store.currency, book.locale, cents=True)
    return amount(book, value, unit)


def signed(book: Book, value: Decimal | None, unit: str) -> Change | None:
    """Write what moved a total, with its sign; more of a total is welcome."""
    if value is None:
        return None
    text = _exact(book, abs(value), unit)
    return Change(f"{'+' if value > 0 else '-' if value < 0 else ''}{text}", None if not value else value > 0)


def _says(book: Book, name: str, unit: str, last_year: Gap, plan: Gap | None) -> str:
    more, less = Text("{x} more than", "多 {x}"), Text("{x} less than", "少 {x}")
    change = last_year.change or Decimal(0)
    text = book.say(
        Text("{name}: {now} so far, {vs} on the same weekdays last year.", "{name}：目前 {now}，比去年同期{vs}。"),
        name=name, now=_exact(book, last_year.after, unit),
        vs=book.say(more if change >= 0 else less, x=_exact(book, abs(change), unit)),
    )  # fmt: skip
    if plan is not None and plan.change is not None:
        ahead, behind = Text("{x} ahead of", "超前 {x}"), Text("{x} behind", "落后 {x}")
        text += book.say(
            Text(" That is {vs} the plan for today.", "与计划进度相比{vs}。"),
            vs=book.say(ahead if plan.change >= 0 else behind, x=_exact(book, abs(plan.change), unit)),
        )
    return text + _most(book, unit, plan if plan is not None and plan.ways else last_year)


def _most(book: Book, unit: str, found: Gap) -> str:
    """Say which driver added most and which took most."""
    drivers, base, text = found.ways[0], book.say(_BASE[found.against]), ""
    added = Text(" Against {base}, most was added by: {name} ({x}).", "与{base}相比，拉动最大的是{name}（{x}）。")
    taken = Text(" Against {base}, most was taken by: {name} ({x}).", "与{base}相比，拖累最大的是{name}（{x}）。")
    for says, one, sign in ((added, max(drivers, key=_part), 1), (taken, min(drivers, key=_part), -1)):
        change = signed(book, one.part, unit)
        if change and one.part * sign > 0:
            text += book.say(says, base=base, name=driver_name(book, one.name), x=change.text)
    return text


def _part(driver: Driver) -> Decimal:
    return driver.part


def driver_name(book: Book, name: str) -> str:
    """A driver as a reader meets it: the metric's name, or what is added beside the drivers."""
    return book.say(ADDED[name] if name in ADDED else CATALOGUE[name].label)


def waterfall(book: Book, name: str, unit: str, found: Gap) -> Chart:
    """Draw the gap as steps from nothing to the whole of it, by the drivers of the first way."""
    drivers, change = found.ways[0], found.change or Decimal(0)
    labels = [*(driver_name(book, one.name) for one in drivers), book.say(TOGETHER)]
    with theme.style(book.locale):
        figure, axes = plt.subplots(figsize=(6.4, 2.5))
        steps = [*map(_part, drivers), change]
        _draw_steps(axes, [float(step) for step in steps], [short(book, step, unit) for step in steps])
        axes.set_xticks(range(len(labels)), [_folded(label) for label in labels])
        axes.tick_params(axis="x", length=0)
        axes.set_yticks([])
        axes.grid(visible=False)
        title = book.say(
            Text("{name}: against {base}", "{name}：与{base}相比"), name=name, base=book.say(_BASE[found.against])
        )
        axes.set_title(title)
    parts = [
        (label, signed(book, part, unit)) for label, part in zip(labels, (*map(_part, drivers), change), strict=True)
    ]
    told = _listed(book, [f"{label} {step.text}" for label, step in parts if step])
    data = Table.plain([book.say(Text("Driver", "驱动因素")), book.say(Text("Part", "影响"))], parts)
    return Chart(figure, f"{title}{'：' if book.locale == 'zh' else ': '}{told}", data=data, locale=book.locale)


def _draw_steps(axes: Axes, steps: Sequence[float], labels: Sequence[str]) -> None:
    """Draw each part on top of those before it, and the whole, the last step, from nothing; each says what it is."""
    level, last = 0.0, len(steps) - 1
    for place, (step, label) in enumerate(zip(steps, labels, strict=True)):
        base = 0.0 if place == last else level
        colour = _COLOURS.this_year if place == last else _COLOURS.good if step >= 0 else _COLOURS.bad
        axes.bar(place, step, bottom=base, width=0.62, color=colour)
        axes.annotate(
            f"{'+' if step > 0 else ''}{label}", (place, max(base, base + step)), xytext=(0, 4), ha="center",
            textcoords="offset points", fontsize=9.5, color=_COLOURS.muted,
        )  # fmt: skip
        level += step
        if place < last:
            axes.plot([place + 0.31, place + 0.69], [level, level], color=_COLOURS.muted, lw=0.8)
    axes.axhline(0, color=_COLOURS.muted, lw=0.8)
    low, high = axes.get_ylim()
    axes.set_ylim(top=high + 0.12 * (high - low))  # room for a figure; a bar's own margin ends at the next one's foot


def _folded(label: str) -> str:
    """Break a label over two lines, at a space near its middle."""
    spaces = [place for place, sign in enumerate(label) if sign == " "]
    if len(label) < 12 or not spaces:
        return label
    at = min(spaces, key=lambda place: abs(place - len(label) / 2))
    return f"{label[:at]}\n{label[at + 1 :]}"


def driver_table(book: Book, name: str, unit: str, last_year: Gap, plan: Gap | None) -> Table:
    """Every way to split the gap, driver by driver, each group with its sum."""
    planned = {tuple(one.name for one in way): way for way in plan.ways} if plan else {}
    columns = [
        Column("name", book.say(Text("Driver", "驱动因素"))),
        Column("on_year", book.say(ON_YEAR), "right"),
        *([Column("on_plan", book.say(ON_PLAN), "right")] if planned else []),
        Column("now", book.say(NOW), "right"),
        *([Column("plan", book.say(PLAN), "right")] if planned else []),
        Column("then", book.say(LAST_YEAR), "right"),
    ]
    rows: list[dict[str, object]] = []
    for way in last_year.ways:
        beside = {one.name: one for one in planned.get(tuple(one.name for one in way), ())}
        rows += [_driver_row(book, unit, one, beside.get(one.name)) for one in way]
        rows.append({
            "name": book.say(TOGETHER), "then": _exact(book, last_year.before, unit), "now": _exact(book, last_year.after, unit),
            "plan": _exact(book, plan.before, unit) if plan and beside else None, "on_year": signed(book, last_year.change, unit),
            "on_plan": signed(book, plan.change, unit) if plan and beside else None,
        })  # fmt: skip
    caption = book.say(Text("What moved it: {name}", "变动来自哪里：{name}"), name=name)
    return Table(columns, rows, caption)


def _driver_row(book: Book, unit: str, one: Driver, planned: Driver | None) -> dict[str, object]:
    own = CATALOGUE[one.name].unit if one.name in CATALOGUE else unit
    return {
        "name": driver_name(book, one.name),
        "then": _exact(book, one.before, own),
        "plan": _exact(book, _planned(planned.before, own), own) if planned else None,
        "now": _exact(book, one.after, own),
        "on_year": signed(book, one.part, unit),
        "on_plan": signed(book, planned.part, unit) if planned else None,
    }


def _planned(value: Decimal | None, unit: str) -> Decimal | None:
    """Plans of what is counted are told in whole ones."""
    return (
        round(value) + Decimal(0) if value is not None and unit in {"orders", "buyers", "units", "visitors"} else value
    )


def _segments(book: Book, unit: str, cut: Cut, plan: Gap | None) -> Table:
    beside = next((other for other in plan.cuts if other.by == cut.by), None) if plan else None
    planned = {row.segment: row.change for row in beside.rows} if beside else {}
    added = [
        name
        for name in cut.rows[0].parts
        if name not in {cut.volume, MIX, WITHIN} and any(r.parts[name] for r in cut.rows)
    ]
    columns = [
        Column("name", book.say(_DIMENSIONS[cut.by])),
        Column("now", book.say(NOW), "right"),
        Column("change", book.say(ON_YEAR), "right"),
        Column(cut.volume, driver_name(book, cut.volume), "right"),
        Column(MIX, book.say(Text("Mix", "结构")), "right"),
        Column(WITHIN, driver_name(book, cut.value), "right"),
        *(Column(name, driver_name(book, name), "right") for name in added),
        *([Column("plan", book.say(ON_PLAN), "right")] if planned else []),
    ]
    caption = book.say(Text("By {by}", "按{by}"), by=book.say(_DIMENSIONS[cut.by]).lower())
    rows = [_segment_row(book, unit, *one) for one in _largest(book, cut, planned)]
    return Table(columns, rows, caption)


def _largest(
    book: Book, cut: Cut, planned: Mapping[str | None, Decimal]
) -> Iterator[tuple[str, SegmentGap, Decimal | None]]:
    """The segments that moved most, all others as one, and the sum of all."""
    order = sorted(cut.rows, key=lambda row: -abs(row.change))
    shown, others = (order, []) if len(order) <= _MOST_ROWS + 1 else (order[:_MOST_ROWS], order[_MOST_ROWS:])
    for row in shown:
        label = segment_label(cut.by, row.segment, states=book.data.by_state)
        yield segment_name(book, label), row, planned.get(row.segment)
    for name, rows in ((book.say(REST, n=len(others)), others), (book.say(TOGETHER), order)):
        if rows:
            parts = {part: sum((row.parts[part] for row in rows), Decimal(0)) for part in rows[0].parts}
            before, after = (sum((getattr(row, end) for row in rows), Decimal(0)) for end in ("before", "after"))
            on_plan = sum((planned.get(row.segment, Decimal(0)) for row in rows), Decimal(0)) if planned else None
            yield name, SegmentGap(None, before, after, parts), on_plan


def _segment_row(book: Book, unit: str, name: str, row: SegmentGap, on_plan: Decimal | None) -> dict[str, object]:
    cells: dict[str, object] = {part: signed(book, value, unit) for part, value in row.parts.items()}
    return cells | {
        "name": name, "now": _exact(book, row.after, unit), "change": signed(book, row.change, unit),
        "plan": signed(book, on_plan, unit),
    }  # fmt: skip
