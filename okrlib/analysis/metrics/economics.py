"""What is left of the money: fees, costs, margins."""

from __future__ import annotations

from okrlib.analysis.metrics.model import Metric
from okrlib.okr.checks import Identity

# fmt: off
METRICS: tuple[Metric, ...] = ()
# fmt: on

IDENTITIES: tuple[Identity, ...] = ()
