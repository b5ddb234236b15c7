"""Measured goals of speed and memory. See docs/bench.md for dated tables."""
