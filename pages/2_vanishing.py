"""Vanishing and exploding gradients.

The error on its way back through fifty steps: where it dies, where it blows up, and what decides between the two.
"""

import streamlit as st

from rnnviz.lessons.vanishing import show_sections as sections
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.reading import reading
from rnnviz.lessons.vanishing.show import dragged, flow, shadowed
from rnnviz.lessons.vanishing.show_sections import badge, born, learned, matrix, named, steps, trap
from rnnviz.ui import controls, header, note, predict, settings
from rnnviz.ui.section import section

header(
    "How far back does the error reach?",
    "The same error enters several networks and travels back through their steps. Drag ρ, the size of their recurrent "
    "weights, across 1.",
)
config = settings(GradientConfig)
controls(config, "cells")
flow(config, dragged, f"flow-{config.dial}", main=True)
others = ("activation", "initial", "forget_bias", "seq_len", "inputs", "hidden_size", "loss_on", "seed")
controls(config, *(name for name in others if name not in shadowed(config)))
note(f"{reading(config)} Keys: ← → Home End move the slider, space sweeps it.")
predict(
    "gradient-reach",
    f"Set ρ to 0.842, only a sixth below 1. How much of the error will reach step 1 of the {named(config.cells[0])}?",
    ["A tenth of it or more", "Between a tenth and a thousandth", "Less than a thousandth"],
    lambda: sections.left_below_one(config),
)

st.header("Take one network apart", anchor=False)
st.markdown(
    "One cell, at the ρ chosen above: its losses, its steps, the trap and the check at the end. The sections on birth "
    "and on training show all chosen cells, and say where those start."
)
controls(config, "cell")

section(
    "gradient-matrix",
    "Whose error reaches whom?",
    "Now every step has a loss of its own. Which of them does an early step still hear?",
    "All that arrives at step 1: how much of it comes from near?",
    [
        "More than half of it from the nearest tenth of the losses",
        "Less than half, but more than their part, from the nearest tenth",
        "From the nearest tenth no more than their part",
    ],
    measure=lambda: sections.whose_loss(config),
    show=lambda: matrix(config),
)
section(
    "gradient-why",
    "Small weights, or saturated units?",
    "One step back multiplies the error by the step's Jacobian: in an Elman RNN the slopes of the units times W_hh; "
    "gates add paths of their own.",
    "Feed this very network inputs of strength 10. Each step back will then multiply the error by …",
    ["more than now", "about the same, within 2 %", "less than now"],
    measure=lambda: sections.strong_inputs(config),
    show=lambda: steps(config),
)
section(
    "gradient-birth",
    "An LSTM is not immune at birth",
    "Its memory is multiplied by the forget gate at each step. How open is that gate before any training?",
    "Both as PyTorch makes them: how does the error at step 1 of an LSTM compare with that of an Elman RNN?",
    ["Over a thousand times longer", "Of the same order, within a thousand times", "Over a thousand times shorter"],
    measure=lambda: sections.immune(config),
    show=lambda: born(config),
)
section(
    "gradient-training",
    "Before and after training",
    "Train the same networks to recall their first symbol at the last step. It takes a few seconds.",
    f"After 300 updates, how much of the error will reach step 1 of the {named(config.learner)}?",
    ["Over ten times more than before", "About as much", "Over ten times less"],
    measure=lambda: sections.training_opens(config),
    show=lambda: learned(config),
)
section(
    "gradient-trap",
    "The trap: `output.grad`",
    "The quickest way to look at these gradients in PyTorch shows something else.",
    "The loss is on the last step. What does `output.grad` say at the steps before it?",
    ["Exactly 0, which is wrong", "Something else, also wrong", "The true gradient"],
    measure=lambda: sections.stacked_output(config),
    show=lambda: trap(config),
)
badge(config)
