"""From where to where: kind, baseline with its number at once, commit, target and stretch under the ambition meter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import ipywidgets as w

from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.targets import Ambition
from okrlib.forms.meter import drawn, proposed
from okrlib.forms.milestones import Milestones
from okrlib.forms.parts import Field, Remark, button, choice, number, of_labels, quiet, row, text_input, written
from okrlib.forms.session import Session
from okrlib.okr import Baseline, Edit, KeyResult
from okrlib.okr.fields import BaselineRule
from okrlib.okr.model import WITH_TARGET, Kind
from okrlib.show.starting import days_of
from okrlib.show.wording import amount, kr_unit
from okrlib.text import Text

_TYPED = Text("a number", "直接填数")
_BASELINE = Text("Baseline: {value} ({rule}{period})", "基线：{value}（{rule}{period}）")
_BAND = Text("expected two numbers, such as 2 to 3", "请填写两个数字，例如 2 至 3")


class Levels(w.VBox):  # type: ignore[misc]
    """Baseline and levels of the chosen key result; only those its kind has are shown."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.owner: str | None = None
        rules = [(session.say(_TYPED), ""), *of_labels(session, get_args(BaselineRule))]
        self.rule = choice(session, Text("Baseline from", "基线取自"), rules)
        self.rule.observe(self._rule, "value")
        self._filling = False
        kinds = choice(session, Text("Kind", "考核方式"), of_labels(session, get_args(Kind)))
        self.fields = {
            "kind": Field(session, kinds, "kind", lambda value: value, lambda value: value or "reach", along=self._dropped),
            "baseline": self._number("baseline", Text("Baseline", "基线")),
            "commit": self._number("commit", Text("Commit", "承诺值")),
            "target": self._number("target", Text("Target", "目标值")),
            "stretch": self._number("stretch", Text("Stretch", "冲刺值")),
            "band": Field(session, text_input(session, Text("Band, from – to", "区间（下限–上限）")), "band", _band, _shown_band, _BAND),
        }  # fmt: skip
        self.start, self.meter, self.plan = Remark(), Remark(), Remark()
        self.milestones = Milestones(session)
        self.take = button(session, Text("Take the proposal", "采用建议值"), self._take)
        f = self.fields
        self.from_box = row(self.rule, f["baseline"])
        super().__init__([
            f["kind"], self.from_box, self.start, row(f["commit"], f["target"], f["stretch"]), f["band"],
            self.milestones, self.meter, row(self.plan, self.take),
        ])  # fmt: skip

    def _number(self, name: str, label: Text) -> Field:
        return Field(self.session, text_input(self.session, label), name, number, self._written, echo=self._echo)

    def _dropped(self, kind: str) -> list[Edit]:
        """Take away with a kind what the new one has no place for."""
        levels = () if kind in WITH_TARGET else ("commit", "target", "stretch")
        others = [name for name, its in (("band", "between"), ("milestones", "milestones")) if kind != its]
        return [(f"{self.owner}/{name}", None) for name in (*levels, *others)]

    @property
    def key_result(self) -> KeyResult | None:
        """The chosen key result as the last sound sheet has it."""
        return next((kr for kr in self.session.copy.sheet.key_results if kr.id == self.owner), None)

    def _unit(self) -> str:
        metric = CATALOGUE.get(str(self.session.value(f"{self.owner}/metric"))) if self.owner else None
        return metric.unit if metric else ""

    def _written(self, value: Any) -> str:
        """Write a number as a person would: shares in percent, a rule not at all."""
        if isinstance(value, str) and value in get_args(BaselineRule):
            return ""
        if value is not None and self._unit() == "share":
            return f"{written(Decimal(written(value)) * 100)}%"
        return written(value)

    def _echo(self, value: Any) -> str:
        kr = self.key_result
        if kr is None or isinstance(value, str):
            return ""
        return amount(self.session.book, Decimal(written(value)), kr_unit(kr))

    def point(self, owner: str | None) -> None:
        """Show another key result."""
        self.owner = owner
        self.rule.disabled = owner is None
        self.milestones.point(owner)
        for field in self.fields.values():
            field.point(owner)
        self.refresh()

    def refresh(self) -> None:
        """Show what the kind needs, the baseline's number and the meter."""
        self.milestones.refresh()
        for field in self.fields.values():
            field.refresh()
        kind = (self.session.value(f"{self.owner}/kind") if self.owner else None) or "reach"
        typed = self.session.value(f"{self.owner}/baseline") if self.owner else None
        self._filling = True
        self.rule.value = typed if typed in get_args(BaselineRule) else ""
        self._filling = False
        shown = {"baseline": not self.rule.value, "band": kind == "between"}
        shown |= dict.fromkeys(("commit", "target", "stretch"), kind in WITH_TARGET)
        for name, visible in shown.items():
            self.fields[name].layout.display = "" if visible else "none"
        self.from_box.layout.display = "" if kind == "reach" else "none"
        self._measure()

    def _measure(self) -> None:
        """Compute baseline, meter and proposal of a key result that the catalogue measures."""
        kr, book = self.key_result, self.session.book
        if kr is None or kr.metric not in CATALOGUE:
            for part in (self.start, self.meter, self.plan):
                part.say()
            self.take.disabled = True
            return
        start = self.session.baseline(kr)
        self.start.say(quiet(self._start(kr, start)) if kr.kind == "reach" and start else "")
        if kr.kind not in WITH_TARGET:
            self.meter.say()
            return
        found = self.session.ambition(kr)
        self.meter.say(drawn(book, kr, found, self.session.reading(kr).value))
        self.plan.say(quiet(plan) if (plan := proposed(book, kr, found)) else "")
        self.take.disabled = plan is None

    def _start(self, kr: KeyResult, start: Baseline | Text) -> str:
        if isinstance(start, Text):
            return self.session.say(Text("No baseline: {why}", "没有基线：{why}"), why=self.session.say(start))
        value, days = amount(self.session.book, start.value, kr_unit(kr)), days_of(self.session.book, start.period)
        named = {name: words for words, name in self.rule.options}
        label = named.get(start.rule, self.session.say(_TYPED))
        return self.session.say(_BASELINE, value=value, rule=label, period=f", {days}" if days else "")

    def _rule(self, change: dict[str, Any]) -> None:
        if self._filling or self.owner is None:
            return
        start = self.session.baseline(kr) if (kr := self.key_result) else None
        typed = start.value if isinstance(start, Baseline) else None
        self.session.edit((f"{self.owner}/baseline", change["new"] or typed))

    def _take(self) -> None:
        """Set commit, target and stretch as proposed, in one step."""
        kr = self.key_result
        found = self.session.ambition(kr) if kr else None
        if isinstance(found, Ambition) and found.proposal:
            plan = found.proposal
            named = {"commit": plan.committed, "target": plan.challenging, "stretch": plan.stretch}
            self.session.edit(*((f"{self.owner}/{name}", value) for name, value in named.items()))


def _band(text: str) -> list[Decimal] | None:
    parts = [part for part in text.replace("–", " ").replace("至", " ").replace("to", " ").split() if part]
    if not parts:
        return None
    values = [number(part) for part in parts]
    if len(values) != 2 or None in values:
        raise ValueError(text)
    return [value for value in values if value is not None]


def _shown_band(value: Any) -> str:
    return " – ".join(map(written, value)) if value else ""
