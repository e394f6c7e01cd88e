"""Taking turns: one writer of a file or folder at a time, and a plain word to whoever waits too long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from okrlib.errors import DataError

Turn = AbstractContextManager[None]


@contextmanager
def in_turn(what: Path, lock: Path, seconds: float) -> Iterator[None]:
    """Keep every other writer of `what` out by the file `lock`; DataError when another one lasts longer than `seconds`."""
    held = FileLock(lock, timeout=seconds)
    try:
        held.acquire()
    except Timeout:
        waited = f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
        raise DataError(
            f"{what}: somebody else has been writing it for {waited}; nothing was written here: wait until they have ended, then try again",
            f"{what} 正被他人写入，已等待 {seconds:.0f} 秒；本次没有写入任何内容，请稍后再试",
        ) from None
    try:
        yield
    finally:
        held.release()
