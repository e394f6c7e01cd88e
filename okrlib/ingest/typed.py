"""From cells to typed values, in SQL: each field kind says how a cell is read and what is wrong when it cannot be."""

from __future__ import annotations

from okrlib.ingest.layout import FileColumn, Layout
from okrlib.lake import quoted
from okrlib.stores import Store

BLANKS = ("", "-", "--", "null", "NULL", r"\N")
_MONEY_MARKS = "[¥￥$£€元\\s]|^(CNY|RMB|USD|GBP|EUR)|(CNY|RMB|USD|GBP|EUR)$"
_PLAIN_NUMBER = r"^[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?([.][0-9]+)?$"
_COMMA_NUMBER = r"^[+-]?([0-9]+|[0-9]{1,3}([.][0-9]{3})+)?(,[0-9]+)?$"
_SHORTENED = r"^[0-9]([.][0-9]+)?[eE][+][0-9]+$"


def cleaned(name: str) -> str:
    """SQL for a cell in which the words that exports write for "empty" are empty."""
    return f"CASE WHEN {name} IN ({', '.join(quoted(word) for word in BLANKS)}) THEN NULL ELSE {name} END"


def value(field: FileColumn, name: str, layout: Layout, store: Store) -> str:
    """SQL for the typed value of a cleaned cell, NULL where it cannot be read."""
    if field.kind == "id":
        whole = f"CASE WHEN ends_with({name}, '.0') THEN regexp_replace({name}, '^([0-9]+)[.]0$', '\\1') ELSE {name} END"
        return f"CASE WHEN contains(lower({name}), 'e+') AND regexp_matches({name}, '{_SHORTENED}') THEN NULL ELSE {whole} END"
    if field.kind == "money":
        return _number(name, layout, "DECIMAL(18,4)")
    if field.kind == "integer":
        whole = f"regexp_replace({name}, '[.]0+$', '')" if layout.decimal == "." else name
        return f"CASE WHEN NOT contains({whole}, '.') THEN {_number(whole, layout, 'INTEGER')} END"
    if field.kind == "time":
        return _time(name, layout, store)
    if field.kind == "status":
        words = {**layout.status_words, **store.status_words}
        pairs = " ".join(f"WHEN {quoted(word)} THEN {quoted(status)}" for word, status in words.items())
        return f"CASE {name} {pairs} END"
    return name


def _number(name: str, layout: Layout, kind: str) -> str:
    bare = f"regexp_replace({name}, '{_MONEY_MARKS}', '', 'g')"
    bare = f"regexp_replace({bare}, '^[(](.*)[)]$', '-\\1')"
    if layout.decimal == ",":
        form, plain = _COMMA_NUMBER, f"replace(replace({bare}, '.', ''), ',', '.')"
    else:
        form, plain = _PLAIN_NUMBER, f"replace({bare}, ',', '')"
    simple = "false" if layout.decimal == "," else f"regexp_full_match({name}, '-?[0-9]+([.][0-9]+)?')"
    return (
        f"CASE WHEN {simple} THEN TRY_CAST({name} AS {kind}) "
        f"WHEN regexp_matches({bare}, '{form}') THEN TRY_CAST({plain} AS {kind}) END"
    )


def _time(name: str, layout: Layout, store: Store) -> str:
    formats = [*layout.dates, "%Y-%m-%d %H:%M:%S"]
    local = ", ".join(quoted(form) for form in dict.fromkeys(formats) if "%z" not in form)
    offset = ", ".join(quoted(form) for form in layout.dates if "%z" in form)
    read = f"try_strptime({name}, [{local}])"
    if offset:
        read = f"coalesce({read}, timezone({quoted(store.timezone)}, try_strptime({name}, [{offset}])))"
    return read


