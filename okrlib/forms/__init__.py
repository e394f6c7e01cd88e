"""Forms for JupyterLab: what a person otherwise writes in YAML or types on the command line, without leaving the page.

They stand in cells tagged ``interactive``, which a scheduled run drops. The names below are found when first used.
"""

from importlib import import_module
from typing import Any

_WHERE = {"objectives": ("objectives",), "key_results": ("key_results",), "picker": ("picker",)}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}
__all__ = sorted(_MODULE_OF)  # noqa: PLE0605  # computed from the table above


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"okrlib.forms has no {name!r}; it has {', '.join(__all__)}")
    found = getattr(import_module(f"okrlib.forms.{_MODULE_OF[name]}"), name)
    globals()[name] = found  # a module of the same name must not take its place once it is imported
    return found


def __dir__() -> list[str]:
    return __all__
