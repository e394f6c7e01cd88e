"""The form of notebook 07: pages for one pair of eyes, a talk's sheet and an evaluation, written into the private folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from okrlib.book import Book
from okrlib.forms.command import refusal, start
from okrlib.forms.links import link
from okrlib.forms.parts import Form, Remark, button, choice, quiet, refused, row
from okrlib.forms.session import Session, session
from okrlib.okr.people import people_of
from okrlib.text import Text

_TITLE = Text("Private pages", "私密页面")
_ONLY = Text(
    "They are written into the folder private/, which only you can read; no packet holds them.",
    "页面写入仅本人可读的 private/ 文件夹，不进入任何报告。",
)
_WRITING = Text("Writing …", "正在生成 …")
_PERSON, _ALL = Text("Person", "姓名"), Text("everybody (evaluation only)", "全体（仅绩效评估）")


def private(book: Book) -> PrivateForm:
    """Return the form that writes the sheet for a one-to-one, and the evaluation of the Book's quarter."""
    return PrivateForm(session(book))


class PrivateForm(Form):
    """A person, two buttons, and a link to what was written."""

    def __init__(self, session: Session) -> None:
        people = people_of(session.copy.base)
        self.person = choice(session, _PERSON, [(session.say(_ALL), ""), *((name, name) for name in people)])
        self.talk = button(session, Text("Write the sheet for a one-to-one", "生成一对一面谈表"), self._talk)
        self.weigh = button(session, Text("Evaluate the quarter", "评估本季度"), self._weigh)
        self.answer = Remark()
        self.person.observe(lambda _: self.refresh(), "value")
        hint = Remark(quiet(session.say(_ONLY)))
        super().__init__(session, _TITLE, [hint, self.person, row(self.talk, self.weigh), self.answer])

    def refresh(self) -> None:
        """Let a talk be prepared with one person only."""
        self.talk.disabled = not self.person.value

    def _talk(self) -> None:
        self.task = asyncio.ensure_future(self.write("one-to-one", self.person.value, str(self.session.book.quarter)))

    def _weigh(self) -> None:
        only = ["--person", self.person.value] if self.person.value else []
        self.task = asyncio.ensure_future(self.write("evaluate", str(self.session.book.quarter), *only))

    async def write(self, *words: str) -> None:
        """Run a command of okr that says where it wrote its page, and link to it."""
        book = self.session.book
        self.answer.say(quiet(self.session.say(_WRITING)))
        done = await start(self.session, *words, "--as-of", str(book.as_of), "--locale", book.locale)
        said, wrong = await done.communicate()
        if done.returncode:
            self.answer.say(refused(refusal(done.returncode, wrong)))
        else:
            page = said.decode("utf-8", "replace").strip().splitlines()[-1]
            self.answer.say(link(self.session, Path(page), book.workbook.home))
