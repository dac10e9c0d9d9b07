"""Updates, clipping, snapshots for the film."""

from rnnviz.training.clip import Clipping, clip
from rnnviz.training.train import Settings, Training, train

__all__ = ["Clipping", "Settings", "Training", "clip", "train"]
