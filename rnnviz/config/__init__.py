"""Everything a visitor can choose: the kinds of setting, and what every lesson's record of them has in common."""

from rnnviz.config.base import Config

__all__ = ["Config"]
