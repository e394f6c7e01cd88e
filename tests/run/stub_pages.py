"""Pages that show all they were given, as JSON."""

import json
from dataclasses import asdict


def _page(meta, notebooks, **more):
    if meta.store == "undrawable" and notebooks:
        raise ValueError("a chart without axes")
    return json.dumps({"meta": asdict(meta), "notebooks": dict(notebooks), **more}, default=str, sort_keys=True)


def render_packet(meta, notebooks, locale):
    return _page(meta, notebooks, locale=locale)


def render_failure(meta, failure, executed, locale):
    return _page(meta, executed, locale=locale, failure=asdict(failure))


def render_index(quarter, entries, whole):
    return json.dumps({"quarter": str(quarter), "entries": entries}, sort_keys=True)
