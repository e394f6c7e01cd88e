"""All stores of a quarter side by side: what stands worst and best, and roll-ups by weight, never silently equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from okrlib.okr.model import KeyResult
from okrlib.okr.scoring import Average, average, objective_progress, progress, roll_up
from okrlib.okr.states import KeyResultState, ObjectiveState, Scorecard
from okrlib.okr.status import Status
from okrlib.okr.strategy import CompanyObjective, Strategy

_NOT_RANKED = {Status.NO_DATA, Status.NO_BASELINE, Status.NOT_JUDGED}  # nothing is known of them, neither good nor bad


@dataclass(frozen=True, slots=True)
class Ranked:
    """A key result of one store among those of all."""

    store: str
    state: KeyResultState


def ranked(cards: Mapping[str, Scorecard]) -> tuple[Ranked, ...]:
    """Return all key results of which something is known, worst first: by status, then chance, then progress."""
    found = [Ranked(store, state) for store, card in cards.items() for state in card.key_results]
    return tuple(sorted((one for one in found if one.state.status not in _NOT_RANKED), key=_rank))


def _rank(one: Ranked) -> tuple[int, float, Decimal]:
    state = one.state
    chance = 0.5 if state.probability is None else state.probability  # not known: between the bad and the good
    return list(Status).index(state.status), chance, state.progress or Decimal(0)


def progress_of(card: Scorecard) -> Average:
    """Return a store's progress: the mean of its measured objectives by weight; what serves a measured one counts there."""
    return average((state.objective.weight, state.progress) for state in _tops(card))


def score_of(card: Scorecard) -> Average:
    """Return a store's score once it is closed: the mean of the same objectives' by weight."""
    return average((state.objective.weight, state.score.value) for state in _tops(card) if state.score)


def _tops(card: Scorecard) -> list[ObjectiveState]:
    measured = {state.id for state in card.objectives if state.key_results}
    return [state for state in card.objectives if state.id in measured and state.objective.parent not in measured]


def rolled_up(
    cards: Mapping[str, Scorecard], revenue: Mapping[str, Decimal], currency: Mapping[str, str]
) -> dict[str, Average]:
    """Return the progress of the stores of each currency, weighed by revenue; pounds and yuan are not added up.

    A store without revenue yet weighs nothing.
    """
    found: dict[str, Average] = {}
    for name in dict.fromkeys(currency[store] for store in cards):
        own = {store: progress_of(card).value for store, card in cards.items() if currency[store] == name}
        found[name] = roll_up(own, {store: revenue.get(store, Decimal(0)) for store in own})
    return found


def company_progress(
    strategy: Strategy,
    objective: CompanyObjective,
    values: Mapping[str, Mapping[str, Decimal | None]],
    currencies: Mapping[str, str],
) -> Decimal | None:
    """Return an objective's progress by what the stores have brought together of its totals.

    `values` by key result and store, each in the store's own currency, are added up at the planned rates; None where a
    key result is no total, a store has no data, or a rate is missing: part of a sum is no sum.
    """
    found = {
        kr.id: progress(kr, _typed(kr), _together(strategy, values[kr.id], currencies)) for kr in objective.key_results
    }
    known = objective_progress(objective.key_results, found)
    return known.value if known.total and known.measured == known.total else None


def _typed(kr: KeyResult) -> Decimal | None:
    return kr.baseline if isinstance(kr.baseline, Decimal) else None


def _together(
    strategy: Strategy, values: Mapping[str, Decimal | None], currencies: Mapping[str, str]
) -> Decimal | None:
    parts = [(value, strategy.rate(currencies[store])) for store, value in values.items()]
    known = [value * rate for value, rate in parts if value is not None and rate is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(parts) else None
