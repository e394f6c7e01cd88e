"""The pages people open: a packet, the account of a failed one, and the index over all stores of a quarter."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbformat import NotebookNode
from traitlets.config import Config

from okrlib.periods import Quarter
from okrlib.run import words
from okrlib.run.appendix import appendix
from okrlib.run.index import store_row
from okrlib.run.manifest import Failure, PacketMeta
from okrlib.run.outputs import summary
from okrlib.run.sanitize import Heading, clean, outlined
from okrlib.show.palette import DARK, LIGHT, SUMMARY_MIME, parts_css, variables
from okrlib.text import HTML_LANG, NO_DATA, Locale, day

if TYPE_CHECKING:
    from nbconvert import HTMLExporter

TEMPLATES = Path(__file__).parent / "templates"
SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]  # best first
Notebooks = Sequence[tuple[str, NotebookNode]]
_NOWHERE: Mapping[Locale, str] = {}


@dataclass(frozen=True, slots=True)
class Section:
    """One notebook on the page; its first heading is its title."""

    body: str
    headings: list[Heading]


def render_packet(meta: PacketMeta, notebooks: Notebooks, locale: Locale) -> str:
    """Return the packet as one self-contained page; the same notebooks and meta give the same text."""
    return _packet(meta, notebooks, locale, None)


def render_failure(meta: PacketMeta, failure: Failure, notebooks: Notebooks, locale: Locale) -> str:
    """Return the page that says what went wrong, where, and what to do, above whatever was finished before."""
    return _packet(meta, notebooks, locale, _failure(failure, locale))


def render_index(quarter: Quarter, entries: Sequence[Mapping[str, Any]], whole: Mapping[Locale, str] = _NOWHERE) -> str:
    """Return the page over all stores, both languages side by side.

    `entries` are manifests as plain values, each with ``packet`` and ``failed``: the addresses of its pages, or None;
    `whole` the address of the page over all stores in each language that has one.
    """
    names = list(dict.fromkeys(entry["parameters"]["store"] for entry in entries))
    stores = [store_row(name, [entry for entry in entries if entry["parameters"]["store"] == name]) for name in names]
    failed = sum(entry["status"] == "failed" for entry in entries)
    template = words.COUNTED_FAILED if failed else words.COUNTED
    counted = {locale: template.in_(locale, stores=len(stores), failed=failed) for locale in HTML_LANG}
    title = f"{quarter} · {words.INDEX['packets'].en} · {words.INDEX['packets'].zh}"
    return render_page(
        "index.html.j2", "en", title, "", script=(TEMPLATES / "index.js").read_text(encoding="utf-8"),
        words=words.INDEX, orders=words.ORDERS, quarter=quarter, stores=stores, counted=counted,
        whole=[
            {"address": address, "lang": HTML_LANG[locale], "title": words.PORTFOLIO.in_(locale)} for locale, address in whole.items()
        ],
    )  # fmt: skip


def _packet(meta: PacketMeta, notebooks: Notebooks, locale: Locale, failure: Mapping[str, Any] | None) -> str:
    cards, rest = _summary_apart(notebooks)
    spoken = {name: text.in_(locale) for name, text in words.PACKET.items()}
    as_of, data_to = day(meta.as_of, locale), _data_to(notebooks)
    line = f"{meta.store_title} · {meta.quarter} · {spoken['as_of']} {as_of}"
    line += f" · {spoken['data_to']} {day(data_to, locale)}" if data_to else ""
    return render_page(
        "packet.html.j2",
        HTML_LANG[locale],
        f"{meta.store_title} · {meta.quarter} · {spoken['packet']}",
        line,
        meta=meta,
        words=spoken,
        as_of=as_of,
        data_to=data_to,
        data_to_day=day(data_to, locale),
        known_at=_known_at(meta),
        elapsed=_elapsed(meta, data_to, locale),
        failure=failure,
        summary=_trusted(clean(cards)),
        appendix=appendix(locale),
        sections=[_section(i, name, node, locale) for i, (name, node) in enumerate(rest, start=1)],
        origin=_origin(meta, locale),
    )


def render_page(template: str, lang: str, title: str, printed_line: str, script: str = "", **values: Any) -> str:
    """Fill a template of this folder with `values`; every printed page carries `printed_line` at its foot.

    A page does without its `script`, which must be of this folder; the page's own policy lets no other run.
    """
    css = _css(printed_line)
    return _templates().get_template(template).render(
        lang=lang, title=title, css=_trusted(css), css_hash=_hash(css), script=_trusted(script),
        script_hash=_hash(script), **values,
    )  # fmt: skip


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _css(printed_line: str) -> str:
    """Return the whole style sheet; every printed page carries `printed_line` at its foot."""
    foot = "".join(char if char.isalnum() or char == " " else f"\\{ord(char):06x} " for char in printed_line)
    colours = f":root{{{variables(LIGHT)}}}@media screen and (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}"
    printed = f'@page{{@bottom-left{{content:"{foot}"}}}}'
    return colours + parts_css() + (TEMPLATES / "page.css").read_text(encoding="utf-8") + printed


def _summary_apart(notebooks: Notebooks) -> tuple[str, list[tuple[str, NotebookNode]]]:
    """Return the HTML of all summary cards, and copies of the notebooks with the rest of what a page can show."""
    cards, rest = [], []
    for name, node in notebooks:
        shown = deepcopy(node)
        for cell in shown.cells:
            outputs = cell.get("outputs", [])
            cards += [output.data.get("text/html", "") for output in outputs if SUMMARY_MIME in _types(output)]
            cell.outputs = [output for output in outputs if _is_shown(_types(output))]
        rest.append((name, shown))
    return "".join(cards), rest


def _is_shown(types: set[str]) -> bool:
    return SUMMARY_MIME not in types and not types.isdisjoint({"stream", *SHOWN})


def _types(output: NotebookNode) -> set[str]:
    return {output.output_type, *output.get("data", {})}


def _section(number: int, name: str, node: NotebookNode, locale: Locale) -> Section:
    html, _ = _exporter().from_notebook_node(node, resources={"no_alt": words.NO_ALT.in_(locale)})
    body, headings = outlined(clean(html), f"s{number}")
    if not headings or headings[0].level > 2:
        title = Heading(2, f"s{number}", name.split("_", 1)[-1].replace("_", " ").capitalize())
        body = Markup('<h2 id="{}">{}</h2>').format(title.anchor, title.title) + _trusted(body)
        headings = [title, *headings]
    listed = [heading for heading in headings if heading.level <= 3]
    return Section(_trusted(body), listed)


@cache
def _exporter() -> HTMLExporter:
    from nbconvert import HTMLExporter, TemplateExporter  # noqa: PLC0415  # half a second that the index does not need

    class Fragments(HTMLExporter):
        """nbconvert's HTML as its template wrote it: not parsed once more to be marked for JupyterLab's style sheet."""

        from_notebook_node = TemplateExporter.from_notebook_node

    config = Config(
        {
            "HTMLExporter": {
                "default_preprocessors": [],
                "template_name": "okrlib",
                "extra_template_basedirs": [str(TEMPLATES)],
                "exclude_input": True,
                "exclude_anchor_links": True,
            },
            "NbConvertBase": {
                "display_data_priority": SHOWN,
            },
        }
    )
    return Fragments(config=config)  # type: ignore[no-untyped-call]


@cache
def _templates() -> Environment:
    return Environment(autoescape=True, loader=FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True)


def _trusted(html: str) -> Markup:
    """Mark what this module has sanitized, or written itself, as HTML."""
    return Markup(html)  # noqa: S704


def _data_to(notebooks: Notebooks) -> date | None:
    """The last day with data as the summary among the notebooks tells it, where that is not the as-of day."""
    told = (summary(notebooks) or {}).get("data_to")
    return date.fromisoformat(told) if told else None


def _elapsed(meta: PacketMeta, data_to: date | None, locale: Locale) -> dict[str, Any]:
    """Say how far the quarter had come on the as-of day; it is not complete where its last days have no data."""
    period = meta.quarter.period
    gone = min(max((meta.as_of - period.start).days + 1, 0), period.days)
    over = words.QUARTER_WITHOUT_END if data_to else words.QUARTER_OVER
    text = over if gone == period.days else words.QUARTER_DAY
    return {"percent": round(100 * gone / period.days, 1), "words": text.in_(locale, day=gone, days=period.days)}


def _failure(failure: Failure, locale: Locale) -> dict[str, Any]:
    what, remedy = words.FAILURES[failure.kind]
    cell = None if failure.cell_index is None else str(failure.cell_index + 1)
    named = {"notebook": failure.notebook, "cell": cell, "message": f"{failure.name}: {failure.message}"}
    return {
        "what": what.in_(locale),
        "remedy": remedy.in_(locale),
        "where": [(words.WHERE[key].in_(locale), value) for key, value in named.items() if value],
        "traceback": failure.traceback or f"{failure.name}: {failure.message}",
    }


def _origin(meta: PacketMeta, locale: Locale) -> list[tuple[str, str]]:
    parameters = f"store={meta.store}, quarter={meta.quarter}, as_of={meta.as_of}, locale={meta.locale}"
    values = {
        "parameters": parameters,
        "as_of": day(meta.as_of, locale),
        "known_at": _known_at(meta) or words.ALL_READ.in_(locale),
        "data_version": meta.data_version,
        "data_fingerprint": meta.data_fingerprint,
        "sheet_fingerprint": meta.sheet_fingerprint or words.NO_SHEET.in_(locale),
        "code_version": meta.code_version,
    }
    return [(words.ORIGIN[name].in_(locale), value or NO_DATA) for name, value in values.items()]


def _known_at(meta: PacketMeta) -> str:
    return meta.known_at.isoformat(" ", timespec="minutes") if meta.known_at else ""
