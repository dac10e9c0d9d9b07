"""Everything a visitor can choose, one frozen record a lesson: validated, hashable, and small enough for a link."""

from rnnviz.config.base import Config
from rnnviz.config.clipping import THRESHOLDS, ClippingConfig
from rnnviz.config.gradient import BIASES, RADII, TRAINED, GradientConfig
from rnnviz.config.unrolling import RunConfig

LESSONS: tuple[type[Config], ...] = (RunConfig, GradientConfig, ClippingConfig)

__all__ = [
    "BIASES",
    "LESSONS",
    "RADII",
    "THRESHOLDS",
    "TRAINED",
    "ClippingConfig",
    "Config",
    "GradientConfig",
    "RunConfig",
]
