"""Imports nbformat without the grammar of internationalized addresses, which jsonschema builds for over a second.

No notebook is checked for such addresses. Every worker and every `okr run` would wait for it.
"""

import sys
from typing import Any, cast

_GRAMMAR = "rfc3987_syntax"
_modules = cast("dict[str, Any]", sys.modules)

if _GRAMMAR not in _modules:
    _modules[_GRAMMAR] = None  # jsonschema takes it for not installed
    import nbformat  # noqa: F401

    del _modules[_GRAMMAR]
