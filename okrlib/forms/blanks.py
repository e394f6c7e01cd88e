"""Empty tables to fill in by hand, for what no platform exports and for a survey of the team."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as w
from markupsafe import Markup

from okrlib.errors import OkrError
from okrlib.forms.links import link
from okrlib.forms.parts import Remark, button, choice, quiet, refused, row
from okrlib.forms.session import Session
from okrlib.ingest.templates import write_both, write_template
from okrlib.okr.survey import template_rows
from okrlib.text import Text

FOLDER = "_templates"  # beside the stores' exports; no store can have this name, so it is never read as exports
_WRITTEN = Text("Fill in one of these, and upload it:", "填写其中一份后上传：")


class Blanks(w.VBox):  # type: ignore[misc]
    """A choice of tables by name, and the button that writes the chosen one; where it is there already, it stays."""

    def __init__(self, session: Session, tables: Mapping[str, Text]) -> None:
        self.session = session
        options = [(session.say(title), name) for name, title in tables.items()]
        self.table = choice(session, Text("Table to fill in by hand", "手工填写的表"), options)
        self.write = button(session, Text("Write an empty one", "生成空白表"), self._write)
        self.answer = Remark()
        alone = len(options) == 1
        super().__init__([row(self.write) if alone else row(self.table, self.write), self.answer])

    def _write(self) -> None:
        home, name = self.session.book.workbook.home, self.table.value
        folder = self.session.book.workbook.exports / FOLDER
        paths = [folder / f"{name}.{ending}" for ending in ("csv", "xlsx")]
        try:
            if not any(path.exists() for path in paths):
                _ = write_both(name, template_rows(), folder) if name == "survey" else write_template(name, folder)
        except OkrError as bad:
            self.answer.say(refused(bad.in_(self.session.locale)))
            return
        links = Markup(" · ").join(link(self.session, path, home) for path in paths if path.exists())
        self.answer.say(quiet(self.session.say(_WRITTEN)) + links)
