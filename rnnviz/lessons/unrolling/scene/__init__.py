"""The moving picture: how a run is packed for it, and its JavaScript."""

from pathlib import Path

UNROLLING = Path(__file__).with_name("unrolling.js")
