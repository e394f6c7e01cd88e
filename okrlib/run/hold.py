"""Who may write a quarter's packets: one run, or the shards of one, each with its share of the jobs."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from okrlib.errors import DataError, ParameterError
from okrlib.run.manifest import write_atomically

_Any = TypeVar("_Any")


class BusyError(DataError):
    """Somebody else is writing the same quarter's packets; exit code 1."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several runs that share out the same jobs: the `number`-th of `of`, counted from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``2/4``; ParameterError for anything that is no part of a whole."""
        found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
        number, of = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= of:
            raise ParameterError(f"shard {text!r}: expected a part and the number of parts, such as 1/4 to 4/4")
        return cls(number, of)

    def share(self, jobs: Sequence[_Any]) -> Sequence[_Any]:
        """Return this shard's jobs; the shards together have each job once."""
        return jobs[self.number - 1 :: self.of]


@contextmanager
def hold(folder: Path, now: Callable[[], datetime], shard: Shard | None = None) -> Iterator[None]:
    """Keep every other run out of `folder`, but for other shards; BusyError says who is in it already."""
    suffix = f".{shard.number}-of-{shard.of}" if shard else ""
    holder, lock = folder / f".holder{suffix}", FileLock(folder / f".lock{suffix}", timeout=0)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _beside_shards(folder / ".lock") if shard else _nobody_else():
        with writing(folder):
            try:
                lock.acquire()
            except Timeout:
                raise _busy(folder) from None
        try:
            with writing(folder):
                write_atomically(
                    holder, f"process {os.getpid()} on {socket.gethostname()} since {now():%Y-%m-%d %H:%M}"
                )
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()


@contextmanager
def _nobody_else() -> Iterator[None]:
    yield


@contextmanager
def _beside_shards(whole: Path) -> Iterator[None]:
    """Hold, together with other shards, the lock that a whole run needs for itself; not on Windows."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415  # only where there is one

    with writing(whole), whole.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(whole.parent) from None
        yield


def _busy(folder: Path) -> BusyError:
    holders = (path.read_text(encoding="utf-8") for path in sorted(folder.glob(".holder*")) if path.suffix != ".tmp")
    who = "; ".join(holders) or "unknown"
    return BusyError(
        f"{folder}: another run is writing these packets ({who}); wait until it has ended",
        f"{folder}：另一任务正在生成这些报告（{who}），请等其结束",
    )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError into a DataError that names what could not be written."""
    try:
        yield
    except OSError as bad:
        raise DataError(
            f"{path}: cannot be written: {bad.strerror or bad}", f"{path}：无法写入（{bad.strerror or bad}）"
        ) from bad