def expected(field: FileColumn, layout: Layout, store: Store) -> str:
    """Say what a cell of this field should look like, for the reject table."""
    if field.kind == "id":
        return "a spreadsheet has shortened this number; export it again as text"
    if field.kind == "money":
        example = "1.234,50" if layout.decimal == "," else "1,234.50"
        return f"expected an amount such as {example}"
    if field.kind == "integer":
        return "expected a whole number"
    if field.kind == "time":
        return f"expected a time written as {' or '.join(layout.dates)}"
    if field.kind == "status":
        words = " ".join(dict.fromkeys([*layout.status_words, *store.status_words]))
        return f"unknown status; known: {words}; add it under status_words in params/stores/{store.store}.yaml"
    return "cannot be read"


def typed_select(layout: Layout, store: Store, present: list[str]) -> str:
    """SQL over `cells`: typed fields, and in `bad_column`, `bad_value`, `bad_reason` the first thing wrong with a row."""
    names = {name: f"cell_{name}" for name in layout.fields}
    clean = ", ".join(f"{cleaned(name) if name in present else 'NULL'} AS {cell}" for name, cell in names.items())
    typed = ", ".join(f"{value(field, names[name], layout, store)} AS {name}" for name, field in layout.fields.items())
    checks = []
    for name, field in layout.fields.items():
        if name not in present:
            continue
        title = quoted(field.columns[0])
        if field.required:
            checks.append((f"{names[name]} IS NULL", title, "''", quoted("is empty")))
        if field.kind not in {"text", "personal"}:
            wrong = f"{names[name]} IS NOT NULL AND {name} IS NULL"
            checks.append((wrong, title, names[name], quoted(expected(field, layout, store))))
    bad = {
        column: "CASE WHEN wrong <> '' THEN " + first + " " + " ".join(f"WHEN {c[0]} THEN {c[i]}" for c in checks) + " END"
        for column, i, first in (("bad_column", 1, "''"), ("bad_value", 2, "''"), ("bad_reason", 3, "wrong"))
    }
    flags = ", ".join(f"{sql} AS {column}" for column, sql in bad.items())
    cells = ", ".join(names.values())
    return f"""
        SELECT * EXCLUDE ({cells}, wrong), {flags} FROM (
            SELECT *, {typed} FROM (SELECT file_no, source_line, wrong, row_digest, {clean} FROM cells)
        )"""


def kept_select(layout: Layout) -> list[tuple[str, str]]:
    """The steps from typed rows to kept rows, each a (table name, SQL): derive, set aside, fill down, totals."""
    window = f"PARTITION BY file_no, {layout.order}"
    rule = "CASE " + " ".join(f"WHEN {rule.when} THEN {quoted(rule.name)}" for rule in layout.set_aside) + " ELSE '' END"
    rule = rule if layout.set_aside else "''"
    if layout.duplicates == "set_aside":
        again = "row_number() OVER (PARTITION BY file_no, row_digest ORDER BY source_line) > 1"
        rule = f"CASE WHEN {again} THEN 'duplicate' ELSE {rule} END"
    fill = ", ".join(
        f"first_value({name} IGNORE NULLS) OVER (PARTITION BY file_no, {layout.order} ORDER BY source_line "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS {name}"
        for name, field in layout.fields.items()
        if field.fill_down
    )
    position = f"row_number() OVER (PARTITION BY file_no, {layout.order} ORDER BY source_line) AS position"
    steps = [("filled", f"SELECT * {f'REPLACE ({fill})' if fill else ''}, {position} FROM good")]
    steps.append(("ruled", f"SELECT *, {rule} AS set_aside_by, ({layout.amount})::DECIMAL(18,4) AS row_amount FROM derived"))
    last = "(SELECT * FROM ruled WHERE set_aside_by = '')"
    for name, expression in layout.totals.items():
        last = f"(SELECT *, {expression.replace('OVER orders', f'OVER ({window})')} AS {name} FROM {last})"
    derived = "filled"
    for name, expression in layout.derive.items():
        derived = f"(SELECT *, {expression} AS {name} FROM {derived})"
    return [steps[0], ("derived", f"SELECT * FROM {derived}"), steps[1], ("kept", f"SELECT * FROM {last}")]
