"""Vanishing and exploding gradients.

The error on its way back through fifty steps: where it dies, where it blows up, and what decides between the two.
"""

from rnnviz.config import GradientConfig
from rnnviz.ui import controls, header, settings
from rnnviz.ui.flow import flow

header(
    "How far back does the error reach?",
    "Hand the same error to the last step of several networks, and follow it back. Drag ρ across 1 and watch it tip.",
)
config = settings(GradientConfig)
controls(config, "cells", "activation", "initial")
flow(config, "gradient_flow", "flow", keys=True)
controls(config, "seq_len", "hidden_size", "inputs", "forget", "loss_on", "seed")
