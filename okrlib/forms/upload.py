"""Files from the person's own machine: dropped or chosen in the browser, sent in pieces, handed over whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import anywidget
import traitlets as t

from okrlib.forms.parts import Speaks
from okrlib.text import Text

_FOLDER = Path(__file__).parent
_DROP = Text("or drop it here", "或将文件拖到这里")


class Upload(anywidget.AnyWidget):
    """A place for files of any size. `received` gets each once it is whole; it is gone when `received` returns."""

    _esm = _FOLDER / "upload.js"
    words = t.Dict().tag(sync=True)
    accept = t.Unicode().tag(sync=True)
    multiple = t.Bool().tag(sync=True)

    def __init__(
        self, session: Speaks, label: Text, received: Callable[[Path], object], *, accept: str = "", multiple: bool = False
    ) -> None:  # fmt: skip
        self.received = received
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._file: IO[bytes] | None = None
        words = {"button": session.say(label), "drop": session.say(_DROP)}
        super().__init__(words=words, accept=accept, multiple=multiple)
        self.on_msg(lambda _, content, buffers: self.heard(content, buffers))

    def heard(self, content: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        """Take what the browser sends, and ask for what comes next."""
        try:
            if content["kind"] == "begin":
                self._begin(str(content["name"]))
            elif content["kind"] == "piece" and self._file:
                self._file.write(buffers[0])
            elif content["kind"] == "end" and self._file:
                self._end(self._file)
        finally:
            self.send({"kind": "taken"})

    def _begin(self, name: str) -> None:
        self._drop()
        self._folder = tempfile.TemporaryDirectory(prefix="okr-upload-")
        path = Path(self._folder.name) / (Path(name).name.lstrip(".") or "file")
        self._file = path.open("wb")

    def _end(self, file: IO[bytes]) -> None:
        file.close()
        try:
            self.received(Path(file.name))
        finally:
            self._drop()

    def _drop(self) -> None:
        """Forget what was sent so far, such as of a page that was closed meanwhile."""
        if self._file and self._folder:
            self._file.close()
            self._folder.cleanup()
        self._file = self._folder = None
