"""The metric catalogue: one entry a metric; dictionary, facts, forms and checks all read it from here.

Ratios are computed from the numerator and denominator of the very period and segment, never averaged. To add a metric,
add its entry to the file of its area.
"""

from okrlib.analysis.metrics.catalogue import CATALOGUE, IDENTITIES, find_metric, measures, metric_facts, visible
from okrlib.analysis.metrics.dictionary import clocks, dictionary_entry, explained, formula
from okrlib.analysis.metrics.model import UNITS, Metric

__all__ = [
    "CATALOGUE",
    "IDENTITIES",
    "UNITS",
    "Metric",
    "clocks",
    "dictionary_entry",
    "explained",
    "find_metric",
    "formula",
    "measures",
    "metric_facts",
    "visible",
]
