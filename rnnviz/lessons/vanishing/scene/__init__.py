"""The moving picture: how a family is packed for it, and its JavaScript."""

from pathlib import Path

SWEEP = Path(__file__).with_name("sweep.js")
