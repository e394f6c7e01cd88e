"""A linter for sheets: each finding says what is wrong, why it matters and how to mend it, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from okrlib.okr.checks.alignment import check_cascade
from okrlib.okr.checks.binding import check_binding
from okrlib.okr.checks.facts import BELIEVABLE, Case, Finding, Identity, MetricFacts, Severity, worst_first
from okrlib.okr.checks.identities import check_identities
from okrlib.okr.checks.key_results import check_key_results
from okrlib.okr.checks.objectives import check_objectives
from okrlib.okr.checks.sets import check_sets
from okrlib.okr.model import Objective, Sheet
from okrlib.okr.scoring import Reading
from okrlib.text import Text

__all__ = ["Finding", "Identity", "MetricFacts", "Severity", "check_cascade", "check_sheet", "worst_first"]


def check_sheet(
    sheet: Sheet,
    metrics: Mapping[str, MetricFacts],
    *,
    values: Mapping[str, Reading] | None = None,
    baselines: Mapping[str, Decimal] | None = None,
    probabilities: Mapping[str, float | None] | None = None,
    findings: Mapping[str, Collection[str]] | None = None,
    elsewhere: Collection[Objective] = (),
    believable: tuple[float, float] = BELIEVABLE,
    unusual: Mapping[str, Sequence[Text]] | None = None,
    startless: Mapping[str, Text] | None = None,
) -> list[Finding]:
    """Return what is to mend in a sheet, errors first; an empty list means nothing was found.

    By key result: `values` as read today, `baselines` computed by rule, `probabilities` with which the
    targets were set, which should be `believable`: within these two. By finding (or lever) id: the metrics that
    `findings` are about; None where nobody looked for any.
    `elsewhere`: objectives of other sheets that may be parents. `unusual`: what is odd about the days
    of each baseline, by key result. `startless`: why the data give no baseline, where a rule asks for one.
    """
    case = Case(
        sheet,
        metrics,
        values or {},
        baselines or {},
        probabilities or {},
        findings,
        elsewhere,
        believable,
        unusual or {},
        startless or {},
    )
    checks = (check_objectives, check_key_results, check_sets, check_identities, check_binding)
    return worst_first(finding for check in checks for finding in check(case))
