"""Measurements that take minutes or need data of their own; run one as ``python -m benchmarks.<name>``."""
