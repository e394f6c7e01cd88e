"""`python -m okrlib` is the command `okr`."""

from okrlib.cli import main

main()
