"""Where layouts come from: the package's own, the plain templates', and a user's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from okrlib.errors import LayoutError
from okrlib.ingest.model import Layout, Match, Model
from okrlib.ingest.templates import plain_layouts
from okrlib.yaml_files import load_yaml, parse_model

__all__ = ["Layout", "Match", "load_layouts"]


class _LayoutFile(Model):
    layouts: list[Layout]


@lru_cache(maxsize=256)
def _load(text: str, name: str) -> list[Layout]:
    return parse_model(_LayoutFile, load_yaml(text, name, LayoutError), name, LayoutError).layouts


def _sources(own: Path | None) -> Iterator[Traversable | Path]:
    yield from sorted((files("okrlib.ingest") / "layouts").iterdir(), key=lambda entry: entry.name)
    if own is not None and own.is_dir():
        yield from sorted(own.iterdir())


def load_layouts(own: Path | None = None) -> list[Layout]:
    """Return all layouts of the package, then those of the folder `own`; a user's replaces one of the same id."""
    layouts = {layout.id: layout for layout in plain_layouts()}
    for source in _sources(own):
        if source.name.endswith((".yaml", ".yml")):
            for layout in _load(
                source.read_text(encoding="utf-8"), str(source) if isinstance(source, Path) else source.name
            ):
                layouts[layout.id] = layout
    return list(layouts.values())
