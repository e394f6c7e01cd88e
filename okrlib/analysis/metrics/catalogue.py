"""All metrics, the equations between them, and what other floors ask about them."""

from __future__ import annotations

import difflib

from okrlib.analysis.metrics import customers, economics, market, operations, sales, traffic
from okrlib.analysis.metrics.model import Metric
from okrlib.errors import ParameterError
from okrlib.okr.checks import Identity, MetricFacts

_AREAS = (sales, customers, traffic, operations, market, economics)
CATALOGUE: dict[str, Metric] = {metric.name: metric for area in _AREAS for metric in area.METRICS}

# Equations that hold in the data to the cent, and that a sheet's targets are checked against.
IDENTITIES: tuple[Identity, ...] = tuple(identity for area in _AREAS for identity in area.IDENTITIES)


def find_metric(name: str) -> Metric:
    """Return a metric by name; an unknown one is a ParameterError that names those nearest."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    near = difflib.get_close_matches(name, CATALOGUE, n=3) or list(CATALOGUE)[:5]
    raise ParameterError(
        f"metric {name!r}: not in the catalogue; did you mean {' or '.join(near)}? (all: okr metrics)",
        f"指标库中没有 {name}，是否要用 {'、'.join(near)}？（全部指标：okr metrics）",
    )


def visible() -> list[Metric]:
    """List the metrics people set targets on, in the catalogue's order."""
    return [metric for metric in CATALOGUE.values() if not metric.hidden]


def measures(name: str) -> list[Metric]:
    """Return all measures that a metric is made of, itself where it is one, each once."""
    metric = CATALOGUE[name]
    found = [part for of in metric.of for part in measures(of)] if metric.op else [metric]
    return list(dict.fromkeys(found))


def metric_facts() -> dict[str, MetricFacts]:
    """Return the catalogue as the checks of a sheet need it."""
    return {
        metric.name: MetricFacts(
            metric.name,
            metric.label,
            metric.unit,
            metric.better,
            "ratio" if metric.op in {"ratio", "growth"} else "sum" if metric.adds_up else "count",
            metric.area,
            metric.leads,
            metric.volume,
            tuple(identity for identity in IDENTITIES if identity.whole == metric.name),
        )
        for metric in visible()
    }
