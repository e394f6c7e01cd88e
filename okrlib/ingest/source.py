"""Where the bytes of an export lie: a file, or a file within a downloaded zip archive, which is never unpacked to disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from okrlib.errors import DataError

READABLE = {".csv", ".tsv", ".txt", ".xlsx", ".xls"}
ARCHIVE = ".zip"
ZIP = b"PK\x03\x04"
LARGEST = 4 << 30  # bytes; a month of the largest store's orders is a tenth of it
MOST_TIMES = 200  # text shrinks twentyfold; what shrinks more than this was made to fill a disk


@dataclass(frozen=True, slots=True)
class Source:
    """One file of rows."""

    path: Path
    member: str | None = None

    def __str__(self) -> str:
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @property
    def stamp(self) -> tuple[int, int]:
        """Size in bytes and time of last change, in nanoseconds; (0, 0) where there is no such file."""
        try:
            seen = self.path.stat()
        except OSError:
            return 0, 0
        return seen.st_size, seen.st_mtime_ns

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the file for reading; one that cannot be read is a DataError."""
        try:
            if self.member is None:
                with self.path.open("rb") as stream:
                    yield stream
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as member:
                    yield member
        except OSError as bad:
            raise DataError(
                f"{self}: cannot be read: {bad.strerror or bad}", f"{self}：无法读取（{bad.strerror or bad}）"
            ) from None
        except (zipfile.BadZipFile, RuntimeError) as bad:
            raise DataError(
                f"{self}: cannot be unpacked: {bad}; download it again, without a password",
                f"{self}：无法解压（{bad}）；请重新下载，不要设密码",
            ) from None


def sources(path: Path) -> list[Source]:
    """Return the files of rows in `path`: itself, or what a zip archive holds; an archive of nothing is a DataError."""
    if path.suffix.lower() != ARCHIVE:
        return [Source(path)]
    names = [info.filename for info in archive_entries(path) if _readable(info.filename)]
    if not names:
        raise DataError(
            f"{path}: holds no export; expected a file ending in {', '.join(sorted(READABLE))}",
            f"{path}：压缩包内没有可读取的文件，应包含 {'、'.join(sorted(READABLE))} 文件",
        )
    return [Source(path, name) for name in sorted(names)]


def archive_entries(path: Path) -> list[zipfile.ZipInfo]:
    """List what an archive, or a workbook, holds; one that is broken or would unpack without measure is a DataError."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile) as bad:
        raise DataError(
            f"{path}: not a readable archive or workbook: {bad}", f"{path}：不是可以读取的压缩包或电子表格（{bad}）"
        ) from None
    packed, whole = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
    if whole > LARGEST or whole > MOST_TIMES * max(packed, 1 << 20):
        raise DataError(
            f"{path}: would unpack from {packed:,} to {whole:,} bytes; that is no export, and it was not opened",
            f"{path}：解压后会从 {packed:,} 字节膨胀到 {whole:,} 字节，不像导出文件，未予打开",
        )
    return entries


def _readable(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in READABLE and not path.name.startswith((".", "~")) and "__MACOSX" not in path.parts
