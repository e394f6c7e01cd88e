"""Notebooks in, pages out: jobs, their execution, packets with their manifests, and the index of a quarter."""
