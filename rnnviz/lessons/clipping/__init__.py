"""Clipping: one network trained twice, and what a bound on its gradient changes."""
