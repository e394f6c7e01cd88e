"""From cells to typed values, in SQL: each field kind says how a cell is read and what is wrong when it cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from okrlib.ingest.model import FileColumn, Layout, normalised
from okrlib.ingest.personal import said_to_be_blank
from okrlib.lake import quoted
from okrlib.schema import MONEY
from okrlib.stores import Store

WORKBOOK_TIME = "%Y-%m-%d %H:%M:%S"  # how a workbook's own date cells are written by decode
_CURRENCY = "(?:[A-Z]{0,3}[¥￥$£€]|[A-Z]{3}|元)"
_AROUND = rf"^([(+-]*)\s*{_CURRENCY}?\s*(.*?)\s*{_CURRENCY}?\s*([)]?)$"
_NUMBERS = {
    ".": "^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?([.][0-9]+)?$",
    ",": "^[+-]?([0-9]+|[0-9]{1,3}([.][0-9]{3})+)?(,[0-9]+)?$",
}
_SHORTENED = "^[0-9]([.][0-9]+)?[eE][+][0-9]+$"
TYPES = {"money": MONEY, "integer": "INTEGER", "time": "TIMESTAMP"}  # any other kind is text
_ALWAYS_READABLE = {"text", "personal", "province", "words"}


def cleaned(name: str) -> str:
    """Return SQL for a cell in which the words that exports write for "empty" are empty."""
    return f"CASE WHEN {said_to_be_blank(name)} THEN NULL ELSE {name} END"


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
    simple = f"regexp_full_match({name}, '-?[0-9]+([.][0-9]+)?')" if decimal == "." else "false"
    return (
        f"CASE WHEN {simple} THEN TRY_CAST({name} AS {MONEY}) "
        f"WHEN regexp_matches({signed}, '{_NUMBERS[decimal]}') THEN TRY_CAST({point} AS {MONEY}) END"
    )


def _time(name: str, layout: Layout, store: Store) -> str:
    """Read a time by the formats the layout declares; one with an offset becomes the store's own wall clock."""
    local = [form for form in dict.fromkeys([*layout.dates, WORKBOOK_TIME]) if "%z" not in form]
    offset = [form for form in layout.dates if "%z" in form]
    read = f"try_strptime({name}, [{', '.join(map(quoted, local))}])"
    if not offset:
        return read
    instant = f"try_strptime({name}, [{', '.join(map(quoted, offset))}])"
    return f"coalesce({read}, timezone({quoted(store.timezone)}, {instant}))"


def _status(name: str, layout: Layout, store: Store) -> str:
    """Turn status words into canonical ones, whatever the width of their brackets and commas; as written comes first."""
    written = layout.status_words | store.status_words
    words = {normalised(word): status for word, status in written.items()}
    plain = f"regexp_replace(lower(translate({name}, '，（）：；', ',():;')), '\\s', '', 'g')"
    loosely = f"CASE {plain} {_whens(words)} END"
    exactly = {word: words[normalised(word)] for word in written}
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
        return f"expected a time written as {' or '.join(layout.dates)}"
    words = "; ".join(dict.fromkeys([*layout.status_words, *store.status_words]))
    return f"unknown status; known: {words}. Add it under status_words in params/stores/{store.store}.yaml"


def typed_select(
    layout: Layout,
    store: Store,
    present: list[str],
    until: datetime | None,
    rows: str,
    carried: Sequence[str],
    numbers: Sequence[str] = (),
) -> str:
    """Return SQL over `rows`: typed fields, and in `bad_column`, `bad_value`, `bad_reason` what is first wrong.

    The columns `carried` go along; in the fields of `numbers`, numbers stand for buyers and are left as they are.
    What lies after `until`, a moment of the store's wall clock, has not happened yet and is wrong too.
    """
    names = {name: f"cell_{name}" for name in present}
    clean = ", ".join(f"{name if name in numbers else cleaned(name)} AS {cell}" for name, cell in names.items())
    typed = ", ".join(f"{value(layout.fields[name], cell, layout, store)} AS {name}" for name, cell in names.items())
    whole_row = ("wrong IS NOT NULL", "''", "''", "wrong")  # wrong: the row itself, before any cell of it
    checks = [whole_row, *(check for name, cell in names.items() for check in _checks(name, cell, layout, store, until))]
    first = " ".join(f"WHEN {check[0]} THEN {at}" for at, check in enumerate(checks))
    flags = ", ".join(
        f"CASE WHEN bad IS NOT NULL THEN CASE bad {_cases(check[part] for check in checks)} END END AS {column}"
        for part, column in enumerate(("bad_column", "bad_value", "bad_reason"), 1)
    )
    return f"""SELECT * EXCLUDE ({", ".join(names.values())}, wrong, bad), {flags} FROM (
            SELECT *, {typed}, CASE {first} END AS bad FROM (
                SELECT {", ".join(carried)}, nullif(wrong, '') AS wrong, row_digest, {clean} FROM ({rows})))"""


def _cases(values: Iterable[str]) -> str:
    return " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(values))


def absent(layout: Layout, present: list[str]) -> str:
    """Return SQL for the fields that the files do not have, as further columns."""
    fields = (f", NULL::{TYPES.get(field.kind, 'VARCHAR')} AS {name}" for name, field in layout.fields.items() if name not in present)
    return "".join(fields)


def _checks(
    name: str, cell: str, layout: Layout, store: Store, until: datetime | None
) -> list[tuple[str, str, str, str]]:
    """List what can be wrong with a cell: condition, column title, value and reason, each as SQL."""
    field = layout.fields[name]
    title = quoted(field.columns[0])
    checks = []
    if field.required and not field.fill_down:
        checks.append((f"{cell} IS NULL", title, "''", quoted("is empty")))
    if field.kind not in _ALWAYS_READABLE:
        reason = quoted(expected(field, layout, store))
        checks.append((f"{cell} IS NOT NULL AND {name} IS NULL", title, cell, reason))
    if until and field.kind == "time" and name not in layout.ahead:
        late = quoted(f"lies in the future, after {until}")
        checks.append((f"{name} > TIMESTAMP {quoted(str(until))}", title, cell, late))
    return checks
