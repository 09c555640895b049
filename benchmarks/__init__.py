"""Benchmarks of ncr-sim: ``python -m benchmarks`` from the root of the repository, or ``make bench``. See README.md."""
