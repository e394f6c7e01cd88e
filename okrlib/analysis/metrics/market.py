"""The market we sell in, and those we share it with."""

from __future__ import annotations

from okrlib.analysis.metrics.model import Metric
from okrlib.okr.checks import Identity

# fmt: off
METRICS: tuple[Metric, ...] = ()
# fmt: on

IDENTITIES: tuple[Identity, ...] = ()
