"""Measurements that take minutes or need data of their own; run one as ``python -m benchmarks.<name>``."""

import okrlib  # noqa: F401  # before numpy is: BLAS takes one thread then
