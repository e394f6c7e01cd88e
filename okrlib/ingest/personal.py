"""Personal data: a keyed hash that tells two buyers apart and names neither, and of an address the province alone."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from platformdirs import user_config_path

from okrlib.errors import DataError, ParameterError
from okrlib.lake import quoted

KEY_VARIABLE = "OKR_KEY_FILE"
BLANKS = ("", "-", "--", "null", "NULL", r"\N")  # what exports write for "empty"
_PROVINCE = re.compile("(?:中国)?(.{2,7}?(?:特别行政区|自治区|省|市))")
_PLAIN = r"[ -~\x{3400}-\x{9fff}]*"  # ASCII and Chinese: letters that SQL and Python put in lower case alike
HASH = "okr_pseudonym"  # what SQL calls a Pseudonyms object by
_TRACES = r"[\w.+-]+@[\w-]+[.][\w.-]+|\+?[0-9][0-9 -]{5,}[0-9]"  # mail addresses, and numbers that may be a phone's
_LONGEST_SHORT_FORM = 4  # 黑龙江, 内蒙古; anything longer is the start of an address


def key_path() -> Path:
    """Where the key lies: outside every workbook, so that a shared folder never carries it."""
    given = os.environ.get(KEY_VARIABLE)
    return Path(given) if given else user_config_path("okrlib") / "buyers.key"


def read_key(workbook: Path) -> bytes:
    """Return the key, made at first need, readable by its owner only; inside `workbook` it is a ParameterError."""
    path = key_path()
    if path.resolve().is_relative_to(workbook.resolve()):
        raise ParameterError(
            f"{KEY_VARIABLE}={path}: lies inside the workbook; the key must not travel with the data",
            f"{KEY_VARIABLE}={path}：密钥不能放在工作簿文件夹内，以免随数据一起外传",
        )
    if not path.exists():
        _make_key(path)
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip() or "-")
    except ValueError:
        raise DataError(
            f"{path}: not a key (expected hexadecimal digits); put the right one back from your backup",
            f"{path}：不是有效的密钥（应为十六进制数字），请从备份恢复",
        ) from None


def _make_key(path: Path) -> None:
    """Write a new key whole under its name, unless another process was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(32))
    try:
        path.hardlink_to(own)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def bare(cell: str) -> str:
    """Take off what spreadsheets need to see text: ``="…"``, a leading apostrophe, a tab."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'").strip()


def said_to_be_blank(text: str) -> str:
    """Return SQL that is true of the words for "empty"; an IN of so many words would become a join."""
    return f"({' OR '.join(f'{text} = {quoted(word)}' for word in BLANKS)})"


class Pseudonyms:
    """Turns a buyer's name, mail or number into a short keyed hash."""

    def __init__(self, key: bytes, store: str) -> None:
        self._key, self._store = key, store
        self._of = lru_cache(maxsize=1 << 18)(lambda cell: self._hash(key, store, cell))

    @staticmethod
    def _hash(key: bytes, store: str, cell: str) -> str:
        value = re.sub(r"^(\d+)\.0$", r"\1", bare(cell)).casefold()
        if value in BLANKS:
            return ""
        return hmac.new(key, f"{store}\0{value}".encode(), hashlib.sha256).hexdigest()[:24]

    def __call__(self, cell: str) -> str:
        """Return the hash of what the cell says, disguise and letter case aside; nothing stays nothing."""
        return self._of(cell)

    def sql(self, text: str) -> str:
        """Return the same in SQL over a bare cell, NULL for nothing; letters whose case is no plain matter go to `HASH`."""
        block = (self._key if len(self._key) <= 64 else hashlib.sha256(self._key).digest()).ljust(64, b"\0")
        inner = bytes(byte ^ 0x36 for byte in block) + f"{self._store}\0".encode()
        outer = bytes(byte ^ 0x5C for byte in block)
        value = f"regexp_replace(lower({text}), '^([0-9]+)[.]0$', '\\1')"
        digest = f"unhex(sha256(unhex('{inner.hex()}') || encode({value})))"
        return f"""CASE WHEN {said_to_be_blank(value)} THEN NULL
            WHEN regexp_full_match({text}, {quoted(_PLAIN)}) THEN left(sha256(unhex('{outer.hex()}') || {digest}), 24)
            ELSE {HASH}({text}) END"""


def without_traces(words: str) -> str:
    """Return what somebody wrote without mail addresses and long numbers, which tell who it was."""
    return re.sub(_TRACES, "…", words, flags=re.ASCII)


def without_traces_sql(text: str) -> str:
    """Return `without_traces` in SQL."""
    return f"regexp_replace({text}, {quoted(_TRACES)}, '…', 'g')"


@lru_cache(maxsize=1 << 16)
def province(address: str) -> str:
    """Return the first part of an address, a province, state or country; the rest is not for the lake.

    An address without blanks is cut after its first 省, 市 or 自治区; one that cannot be cut is dropped.
    """
    first = bare(address).split(" ", 1)[0]
    cut = _PROVINCE.match(first)
    if cut:
        return cut[1]
    return first if len(first) <= _LONGEST_SHORT_FORM else ""


def province_sql(text: str) -> str:
    """Return `province` in SQL over a bare cell."""
    first = f"split_part({text}, ' ', 1)"
    cut = f"regexp_extract({first}, {quoted(f'^{_PROVINCE.pattern}')}, 1)"
    return f"CASE WHEN {cut} <> '' THEN {cut} WHEN length({first}) <= {_LONGEST_SHORT_FORM} THEN {first} ELSE '' END"
