"""The life of a sheet: draft, active (locked), closed (scored); each step is an event, each change has a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from okrlib.errors import SheetError
from okrlib.okr.events import Baseline, Changed, Event, KeyResultResult, Locked, ObjectiveResult, Scored
from okrlib.okr.fields import BaselineRule
from okrlib.okr.journal import Journal, append, journal_path
from okrlib.okr.model import KeyResult, Sheet, State
from okrlib.okr.refusals import refusal
from okrlib.okr.scoring import score_at_closing
from okrlib.okr.sheet import differences, fingerprint, set_state
from okrlib.okr.states import KeyResultState, ObjectiveState, Scorecard
from okrlib.periods import Period, Quarter

TRAILING = timedelta(weeks=13)


def baseline_period(rule: BaselineRule, quarter: Quarter, on: date) -> Period:
    """Return the days a baseline rule means for a sheet of `quarter` that is locked on the day `on`."""
    if rule == "last_quarter":
        return quarter.previous.period
    if rule == "same_quarter_last_year":
        return quarter.year_ago.period
    return Period(on - TRAILING, on - timedelta(days=1))


def lock(sheet: Sheet, journal: Journal, baselines: Mapping[str, Baseline], *, at: datetime, by: str) -> Locked:
    """Return the event that makes a draft binding; `baselines` are those computed by rule.

    SheetError when it was locked before, a key result cannot be measured, or an objective has none.
    """
    if journal.locked or sheet.state != "draft":
        raise SheetError(
            f"{_name(sheet)}: locked already; record a change with {_change_command(sheet)}",
            f"{_name(sheet)}：目标表已锁定；如需调整，请修改后填写原因并保存",
        )
    _check_complete(sheet)
    frozen = {kr.id: start for kr in sheet.key_results if (start := _frozen(sheet, kr, baselines))}
    active = sheet.model_copy(update={"state": "active"})
    return Locked(at=at, by=by, sheet=active, baselines=frozen, fingerprint=fingerprint(active))


def _frozen(sheet: Sheet, kr: KeyResult, computed: Mapping[str, Baseline]) -> Baseline | None:
    start = Baseline(value=kr.baseline) if isinstance(kr.baseline, Decimal) else computed.get(kr.id)
    if start is None:
        if kr.kind == "reach":
            raise SheetError(
                f"{_name(sheet)}: key result {kr.id}: no data for baseline {kr.baseline}; type a number",
                f"{_name(sheet)}：关键结果 {kr.id}：没有数据可计算基线，请直接填写数字",
            )
        return None
    try:
        kr.check_baseline(start.value)
    except ValueError as bad:
        raise _refused(sheet, bad) from None
    return start


def require_unchanged(sheet: Sheet, journal: Journal) -> None:
    """Raise SheetError, listing the differences and the command that records them, when a locked sheet was edited."""
    if journal.sheet is None:
        if sheet.state != "draft":
            raise SheetError(
                f"{_name(sheet)}: state {sheet.state}, but never locked; write state: draft and lock it",
                f"{_name(sheet)}：状态为 {sheet.state}，但从未锁定；请改为 state: draft 后再锁定",
            )
        return
    if found := differences(journal.sheet, sheet):
        listed = "; ".join(map(str, found))
        raise SheetError(
            f"{_name(sheet)}: changed since it was locked: {listed}. Record it: {_change_command(sheet)}",
            f"{_name(sheet)}：锁定之后有未记录的改动（{listed}），请先记录：{_change_command(sheet)}",
        )


def record_change(
    sheet: Sheet,
    journal: Journal,
    reason: str,
    *,
    at: datetime,
    by: str,
    baselines: Mapping[str, Baseline] | None = None,
) -> Changed:
    """Return the event that records how `sheet` differs from the last snapshot, and why.

    Frozen baselines never move; key results that are new, or measure something else, get theirs frozen now.
    """
    before = journal.sheet
    if before is None:
        raise SheetError(
            f"{_name(sheet)}: a draft needs no reasons; edit it freely until it is locked",
            f"{_name(sheet)}：草稿无需填写修改原因，锁定前可随意修改",
        )
    if journal.scored:
        raise SheetError(
            f"{_name(sheet)}: closed already; a closed sheet is not changed, write a lesson instead",
            f"{_name(sheet)}：本季度已结束，目标表不能再改；如有补充，请记为经验",
        )
    found = differences(before, sheet)
    if not found:
        raise SheetError(
            f"{_name(sheet)}: nothing has changed since it was last recorded", f"{_name(sheet)}：与上次记录相比没有改动"
        )
    if not reason.strip():
        raise SheetError(
            f"{_name(sheet)}: locked; say in words why it is changed", f"{_name(sheet)}：目标表已锁定，请填写修改原因"
        )
    frozen = _frozen_by_change(before, sheet, journal, baselines or {})
    active = sheet.model_copy(update={"state": "active"})
    _check_complete(active)
    return Changed(
        at=at, by=by, differences=tuple(found), reason=reason, sheet=active, baselines=frozen,
        fingerprint=fingerprint(active),
    )  # fmt: skip


def _frozen_by_change(
    before: Sheet, after: Sheet, journal: Journal, computed: Mapping[str, Baseline]
) -> dict[str, Baseline]:
    old = {kr.id: kr for kr in before.key_results}
    fresh: dict[str, Baseline] = {}
    for kr in after.key_results:
        was = old.get(kr.id)
        if was is None or was.measures != kr.measures or kr.id not in journal.baselines:
            start = _frozen(after, kr, computed)
            fresh |= {kr.id: start} if start else {}
        elif was.baseline != kr.baseline:
            raise SheetError(
                f"{_name(after)}: key result {kr.id}: baseline {was.baseline} is frozen since the lock; "
                f"put it back (found {kr.baseline}), or begin a new key result with an id of its own",
                f"{_name(after)}：关键结果 {kr.id}：基线已随锁定固定；请改回原值，或新建一个关键结果",
            )
        else:
            _frozen(after, kr, journal.baselines)
    return fresh


def close(
    card: Scorecard, journal: Journal, *, data_fingerprint: str, at: datetime, by: str, data_to: date | None = None
) -> Scored:
    """Return the event that freezes the results of a scorecard and of the data behind it, which end on `data_to` if early.

    Closing again once interim values have become final is a second such event, which then counts; make its
    scorecard with `Journal.reopened()`.
    """
    if journal.locked is None:
        raise SheetError(
            f"{_name(card.sheet)}: a draft cannot be closed; lock it first",
            f"{_name(card.sheet)}：草稿不能直接结束，请先锁定",
        )
    results = tuple(_result(card, state) for state in card.key_results)
    return Scored(
        at=at,
        by=by,
        key_results=results,
        objectives=tuple(_objective_result(state) for state in card.objectives),
        data_fingerprint=data_fingerprint,
        data_to=data_to,
    )


def _result(card: Scorecard, state: KeyResultState) -> KeyResultResult:
    final_on = state.reading.final_on if state.interim else None
    kind = card.sheet.objective_of(state.id).type
    return KeyResultResult(
        id=state.id,
        value=state.value,
        unit=state.reading.unit,
        numerator=state.reading.numerator,
        denominator=state.reading.denominator,
        as_of=state.reading.as_of,
        progress=state.progress,
        original_progress=state.original_progress,
        score=score_at_closing(kind, state.progress, guardrail=state.key_result.guardrail, final_on=final_on),
    )


def _objective_result(state: ObjectiveState) -> ObjectiveResult:
    final = max((kr.reading.final_on for kr in state.key_results if kr.interim and kr.reading.final_on), default=None)
    whole = state.average.measured == state.average.total  # a key result without data is never scored away
    score = score_at_closing(state.objective.type, state.progress if whole else None, final_on=final)
    return ObjectiveResult(id=state.id, progress=state.progress, score=score)


def record(sheet_path: Path, event: Event) -> None:
    """Write an event to the journal beside the sheet, and the state it brings about into the sheet.

    The journal comes first: cut short in between, the sheet still reads as it did, and
    `require_unchanged` finds no difference.
    """
    append(journal_path(sheet_path), event)
    state: State | None = {"locked": "active", "scored": "closed"}.get(event.kind)  # type: ignore[assignment]
    if state:
        set_state(sheet_path, state)


def _check_complete(sheet: Sheet) -> None:
    try:
        sheet.check_complete()
    except ValueError as bad:
        raise _refused(sheet, bad) from None


def _refused(sheet: Sheet, bad: ValueError) -> SheetError:
    """Put what the model says against a sheet beside the sheet's name."""
    says = refusal(str(bad))
    return SheetError(f"{_name(sheet)}: {says.en}", f"{_name(sheet)}：{says.zh}")


def _name(sheet: Sheet) -> str:
    return f"{sheet.store} {sheet.quarter}"


def _change_command(sheet: Sheet) -> str:
    return f'okr change {sheet.store} {sheet.quarter} --reason "…"'
