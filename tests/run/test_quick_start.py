"""Importing the runner must not build jsonschema's grammar of addresses, and must leave it to others."""

import importlib.util
import subprocess
import sys

import pytest

CHECK = "import sys, okrlib.run; print('lark' in sys.modules); import rfc3987_syntax; print('lark' in sys.modules)"


@pytest.mark.skipif(not importlib.util.find_spec("rfc3987_syntax"), reason="the grammar is not installed")
def test_the_runner_starts_without_the_grammar_and_leaves_it_importable():
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
