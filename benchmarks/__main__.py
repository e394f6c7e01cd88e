"""All measurements, one after the other: python -m benchmarks [name …]."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def names() -> list[str]:
    """Return every measurement there is: the modules beside this one."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main() -> int:
    """Run the measurements named, or all; 1 when one of them falls short of a bar."""
    short = False
    for name in sys.argv[1:] or names():
        print(f"\n== {name} ==", flush=True)
        short |= bool(importlib.import_module(f"benchmarks.{name}").main())
    return int(short)


if __name__ == "__main__":
    sys.exit(main())
