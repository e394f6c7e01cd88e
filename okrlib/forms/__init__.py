"""Forms for JupyterLab: what a person otherwise writes in YAML or types on the command line, without leaving the page.

They stand in cells tagged ``interactive``, which a scheduled run drops. Each is found, in the module of its name, when
first used.
"""

from importlib import import_module
from typing import Any

__all__ = ["check_in", "data", "key_results", "objectives", "picker", "plan", "private", "retrospective", "run"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"okrlib.forms has no {name!r}; it has {', '.join(__all__)}")
    found = getattr(import_module(f"okrlib.forms.{name}"), name)
    globals()[name] = found  # the module of the same name must not take its place once it is imported
    return found


def __dir__() -> list[str]:
    return __all__
