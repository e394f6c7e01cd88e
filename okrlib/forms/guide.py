"""The guided path for a new team: six steps, which notebook each is taken in, and which are taken already."""

from __future__ import annotations

import ipywidgets as w
from markupsafe import Markup

from okrlib.book import Book
from okrlib.forms.parts import Remark, button
from okrlib.okr import CheckIn, Sheet
from okrlib.text import Text

_TITLE = Text("Getting started", "快速上手")
_STEPS = (
    ("goal", "02", Text("State the business goal: what will be true in a year or more?", "明确经营目标：一年以后想成为什么样？")),
    ("market", "01", Text("Look at the store, its market and its competitors.", "看清店铺、市场和竞争对手的现状。")),
    ("measured", "03", Text("Choose key results that can be measured.", "选定可衡量的关键结果。")),
    ("tasks", "04", Text("Break them down to teams and people.", "分解到团队和个人。")),
    ("stretch", "03", Text("Set a stretch that can be reached.", "定一个够得着的冲刺值。")),
    ("review", "05", Text("Review regularly, every week.", "每周定期复盘。")),
)  # fmt: skip
_STEP = Text("{says} (notebook {nn})", "{says}（第 {nn} 章）")
_TAKEN, _OPEN = Text("done", "已完成"), Text("to do", "待做")


def guide(book: Book) -> tuple[w.Widget, ...]:
    """Return the path as parts of a form; nothing once somebody has put it away in this workbook."""
    seen = book.workbook.home / ".okr" / "guided"
    if seen.exists():
        return ()
    box = w.VBox()

    def put_away() -> None:
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.touch()
        box.children = ()

    box.children = (Remark(_drawn(book)), button(book, Text("Put this away", "不再显示"), put_away))
    return (box,)


def _drawn(book: Book) -> Markup:
    taken = _taken(book)
    lines = Markup("").join(
        _LINE.format(
            "✓" if name in taken else "○",
            book.say(_TAKEN if name in taken else _OPEN),
            book.say(_STEP, says=book.say(says), nn=nn),
        )
        for name, nn, says in _STEPS
    )
    return Markup("<h4>{}</h4><ol>{}</ol>").format(book.say(_TITLE), lines)


_LINE = Markup('<li><span aria-hidden="true">{}</span> <span class="okr-quiet">{}</span> {}</li>')


def _taken(book: Book) -> set[str]:
    company = tuple(book.cascade.company.values())
    sheet = book.sheet or Sheet(store=book.store.store, quarter=book.quarter)
    signs = {
        "goal": any(one.horizon != "short" for one in (*company, *sheet.objectives)),
        "market": True,
        "measured": any(kr.metric or kr.measure for kr in sheet.key_results),
        "tasks": bool(sheet.tasks),
        "stretch": any(kr.stretch is not None for kr in sheet.key_results),
        "review": bool(book.whole_journal.of(CheckIn)),
    }
    return {name for name, is_so in signs.items() if is_so}
