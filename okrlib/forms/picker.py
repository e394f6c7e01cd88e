"""The head of every notebook: store, quarter, as-of day and language; choosing opens the Book anew and shows it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as w

from okrlib.book import Book, open_book
from okrlib.errors import OkrError, ParameterError
from okrlib.forms.guide import guide
from okrlib.forms.live import Page, page
from okrlib.forms.parts import Frame, Remark, button, choice, day_input, quiet, refused, row
from okrlib.periods import Quarter
from okrlib.text import Text, day

_LABELS = {
    "store": Text("Store", "店铺"),
    "quarter": Text("Quarter", "季度"),
    "as_of": Text("As of", "截至"),
    "locale": Text("Language", "语言"),
}
_AGAIN = Text("Show anew", "刷新")
_LANGUAGES = [("English", "en"), ("中文", "zh")]
_SHOWING = Text("Showing {n} of {total} …", "正在更新 {n} / {total} …")
_OPEN = Text(
    "{store}, {quarter}, as of {day}. The notebook below shows this.",
    "{store}，{quarter}，截至 {day}。下文均按此显示。",
)


def picker(book: Book) -> Picker:
    """Return the picker; what was picked in this workbook before, instead of the same Book, is opened again."""
    return Picker(book, page())


class Picker(w.VBox):  # type: ignore[misc]
    """Four choices and what they have opened; `book` is the Book that is open now."""

    def __init__(self, book: Book, page: Page | None) -> None:
        self.page, self.book, self._filling = page, book, False
        self.typed = _named(book)
        self.told = Remark()
        self.box = w.VBox()
        self.frame, self.again = Frame(), button(book, _AGAIN)
        self.controls = {
            "store": choice(book, _LABELS["store"], []),
            "quarter": choice(book, _LABELS["quarter"], []),
            "as_of": day_input(book, _LABELS["as_of"]),
            "locale": choice(book, _LABELS["locale"], _LANGUAGES),
        }
        self._word()
        for control in self.controls.values():
            control.observe(self._chosen, "value")
        self.again.on_click(lambda _: self._open(_named(self.book)))
        super().__init__([self.frame, row(*self.controls.values(), self.again), self.told, self.box])
        self.add_class("okr-form")
        self._say()
        picked = _remembered(self._memory, self.typed)
        if picked and picked != self.typed:
            self._open(picked)

    @property
    def _memory(self) -> Path:
        return self.book.workbook.home / ".okr" / "picked.json"

    def _word(self) -> None:
        """Word the choices in the Book's language, and set them to the Book."""
        book, named = self.book, _named(self.book)
        stores = [(book.workbook.store(name).name(book.locale), name) for name in book.workbook.stores()]
        options = {"store": stores, "quarter": [(_called(book, one), str(one)) for one in _quarters(book)]}
        self._filling = True
        for name, control in self.controls.items():
            control.description = book.say(_LABELS[name])
            if name in options and list(control.options) != options[name]:
                control.options = options[name]
            control.value = book.as_of if name == "as_of" else named[name]
        self._filling = False
        self.box.children = guide(book)
        self.again.description = book.say(_AGAIN)
        self.frame.title = book.say(Text("What is shown", "当前显示"))

    def _say(self) -> None:
        book = self.book
        named = {
            "store": book.store.name(book.locale),
            "quarter": _called(book, book.quarter),
            "day": day(book.as_of, book.locale),
        }
        self.told.say(quiet(book.say(_OPEN, **named)))

    def _chosen(self, change: dict[str, Any]) -> None:
        if self._filling or change["new"] is None:
            return
        named = {name: str(control.value) for name, control in self.controls.items()}
        if change["owner"] is self.controls["quarter"]:
            named["as_of"] = str(_within(Quarter.parse(named["quarter"]), self.controls["as_of"].value))
        self._open(named)

    def _open(self, named: dict[str, str]) -> None:
        """Open another Book, put it and the four parameters under the notebook's names, and show it everywhere."""
        try:
            home = self.book.workbook.home
            book = open_book(named["store"], named["quarter"], named["as_of"], named["locale"], home=home)
        except OkrError as bad:
            self.told.say(refused(bad.in_(self.book.locale)))
            self._word()
            return
        self.book = book
        _remember(self._memory, named, self.typed)
        self._word()
        if self.page:
            self.page.names.update(named | {"book": book})
            self.page.refresh(lambda n, total: self.told.say(quiet(book.say(_SHOWING, n=n, total=total))))
        self._say()


def _named(book: Book) -> dict[str, str]:
    """The four parameters that open this Book."""
    return {"store": book.store.store, "quarter": str(book.quarter), "as_of": str(book.as_of), "locale": book.locale}


def _called(book: Book, quarter: Quarter) -> str:
    return book.say(
        Text("{year} Q{n}", "{year} 年第{zh}季度"),
        year=quarter.year,
        n=quarter.number,
        zh="一二三四"[quarter.number - 1],
    )


def _quarters(book: Book) -> list[Quarter]:
    """Quarters that have data or a sheet, and the one after; latest first."""
    covers, folder = book.data.covers, book.workbook.sheet_path(book.store.store, book.quarter).parent
    found = {Quarter.of(day) for day in covers} | {Quarter.of(covers.end).next, book.quarter}
    for path in folder.glob("*.yaml"):
        try:
            found.add(Quarter.parse(path.stem))
        except ParameterError:  # a file of another name is no sheet of a quarter
            continue
    return sorted(found, reverse=True)


def _within(quarter: Quarter, day: date) -> date:
    """Return the day inside a quarter that is nearest."""
    return min(max(day, quarter.start), quarter.end)


def _remembered(path: Path, typed: dict[str, str]) -> dict[str, str] | None:
    """Return what was picked instead of what a notebook has typed; other parameters, typed since, win over it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return dict(found["picked"]) if found["instead_of"] == typed else None
    except (OSError, ValueError, LookupError, TypeError):
        return None  # nothing was picked yet, or the file is of no use: what is typed counts


def _remember(path: Path, named: dict[str, str], typed: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"picked": named, "instead_of": typed}, ensure_ascii=False), encoding="utf-8")
