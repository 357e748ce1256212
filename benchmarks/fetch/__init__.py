"""What fetching costs: the parts of ``benchmarks/fetch.py``."""
