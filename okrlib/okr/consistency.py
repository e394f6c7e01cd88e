"""What must hold between the items of a sheet: weights for all or none, and no circles."""

from __future__ import annotations

from decimal import Decimal

from okrlib.okr.refusals import refused


def check_weights(weights: dict[str, Decimal | None], what: str) -> None:
    """Raise ValueError unless all siblings have a weight, or none; naming those without."""
    without = [name for name, weight in weights.items() if weight is None]
    if without and len(without) < len(weights):
        raise refused(f"{what} {', '.join(without)} have no weight while others have one; weigh all or none")
    if weights and not without and not sum(weight or 0 for weight in weights.values()):
        raise refused(f"the weights of {what} {', '.join(weights)} sum to 0; give at least one a weight above 0")


def check_no_cycle(arrows: dict[str, tuple[str, ...]], what: str, trouble: str) -> None:
    """Raise ValueError when following the arrows from one id leads back to it; ids that are elsewhere end the walk."""

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            loop = (*above[above.index(name) :], name)
            raise refused(f"{what} {name} is {trouble}: {' → '.join(loop)}")
        if name not in finished:
            for following in arrows.get(name, ()):
                visit(following, (*above, name))
            finished.add(name)

    finished: set[str] = set()
    for start in arrows:
        visit(start, ())
