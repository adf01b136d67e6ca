"""Benchmarks of speed, size and durability; `python -m benchmarks --help` lists them."""
