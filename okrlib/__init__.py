"""okrlib: an OKR workbook for merchants who run stores on e-commerce platforms.

Notebooks need two names: `open_book`, which opens a store's quarter as of a day, and `show`, which draws it; in a person's
hands also `forms`, which write its sheet and journal.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from okrlib import forms, show
    from okrlib.book import Book, open_book

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Linear algebra in one thread: the matrices here are many and small, and threads that wait for each other double the cost."""

# Read once, when numpy loads, which is after this wherever okrlib is used. Who has set them otherwise has the last word.
for _name, _value in ONE_THREAD.items():
    os.environ.setdefault(_name, _value)

__version__ = "0.1.0"
__all__ = ["Book", "__version__", "forms", "open_book", "show"]

_WHERE = {"Book": "okrlib.book", "open_book": "okrlib.book"}


def __getattr__(name: str) -> Any:
    """Find the public names when first used, so that a command that needs none of them starts at once."""
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name in {"forms", "show"}:
        return import_module(f"okrlib.{name}")
    raise AttributeError(f"okrlib has no {name!r}; it has {', '.join(__all__)}")


def load_ipython_extension(shell: Any) -> None:
    """Load the notebook extension: ``%load_ext okrlib``."""
    import_module("okrlib.forms.extension").load(shell)
