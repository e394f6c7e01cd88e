"""From cells to typed values, in SQL: each field kind says how a cell is read and what is wrong when it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from okrlib.ingest.model import FileColumn, Layout, normalised
from okrlib.ingest.personal import BLANKS, bare
from okrlib.lake import quoted
from okrlib.schema import MONEY
from okrlib.stores import Store

_SOME_TIME = datetime(2026, 12, 31, 21, 45, 30, tzinfo=UTC)  # of which no part can be taken for another
WORKBOOK_TIME = "%Y-%m-%d %H:%M:%S"  # how a workbook's own date cells are written by decode
_CURRENCY = "(?:[A-Z]{0,3}[¥￥$£€]|[A-Z]{3}|元)"
_AROUND = rf"^([(+-]*)\s*{_CURRENCY}?\s*(.*?)\s*{_CURRENCY}?\s*([)]?)$"
_NUMBERS = {
    ".": "^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?([.][0-9]+)?$",
    ",": "^[+-]?([0-9]+|[0-9]{1,3}([.][0-9]{3})+)?(,[0-9]+)?$",
}
_PLAIN_NUMBER = "-?[0-9]+([.][0-9]+)?"
_UTC = re.compile("(?<!%)Z$")  # a form of times that says it so, as ISO 8601 does
_SHORTENED = "^[0-9]([.][0-9]+)?[eE][+][0-9]+$"
_TYPES = {"money": MONEY, "integer": "INTEGER", "time": "TIMESTAMP"}  # any other kind is text
_ALWAYS_READABLE = {"text", "personal", "province", "words"}


def cleaned(name: str) -> str:
    """Return SQL for a cell in which the words that exports write for "empty" are empty."""
    return f"CASE {name} {' '.join(f'WHEN {quoted(word)} THEN NULL' for word in BLANKS)} ELSE {name} END"


def plain(field: FileColumn, raw: str, layout: Layout, store: Store, until: datetime | None) -> str | None:
    """Return SQL for the value of a cell written in the usual way, before anything is taken off it; NULL of any other.

    What it reads `value` reads alike; so most cells are done with at once. None where the kind has no usual way.
    """
    if field.blank:
        return None
    if field.kind == "money" and layout.decimal == ".":
        return f"CASE WHEN regexp_full_match({raw}, '{_PLAIN_NUMBER}') THEN TRY_CAST({raw} AS {MONEY}) END"
    if field.kind == "integer":
        return f"CASE WHEN regexp_full_match({raw}, '[0-9]{{1,9}}') THEN {raw}::INTEGER END"
    if field.kind == "time":
        moment = f"try_strptime({raw}, [{', '.join(map(quoted, _local(layout)))}])"
        return f"CASE WHEN {moment} <= TIMESTAMP {quoted(str(until))} THEN {moment} END" if until else moment
    if field.kind == "status":
        words = {word: status for word, status in _exact(layout, store).items() if bare(word) == word not in BLANKS}
        return f"CASE {raw} {_whens(words)} END" if words else None
    return None


def value(field: FileColumn, name: str, layout: Layout, store: Store) -> str:
    """Return SQL for the typed value of a cleaned cell, NULL where it cannot be read."""
    if field.kind == "id":
        return _id(name)
    if field.kind == "money":
        return _number(name, layout.decimal)
    if field.kind == "integer":
        number = _number(name, layout.decimal)
        other = f"CASE WHEN ({number}) = trunc({number}) THEN TRY_CAST(({number}) AS INTEGER) END"
        return f"CASE WHEN regexp_full_match({name}, '[0-9]{{1,9}}') THEN {name}::INTEGER ELSE {other} END"
    if field.kind == "time":
        return _time(name, layout, store)
    if field.kind == "status":
        return _status(name, layout, store)
    return name


def _id(name: str) -> str:
    whole = f"CASE WHEN ends_with({name}, '.0') THEN regexp_replace({name}, '^([0-9]+)[.]0$', '\\1') ELSE {name} END"
    return f"CASE WHEN contains({name}, '+') AND regexp_matches({name}, '{_SHORTENED}') THEN NULL ELSE {whole} END"


def _number(name: str, decimal: str) -> str:
    """Read an amount: currency before or after it, thousands in threes, parentheses for less than nothing."""
    bare = f"regexp_replace({name}, '{_AROUND}', '\\1\\2\\3')"
    signed = f"regexp_replace({bare}, '^[(](.*)[)]$', '-\\1')"
    point = f"replace({signed}, ',', '')" if decimal == "." else f"replace(replace({signed}, '.', ''), ',', '.')"
    simple = f"regexp_full_match({name}, '{_PLAIN_NUMBER}')" if decimal == "." else "false"
    return (
        f"CASE WHEN {simple} THEN TRY_CAST({name} AS {MONEY}) "
        f"WHEN regexp_matches({signed}, '{_NUMBERS[decimal]}') THEN TRY_CAST({point} AS {MONEY}) END"
    )


def _time(name: str, layout: Layout, store: Store) -> str:
    """Read a time by the formats the layout declares; one with an offset becomes the store's own wall clock."""
    offset = dict.fromkeys(_UTC.sub("%z", form) for form in layout.dates if _tells_zone(form))
    read = f"try_strptime({name}, [{', '.join(map(quoted, _local(layout)))}])"
    if not offset:
        return read
    zoned = f"regexp_replace({name}, '([0-9])Z$', '\\1+00:00')"
    instant = f"try_strptime({zoned}, [{', '.join(map(quoted, offset))}])"
    return f"coalesce({read}, timezone({quoted(store.timezone)}, {instant}))"


def _tells_zone(form: str) -> bool:
    return "%z" in form or bool(_UTC.search(form))


