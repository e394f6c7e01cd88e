"""The form for data: upload an export, see which layout fits and what is understood of it, then read it into the lake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w
from markupsafe import Markup, escape

from okrlib.book import Book
from okrlib.errors import DataError, OkrError
from okrlib.forms.parts import LABEL, Form, Remark, button, quiet, refused, row
from okrlib.forms.session import Session, session
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.probe import Probe, probe
from okrlib.ingest.read import Ingested, RefusedError, export_files, ingest
from okrlib.show.table import Table
from okrlib.stores import Name
from okrlib.text import Text, number

_TITLE = Text("Read an export", "导入数据")
_HINT = Text(
    "Upload a file, or put larger ones into exports/{store} and choose them here. Nothing is read before you press Read.",
    "可上传文件；较大的文件请放入 exports/{store} 后在此选择。点击“读入”之前不会导入任何数据。",
)
_FITS = Text("{layout} fits: {n} columns known.", "符合“{layout}”版式：识别 {n} 列。")
_MISSES = Text("{layout} does not fit: it misses {missing}.", "不符合“{layout}”版式：缺少 {missing}。")
_NONE = Text(
    "No layout fits. One of your own can be written in params/layouts/.",
    "没有符合的版式，可在 params/layouts/ 中自行编写。",
)
_UNREAD = Text("Columns that are not read: {columns}", "未读取的列：{columns}")
_FIRST = Text("The first rows as understood", "前几行的识别结果")
_REFUSED = Text("Rows that cannot be read", "无法读取的行")
_DONE = Text(
    "{rows} rows: {used} used, {aside} set aside by rule, {rejected} rejected; {known} files known already.",
    "共 {rows} 行：采用 {used} 行，按规则排除 {aside} 行，无法读取 {rejected} 行；{known} 个文件此前已导入。",
)
_SHOW = Text("Press “Show anew” at the top to see it below.", "点击页首“刷新”即可在下文看到新数据。")


def data(book: Book) -> DataForm:
    """Return the form for a store's exports."""
    return DataForm(session(book))


class DataForm(Form):
    """A file of the store's exports, what is understood of it, and the button that reads it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.folder = session.book.workbook.exports / session.book.store.store
        self.upload = w.FileUpload(
            description=session.say(Text("Upload a file", "上传文件")), layout=w.Layout(width="auto")
        )
        self.upload.add_class("okr-button")
        self.upload.observe(self._uploaded, "value")
        label = session.say(Text("File", "文件"))
        self.file = w.Dropdown(options=self._files(), description=label, style=LABEL, layout=w.Layout(width="100%"))
        self.file.observe(lambda _: self._look(), "value")
        self.seen, self.progress = Remark(), Remark()
        self.read = button(session, Text("Read", "读入"), self._read, main=True)
        self.read.disabled = True
        hint = Remark(quiet(session.say(_HINT, store=session.book.store.store)))
        super().__init__(session, _TITLE, [hint, row(self.upload), self.file, self.seen, row(self.read), self.progress])

    def _files(self) -> list[tuple[str, Path | None]]:
        none = (self.session.say(Text("– choose –", "– 请选择 –")), None)
        known = export_files(self.folder) if self.folder.is_dir() else []
        return [none, *((path.relative_to(self.folder).as_posix(), path) for path in known)]

    def _uploaded(self, change: dict[str, Any]) -> None:
        """Put an uploaded file with the store's exports; one of the same name that is there stays as it is."""
        if not change["new"]:
            return
        found = change["new"][0]
        self.folder.mkdir(parents=True, exist_ok=True)
        path = _free(self.folder / Path(found["name"]).name, bytes(found["content"]))
        self.upload.value = ()
        self.file.options = self._files()
        self.file.value = path if path in [one for _, one in self.file.options] else None
        if self.file.value is None:
            self.seen.say(refused(self.session.say(_NONE)))

    def _look(self) -> None:
        """Show which layout fits the chosen file and what it makes of the first rows."""
        self.read.disabled = True
        self.progress.say()
        if self.file.value is None:
            self.seen.say()
            return
        book = self.session.book
        try:
            seen = probe(self.file.value, load_layouts(book.workbook.params / "layouts"), book.store)
        except OkrError as bad:
            self.seen.say(refused(bad.in_(self.session.locale)))
            return
        self.seen.say(self._words(seen))
        self.read.disabled = not any(fit.fits for fit in seen.fits)

    def _words(self, seen: Probe) -> Markup:
        say = self.session.say
        parts: list[Any] = [
            quiet(say(_FITS, layout=_titled(fit.layout.title, say), n=len(fit.columns)))
            if fit.fits
            else quiet(say(_MISSES, layout=_titled(fit.layout.title, say), missing=", ".join(fit.missing)))
            for fit in seen.fits[:3]
        ]
        if not any(fit.fits for fit in seen.fits):
            parts.append(refused(say(_NONE)))
        if seen.rows:
            names = [name for name in seen.rows[0] if any(one[name] is not None for one in seen.rows)]
            cells = [[_cell(one[name]) for name in names] for one in seen.rows]
            parts.append(Table.plain(names, cells, say(_FIRST)))
        if seen.problems:
            labels = [
                say(text)
                for text in (Text("Line", "行"), Text("Column", "列"), Text("Found", "内容"), Text("Why", "原因"))
            ]
            parts.append(Table.plain(labels, seen.problems, say(_REFUSED)))
        if seen.unread:
            parts.append(quiet(say(_UNREAD, columns=", ".join(seen.unread))))
        return Markup("").join(escape(part) for part in parts)

    def _read(self) -> None:
        book, name = self.session.book, self.file.label
        self.read.disabled = True

        def told(step: str) -> None:
            self.progress.say(
                quiet(
                    self.session.say(
                        Text("Reading {name}: {step} …", "正在读入 {name}：{step} …"), name=name, step=step
                    )
                )
            )

        told("")
        try:
            done = ingest(book.workbook, book.store, [self.file.value], told)
        except RefusedError as some:
            self.progress.say(refused(some.in_(self.session.locale)) + self._became(some.done))
        except (OkrError, DataError) as bad:
            self.progress.say(refused(bad.in_(self.session.locale)))
        else:
            self.progress.say(self._became(done))

    def _became(self, done: Ingested) -> Markup:
        rows, aside = (sum(getattr(file, name) for file in done.files) for name in ("rows_read", "rows_set_aside"))
        counts = {"rows": rows, "used": rows - aside - done.rejected, "aside": aside, "rejected": done.rejected}
        shown = {name: number(value, self.session.locale) for name, value in counts.items()}
        return quiet(self.session.say(_DONE, known=len(done.known), **shown)) + quiet(self.session.say(_SHOW))


def _free(path: Path, content: bytes) -> Path:
    """Write an upload under its name, or where another file has it, under that name with a number."""
    for n in range(1, 1000):
        place = path if n == 1 else path.with_name(f"{path.stem} ({n}){path.suffix}")
        if not place.exists():
            place.write_bytes(content)
            return place
        if place.read_bytes() == content:
            return place
    raise DataError(f"{path}: a thousand files have this name; give yours another")


def _titled(name: Name, say: Callable[[Text], str]) -> str:
    return say(Text(name.en, name.zh))


def _cell(value: object) -> str | None:
    return None if value is None else str(value)
