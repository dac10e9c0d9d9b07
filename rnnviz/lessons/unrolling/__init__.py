"""Unrolling: a network that learns to spell, step by step."""
