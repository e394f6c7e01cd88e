"""The form for data: upload an export, see which layout fits and what is understood of it, then read it into the lake."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w
from markupsafe import Markup, escape

from okrlib.analysis.quality import bad_row_reason
from okrlib.book import Book
from okrlib.cli.app import end_of_tomorrow
from okrlib.errors import DataError, OkrError
from okrlib.forms.blanks import Blanks
from okrlib.forms.parts import LABEL, Form, Remark, button, offer, quiet, refused, row
from okrlib.forms.session import Session, session
from okrlib.forms.upload import Upload
from okrlib.ingest.layout import load_layouts
from okrlib.ingest.log import stored_rejects
from okrlib.ingest.probe import Probe, probe
from okrlib.ingest.read import Ingested, RefusedError, export_files, ingest
from okrlib.ingest.templates import BY_HAND
from okrlib.lake import Lake
from okrlib.schema import TABLES
from okrlib.show.table import Table
from okrlib.stores import Name
from okrlib.text import Text, number

_TITLE = Text("Read an export", "导入数据")
_HINT = Text(
    "Upload a file, or put it into the folder below and press “Look again”: for files of many hundred megabytes that is quicker. "
    "Nothing is read before you press Read.",
    "可上传文件；几百兆以上的大文件请直接放入下面的文件夹，再点击“重新查看”，这样更快。点击“读入”之前不会导入任何数据。",
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
_SOME_REFUSED = Text(
    "Rows that cannot be read: the first {n} of {total}", "无法读取的行（共 {total} 行，显示前 {n} 行）"
)
_DONE = Text(
    "{rows} rows: {used} used, {aside} set aside by rule, {rejected} rejected; {known} files known already.",
    "共 {rows} 行：采用 {used} 行，按规则排除 {aside} 行，无法读取 {rejected} 行；{known} 个文件此前已导入。",
)
_SHOW = Text("Press “Show anew” at the top to see it below.", "点击页首“刷新”即可在下文看到新数据。")
_ALL = Text("– all files of the folder ({n}) –", "– 文件夹内全部文件（{n} 个）–")
_READING = Text("Reading {name} …", "正在读入 {name} …")
_SHOWN = 20  # rejected rows; okr rejects lists all
_LINE, _COLUMN, _FOUND, _WHY = Text("Line", "行"), Text("Column", "列"), Text("Found", "内容"), Text("Why", "原因")


def data(book: Book) -> DataForm:
    """Return the form for a store's exports."""
    return DataForm(session(book))


