"""Notebooks in, pages out: jobs, their execution, packets with their manifests, and the index of a quarter."""

from okrlib.run import _quick_start  # noqa: F401  # before anything else imports nbformat
from okrlib.run.hold import BusyError, Shard
from okrlib.run.jobs import Job, Limits, read_job
from okrlib.run.packets import Event, Outcome, explain, run_packets, write_index
from okrlib.run.workers import Crew

__all__ = [
    "BusyError", "Crew", "Event", "Job", "Limits", "Outcome", "Shard", "explain", "read_job", "run_packets",
    "write_index",
]  # fmt: skip
