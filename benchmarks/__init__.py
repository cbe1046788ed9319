"""What is measured, against whom: each module is a script, run as ``python -m benchmarks.NAME``."""
