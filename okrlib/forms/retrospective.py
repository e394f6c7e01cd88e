"""The form of notebook 06: why a result fell short, what was learned, what a survey says; closing, and the next draft."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from markupsafe import Markup

from okrlib.book import Book
from okrlib.errors import OkrError
from okrlib.forms.blanks import Blanks
from okrlib.forms.entry import Entry, options
from okrlib.forms.parts import Form, Remark, button, of_labels, quiet, refused, row, text_input
from okrlib.forms.session import Session, session
from okrlib.forms.upload import Upload
from okrlib.okr import Lesson
from okrlib.okr.events import Cause, CauseName, Verdict
from okrlib.okr.labels import LABELS
from okrlib.show.wording import kr_title
from okrlib.steps import close_sheet, import_survey, learn, name_cause, write_next
from okrlib.text import Text

_TITLE = Text("Look back", "填写复盘")
_SURVEY = Text("Survey of the team (CSV or XLSX, one person a row)", "团队问卷（CSV 或 XLSX，每人一行）")
_ONLY_MEANS = Text(
    "Only means of five people or more are kept, no person's answers.",
    "只保留五人及以上的平均分，不保留任何个人的答案。",
)


def retrospective(book: Book) -> RetrospectiveForm:
    """Return the form of causes, lessons and surveys."""
    return RetrospectiveForm(session(book))


class RetrospectiveForm(Form):
    """Causes, lessons and a survey, what was said of them so far, and the buttons that end the quarter."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cause = _cause_entry(session, self._cause)
        self.lesson = _lesson_entry(session, self._learn)
        label = Text("Choose a file", "选择文件")
        self.survey = Upload(session, label, self._import, accept=".csv,.tsv,.xlsx")
        self.empty = Blanks(session, {"survey": _SURVEY})
        self.so_far, self.answer = Remark(), Remark()
        self.close_button = button(session, Text("Close the quarter", "结束本季度"), self._close)
        self.next_button = button(session, Text("Draft the next quarter", "起草下季度目标表"), self._draft)
        headings = [
            Remark(Markup("<h4>{}</h4>").format(session.say(text)))
            for text in (Text("Causes", "原因"), Text("Lessons", "经验"), _SURVEY)
        ]
        super().__init__(session, _TITLE, [
            headings[0], self.cause, headings[1], self.lesson, headings[2], Remark(quiet(session.say(_ONLY_MEANS))),
            self.survey, self.empty, self.so_far, row(self.close_button, self.next_button), self.answer,
        ])  # fmt: skip

    def refresh(self) -> None:
        """Show what was said so far, and what can be done now."""
        journal = self.session.book.whole_journal
        said = [
            f"{one.key_result}: {self.session.say(LABELS[one.cause])} {one.says or ''}" for one in journal.of(Cause)
        ]
        said += [f"{one.about}: {self.session.say(LABELS[one.verdict])} {one.says or ''}" for one in journal.of(Lesson)]
        lines = Markup("").join(Markup("<li>{}</li>").format(line) for line in said)
        self.so_far.say(Markup("<ul>{}</ul>").format(lines) if said else "")
        state = self.session.copy.base.state
        self.close_button.disabled = state != "active" or not self.session.book.over
        self.next_button.disabled = state != "closed"

    def _cause(self, given: dict[str, Any]) -> None:
        self.session.record(name_cause, given.pop("key_result"), given.pop("cause"), **given)

    def _learn(self, given: dict[str, Any]) -> None:
        self.session.record(learn, given.pop("about"), given.pop("verdict"), **given)

    def _import(self, path: Path) -> None:
        """Journal the means of an uploaded survey; the file itself is kept nowhere."""
        done = Text("Survey {name} recorded.", "问卷 {name} 已记录。")
        self._do(lambda: self.session.record(import_survey, path, path.stem), done, name=path.stem)

    def _close(self) -> None:
        self._do(
            lambda: self.session.record(close_sheet), Text("Closed: the results are frozen.", "已结束：结果不再变动。")
        )
        self.session.reread(keep=True)

    def _draft(self) -> None:
        book = self.session.book
        done = Text("A draft of {quarter} is written; choose it above.", "{quarter} 草稿已生成，请在页首选择。")
        self._do(lambda: write_next(book, book.locale), done, quarter=book.quarter.next)

    def _do(self, act: Any, done: Text, **values: object) -> None:
        try:
            act()
        except OkrError as bad:
            self.answer.say(refused(bad.in_(self.session.locale)))
            return
        self.answer.say(quiet(self.session.say(done, **values)))


def _cause_entry(session: Session, record: Any) -> Entry:
    sheet = session.copy.base
    known = [(f"{kr.id} {kr_title(session.book, kr)}", kr.id) for kr in sheet.key_results]
    controls = {
        "key_result": options(session, Text("Key result", "关键结果"), known),
        "cause": options(session, Text("Why it fell short", "未达成的原因"), of_labels(session, get_args(CauseName))),
        "says": text_input(session, Text("In words", "说明")),
    }
    return Entry(session, controls, record, required=("key_result", "cause"), label=Text("Record the cause", "记录原因"),
                 rows=[["key_result", "cause"], ["says"]])  # fmt: skip


def _lesson_entry(session: Session, record: Any) -> Entry:
    sheet = session.copy.base
    items = [(f"{one.id} {one.title}", one.id) for one in sheet.objectives]
    items += [(f"{task.id} {task.title}", task.id) for task in sheet.tasks]
    items += [(f"{kr.id} {kr_title(session.book, kr)}", kr.id) for kr in sheet.key_results]
    controls = {
        "about": options(session, Text("About", "关于"), sorted(items, key=lambda item: item[1])),
        "verdict": options(session, Text("Next quarter", "下季度"), of_labels(session, get_args(Verdict))),
        "says": text_input(session, Text("What was learned", "经验内容"), rows=2),
    }
    return Entry(session, controls, record, required=("about", "verdict"), label=Text("Record the lesson", "记录经验"),
                 rows=[["about", "verdict"], ["says"]])  # fmt: skip
