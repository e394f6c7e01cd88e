"""The form that makes packets from the lab: which, how far they are, and links to their pages."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import ipywidgets as w
from markupsafe import Markup

from okrlib.book import Book
from okrlib.forms.command import refusal, start
from okrlib.forms.links import link
from okrlib.forms.parts import LABEL, Form, Remark, button, choice, quiet, refused, row
from okrlib.forms.session import Session, session
from okrlib.text import Text

_TITLE = Text("Make packets", "生成报告")
_RUNNING = Text("Making packets: {done} of {total} …", "正在生成报告：{done} / {total} …")
_STARTED = Text("Starting …", "正在启动 …")
_ENDED = Text("Done.", "已完成。")
_STOPPED = Text("Stopped; what was finished is kept.", "已停止，已完成的报告保留。")
_FAILURES = {  # by kind of failure
    "error": Text("{message}", "单元格出错：{message}"),
    "kernel died": Text("{message}", "内核意外终止，可能内存不足"),
    "timeout": Text("{message}", "运行超时"),
    "page": Text("{message}", "页面未能写出：{message}"),
    "worker": Text("{message}", "生成进程意外终止，可能内存不足"),
}
_LOOK = 0.5  # seconds between looks at the log


def run(book: Book) -> RunForm:
    """Return the form that makes packets of the Book's quarter."""
    return RunForm(session(book))


class RunForm(Form):
    """Stores and languages to choose, Start and Stop, progress, and the pages."""

    def __init__(self, session: Session) -> None:
        self.session, book = session, session.book
        stores = [(book.workbook.store(name).name(book.locale), name) for name in book.workbook.stores()]
        label = session.say(Text("Stores", "店铺"))
        self.stores = w.SelectMultiple(
            options=stores, value=(book.store.store,), description=label, rows=min(max(len(stores), 2), 6), style=LABEL,
            layout=w.Layout(width="100%"),
        )  # fmt: skip
        both = session.say(Text("both languages", "中英双语"))
        self.locale = choice(session, Text("Language", "语言"), [(both, "both"), ("English", "en"), ("中文", "zh")])
        self.anew = w.Checkbox(
            description=session.say(Text("Make anew what has not changed", "未变化的也重新生成")), indent=False
        )
        self.start = button(session, Text("Start", "开始生成"), self._start, main=True)
        self.stop = button(session, Text("Stop", "停止"), self._stop)
        self.stop.disabled = True
        self.progress, self.pages = Remark(), Remark()
        self.process: asyncio.subprocess.Process | None = None
        self.watching: asyncio.Task[None] | None = None
        super().__init__(session, _TITLE, [
            self.stores, row(self.locale, self.anew), row(self.start, self.stop), self.progress, self.pages,
        ])  # fmt: skip

    @property
    def command(self) -> list[str]:
        """The command that is run, as one would type it."""
        book = self.session.book
        named = [part for name in self.stores.value for part in ("--store", name)]
        anew = ["--force"] if self.anew.value else []
        return ["run", str(book.quarter), *named, "--as-of", str(book.as_of), "--locale", self.locale.value, *anew]

    def _start(self) -> None:
        self.watching = asyncio.ensure_future(self.make())

    def _stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    async def make(self) -> None:
        """Run the command, and tell how far it is until it ends."""
        home = self.session.book.workbook.home
        log = home / ".okr" / f"lab-{os.getpid()}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        self.start.disabled, self.stop.disabled = True, False
        self.pages.say()
        self.progress.say(quiet(self.session.say(_STARTED)))
        self.process = await start(self.session, *self.command, "--log", str(log))
        ended = asyncio.ensure_future(self.process.communicate())
        while not ended.done():
            await asyncio.wait([ended], timeout=_LOOK)
            self._tell(log)
        _, said = await ended
        self._end(self.process.returncode or 0, said)

    def _tell(self, log: Path) -> None:
        """Show the packets that have ended so far."""
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        events = [json.loads(line) for line in lines]
        if events:
            self.progress.say(quiet(self.session.say(_RUNNING, done=events[-1]["done"], total=events[-1]["total"])))
            self.pages.say(Markup("<ul>{}</ul>").format(Markup("").join(self._line(one) for one in events)))

    def _line(self, event: dict[str, Any]) -> Markup:
        book = self.session.book
        name = book.workbook.store(event["store"]).name(book.locale)
        page = Path(event["page"]) if event["page"] else None
        error = self._why(event["error"]) if event["error"] else ""
        said = Markup("<li>{} · {} · {} {}</li>")
        return said.format(name, event["locale"], link(self.session, page, book.workbook.home) if page else "–", error)

    def _why(self, error: dict[str, Any]) -> str:
        """Say why a packet failed; the words of an exception in a cell are those of its notebook."""
        return self.session.say(_FAILURES[error["kind"]], message=error["message"])

    def _end(self, code: int, said: bytes) -> None:
        self.start.disabled, self.stop.disabled = False, True
        self.process = None
        if code == 0:
            self.progress.say(quiet(self.session.say(_ENDED)))
        elif code < 0:
            self.progress.say(quiet(self.session.say(_STOPPED)))
        else:
            self.progress.say(refused(refusal(code, said)))