def _local(layout: Layout) -> list[str]:
    return [form for form in dict.fromkeys([*layout.dates, WORKBOOK_TIME]) if not _tells_zone(form)]


def _exact(layout: Layout, store: Store) -> dict[str, str]:
    """Return the status of every word as it is written; of two that mean the same word the store's own counts."""
    written = layout.status_words | store.status_words
    words = {normalised(word): status for word, status in written.items()}
    return {word: words[normalised(word)] for word in written}


def _status(name: str, layout: Layout, store: Store) -> str:
    """Turn status words into canonical ones, whatever the width of their brackets and commas; as written comes first."""
    exactly = _exact(layout, store)
    words = {normalised(word): status for word, status in exactly.items()}
    loose = f"regexp_replace(lower(translate({name}, '，（）：；', ',():;')), '\\s', '', 'g')"
    loosely = f"CASE {loose} {_whens(words)} END"
    return f"CASE {name} {_whens(exactly)} ELSE {loosely} END" if words else "NULL"


def _whens(words: dict[str, str]) -> str:
    return " ".join(f"WHEN {quoted(word)} THEN {quoted(status)}" for word, status in words.items())


def expected(field: FileColumn, layout: Layout, store: Store) -> str:
    """Say what a cell of this field should look like, for the reject table."""
    if field.kind == "id":
        return "a spreadsheet has shortened this number; export it again as text"
    if field.kind == "money":
        return f"expected an amount such as {'1.234,50' if layout.decimal == ',' else '1,234.50'}"
    if field.kind == "integer":
        return "expected a whole number"
    if field.kind == "time":
        return f"expected a time such as {' or '.join(dict.fromkeys(map(_SOME_TIME.strftime, layout.dates)))}"
    words = "; ".join(dict.fromkeys([*layout.status_words, *store.status_words]))
    return f"unknown status; known: {words}. Add it under status_words in params/stores/{store.store}.yaml"


def typed_select(
    layout: Layout,
    store: Store,
    present: list[str],
    rows: str,
    carried: Sequence[str],
    *,
    until: datetime | None = None,
    numbers: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
) -> str:
    """Return SQL over `rows`: typed fields, and in `bad_column`, `bad_value`, `bad_reason` what is first wrong.

    The columns `carried` go along; in the fields of `numbers`, numbers stand for buyers and are left as they are; in
    those of `texts` the cells are as the file has them, and it tells the SQL for what they say.
    What lies after `until`, a moment of the store's wall clock, has not happened yet and is wrong too.
    """
    names, texts = {name: f"cell_{name}" for name in present}, texts or {}
    plainly = {name: sql for name in texts if (sql := plain(layout.fields[name], name, layout, store, until))}
    values = {name: value(layout.fields[name], cell, layout, store) for name, cell in names.items()}
    clean = {name: name if name in numbers else cleaned(texts.get(name, name)) for name in names}
    for name in plainly:
        clean[name] = f"CASE WHEN plain_{name} IS NULL THEN {clean[name]} END"
        values[name] = f"coalesce(plain_{name}, {values[name]})"
    whole_row = ("wrong IS NOT NULL", "''", "''", "wrong")  # wrong: the row itself, before any cell of it
    checks = [
        whole_row,
        *(check for name, cell in names.items() for check in _checks(name, cell, layout, store, until)),
    ]
    first = " ".join(f"WHEN {check[0]} THEN {at}" for at, check in enumerate(checks))
    flags = ", ".join(
        f"CASE WHEN bad IS NOT NULL THEN CASE bad {_cases(check[part] for check in checks)} END END AS {column}"
        for part, column in enumerate(("bad_column", "bad_value", "bad_reason"), 1)
    )
    aids = [*names.values(), *(f"plain_{name}" for name in plainly), "wrong", "bad"]
    rows = f"(SELECT *{_columns(plainly, 'plain_')} FROM ({rows}))"
    kept = ", ".join([*carried, "row_digest", *(f"plain_{name}" for name in plainly)])
    cells = f"(SELECT {kept}, nullif(wrong, '') AS wrong{_columns(clean, 'cell_')} FROM {rows})"
    typed = f"(SELECT *{_columns(values)}, CASE {first} END AS bad FROM {cells})"
    return f"SELECT * EXCLUDE ({', '.join(aids)}), {flags} FROM {typed}"


def _columns(expressions: Mapping[str, str], prefix: str = "") -> str:
    return "".join(f", {sql} AS {prefix}{name}" for name, sql in expressions.items())


def _cases(values: Iterable[str]) -> str:
    return " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(values))


def absent(layout: Layout, present: list[str]) -> str:
    """Return SQL for the fields that the files do not have, as further columns."""
    fields = {name: field for name, field in layout.fields.items() if name not in present}
    return _columns({name: f"NULL::{_TYPES.get(field.kind, 'VARCHAR')}" for name, field in fields.items()})


def _checks(
    name: str, cell: str, layout: Layout, store: Store, until: datetime | None
) -> list[tuple[str, str, str, str]]:
    """List what can be wrong with a cell: condition, column title, value and reason, each as SQL."""
    field = layout.fields[name]
    title = quoted(field.columns[0])
    checks = []
    if field.required and not field.fill_down:
        checks.append((f"{cell} IS NULL AND {name} IS NULL", title, "''", quoted("is empty")))
    if field.kind not in _ALWAYS_READABLE:
        reason = quoted(expected(field, layout, store))
        checks.append((f"{cell} IS NOT NULL AND {name} IS NULL", title, cell, reason))
    if until and field.kind == "time" and name not in layout.ahead:
        late = quoted(f"lies in the future, after {until}")
        checks.append((f"{name} > TIMESTAMP {quoted(str(until))}", title, cell, late))
    return checks
