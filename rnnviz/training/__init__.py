"""Updates, clipping, snapshots for the film."""

from rnnviz.training.clip import Clipping, clip
from rnnviz.training.family import record_family, train_family
from rnnviz.training.settings import Settings
from rnnviz.training.train import Training, train

__all__ = ["Clipping", "Settings", "Training", "clip", "record_family", "train", "train_family"]
