"""The moving pictures: how results are packed for them, and their JavaScript."""

from pathlib import Path

PAIR, CLIFF, WINDOW = (Path(__file__).with_name(f"{name}.js") for name in ("pair", "cliff", "window"))
