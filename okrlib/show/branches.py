"""A tree drawn in HTML: nested lists with rails, so that any number of branches can be read on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from okrlib.show.palette import in_notebook
from okrlib.show.table import Bar, Status

MANY = 12  # branches below one that are folded away, to be opened by who wants them


@dataclass(frozen=True, slots=True)
class Branch:
    """One thing in the tree: its title, what else is to be known of it in few words, how it stands, what hangs below."""

    title: str
    facts: Sequence[str] = ()
    bar: Bar | None = None
    status: Status | None = None
    strong: bool = False
    below: Sequence[Branch] = field(default=())

    def __len__(self) -> int:
        """Count it and all below it."""
        return 1 + sum(map(len, self.below))

    def html(self, fold: str) -> Markup:
        """Draw it and all below it; `fold` is what stands over branches folded away, with a place for their number."""
        css = Markup(" okr-strong") if self.strong else Markup("")
        marks = Markup("").join(Markup(mark.__html__()) for mark in (self.bar, self.status) if mark)  # noqa: S704
        head = _HEAD.format(css, self.title, Markup('<span class="okr-marks">{}</span>').format(marks) if marks else "")
        facts = Markup('<p class="okr-note">{}</p>').format(" · ".join(self.facts)) if self.facts else ""
        return Markup("<li>{}{}{}</li>").format(head, facts, self._below(fold))

    def _below(self, fold: str) -> Markup:
        if not self.below:
            return Markup("")
        listed = Markup("<ul>{}</ul>").format(Markup("").join(branch.html(fold) for branch in self.below))
        if len(self.below) <= MANY:
            return listed
        return Markup("<details><summary>{}</summary>{}</details>").format(fold.format(n=len(self) - 1), listed)


@dataclass(frozen=True, slots=True)
class Branches:
    """A tree, or several: each root with what hangs below it."""

    roots: Sequence[Branch]
    label: str
    fold: str = "{n}"
    note: str = ""

    def __html__(self) -> str:
        note = Markup('<p class="okr-note">{}</p>').format(self.note) if self.note else ""
        return _TREE.format(self.label, Markup("").join(self._drawn()), note)

    def _drawn(self) -> Iterator[Markup]:
        for root in self.roots:
            yield root.html(self.fold)

    def _repr_html_(self) -> str:
        return in_notebook(self.__html__())


_HEAD = Markup('<p class="okr-branch{}"><span>{}</span>{}</p>')
_TREE = Markup('<div class="okr-tree" role="region" aria-label="{}"><ul>{}</ul>{}</div>')