class DataForm(Form):
    """A file of the store's exports, what is understood of it, and the button that reads it; empty tables to fill in."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.folder = session.book.workbook.exports / session.book.store.store
        self.upload = Upload(session, Text("Upload a file", "上传文件"), self._received, multiple=True)
        label = session.say(Text("File", "文件"))
        self.file = w.Dropdown(options=self._files(), description=label, style=LABEL, layout=w.Layout(width="100%"))
        self.file.observe(self._look, "value")
        self.again = button(session, Text("Look again", "重新查看"), self._look_again)
        self.seen, self.progress = Remark(), Remark()
        self.read = button(session, Text("Read", "读入"), self._read, main=True)
        self.read.disabled = True
        hint = Remark(quiet(session.say(_HINT)) + Markup("<p><code>{}</code></p>").format(self.folder))
        blanks = Blanks(session, {name: TABLES[name].title for name in BY_HAND})
        super().__init__(session, _TITLE, [
            hint, self.upload, row(self.file, self.again), self.seen, row(self.read), self.progress, blanks,
        ])  # fmt: skip

    def _files(self) -> list[tuple[str, tuple[Path, ...] | None]]:
        """What can be chosen: each file of the folder, and where there are several all of them."""
        known = export_files(self.folder) if self.folder.is_dir() else []
        found: list[tuple[str, tuple[Path, ...] | None]] = [(self.session.say(Text("– choose –", "– 请选择 –")), None)]
        if len(known) > 1:
            found.append((self.session.say(_ALL, n=len(known)), tuple(known)))
        return [*found, *((path.relative_to(self.folder).as_posix(), (path,)) for path in known)]

    def _look_again(self) -> None:
        """List what lies in the folder by now, and choose what is new there."""
        before = {value for _, value in self.file.options}
        offer(self.file, self._look, options := self._files())
        new = [value for _, value in options if value not in before and value and len(value) == 1]
        if new:
            self.file.value = new[-1]

    def _received(self, given: Path) -> None:
        """Put an uploaded file with the store's exports; one of the same name that is there stays as it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = _put(given, self.folder / given.name)
        offer(self.file, self._look, options := self._files())
        self.file.value = (path,) if (path,) in [value for _, value in options] else None
        if self.file.value is None:
            self.seen.say(refused(self.session.say(_NONE)))

    def _look(self, _: object = None) -> None:
        """Show which layout fits the chosen file and what it makes of the first rows; several are told one by one by reading."""
        self.read.disabled = not self.file.value
        self.progress.say()
        self.seen.say()
        if not self.file.value or len(self.file.value) > 1:
            return
        book = self.session.book
        try:
            seen = probe(self.file.value[0], load_layouts(book.workbook.params / "layouts"), book.store)
        except OkrError as bad:
            self.seen.say(refused(bad.in_(self.session.locale)))
            self.read.disabled = True
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
            titles = {"line": say(_LINE)} | {name: f"{title} → {name}" for name, title in seen.fits[0].columns.items()}
            cells = [[_cell(one[name]) for name in names] for one in seen.rows]
            parts.append(Table.plain([titles.get(name, name) for name in names], cells, say(_FIRST)))
        if seen.problems:
            parts.append(self._refused(seen.problems, say(_REFUSED)))
        if seen.unread:
            parts.append(quiet(say(_UNREAD, columns=", ".join(seen.unread))))
        return Markup("").join(escape(part) for part in parts)

    def _refused(self, rows: Sequence[Sequence[Any]], title: str) -> Table:
        """Lay out rows that cannot be read: line, column, what stands there, and why it cannot be."""
        labels = [self.session.say(text) for text in (_LINE, _COLUMN, _FOUND, _WHY)]
        return Table.plain(labels, [[*rest, self.session.say(bad_row_reason(why))] for *rest, why in rows], title)

    def _read(self) -> None:
        book, name = self.session.book, self.file.label
        self.read.disabled = True
        until = None if book.store.generated else end_of_tomorrow(book.store.zone)

        def told(step: str = "") -> None:
            self.progress.say(quiet(" ".join(filter(None, (self.session.say(_READING, name=name), step)))))

        told()
        try:
            done = ingest(book.workbook, book.store, list(self.file.value), told, until=until)
        except RefusedError as some:
            self.progress.say(refused(some.in_(self.session.locale)) + self._became(some.done))
        except OkrError as bad:
            self.progress.say(refused(bad.in_(self.session.locale)))
        else:
            self.progress.say(self._became(done))

    def _became(self, done: Ingested) -> Markup:
        rows, aside = (sum(getattr(file, name) for file in done.files) for name in ("rows_read", "rows_set_aside"))
        counts = {"rows": rows, "used": rows - aside - done.rejected, "aside": aside, "rejected": done.rejected}
        shown = {name: number(value, self.session.locale) for name, value in counts.items()}
        said = quiet(self.session.say(_DONE, known=len(done.known), **shown)) + quiet(self.session.say(_SHOW))
        return said + (escape(self._rejects(done)) if done.rejected else Markup(""))

    def _rejects(self, done: Ingested) -> Table:
        """Lay out the rows of the files just read that could not be, the first of many."""
        book, files = self.session.book, {file.file for file in done.files}
        found = [
            rest for name, *rest in stored_rejects(Lake(book.workbook.warehouse), book.store.store) if name in files
        ]
        title = self.session.say(_SOME_REFUSED, n=min(len(found), _SHOWN), total=len(found))
        return self._refused(found[:_SHOWN], title)


def _put(given: Path, path: Path) -> Path:
    """Move a file to a place, or where another file lies there, to one with a number beside it."""
    for n in range(1, 1000):
        place = path if n == 1 else path.with_name(f"{path.stem} ({n}){path.suffix}")
        if not place.exists():
            shutil.move(given, place)
            return place
        if filecmp.cmp(given, place, shallow=False):
            return place
    says = f"{path}: a thousand files have this name; give yours another"
    raise DataError(says, f"{path}：已有一千个同名文件，请换个文件名")


def _titled(name: Name, say: Callable[[Text], str]) -> str:
    return say(name.text)


def _cell(value: object) -> str | None:
    return None if value is None else str(value)
