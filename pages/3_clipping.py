"""Clipping.

One network trained twice, without and with a bound on the length of its gradient: what the bound saves, and what not.
"""

import streamlit as st

from rnnviz.lessons.clipping import show_races as races
from rnnviz.lessons.clipping import show_sections as sections
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.show import pair, who_solves
from rnnviz.ui import controls, header, note, settings
from rnnviz.ui.section import section

header(
    "One step too far",
    "The same network, trained twice on the same sequences: once as it is, once with its gradients clipped at a "
    "threshold.",
)
config = settings(ClippingConfig)
who_solves(
    config,
    f"The answer hangs on letters read up to {config.earliest} steps before. Which network learns to give it?",
    ["Only the one with clipping", "Both", "Neither", "Only the one without"],
)
stage = st.container()  # drawn after the controls below it, which therefore never lag behind a running film
controls(config, "cell", "task", "clip")
controls(config, "initial", "seq_len", "hidden_size")
controls(config, "forget_bias", "lr", "max_norm", "seed")
with stage:
    pair(config)
note(
    "Letters: one sequence as it is read. Squares: some of the hidden units, blue below zero, orange above. Purple "
    "bars: the length of ∂L/∂h at each step, on a log axis from 10⁻⁸ to 100; in a cell with a second state the error "
    "has a way through that one, too. Saturated: the activations, those of gates as well, whose slope is below 5 % of "
    "its steepest."
)
note(
    "Drag the line θ across the gradient norms, or move it with the arrow keys: it says how many of them are longer, "
    "and when you let go the training goes on with it. It goes on with a new rate or kind of clipping, too; every "
    "other setting builds new networks."
)

st.header("Was that luck?", anchor="clipping-seeds")
st.markdown("One seed is an anecdote. Train five of them, each without and with clipping.")
races.more_seeds(
    config,
    "Of five seeds, more will solve the task …",
    ["with clipping", "without clipping", "as many either way, and some do", "none does, either way"],
)

section(
    "clipping-cliff",
    "The cliff",
    "The smallest recurrent network has one unit: x ← w σ(x) + b, fifty times. Its error, seen from above, has a wall.",
    sections.drop(config),
    [
        "Off the map",
        "On the map, its error lower than the clipped ball's",
        "On the map, its error the same to 0.001",
        "On the map, its error higher than the clipped ball's",
    ],
    measure=sections.fall,
    show=sections.cliff,
)
st.header("Truncated backpropagation", anchor="clipping-window")
st.markdown(
    "The cheaper remedy: let the error of the answer travel back only so far. Drag the edge of the window, the last "
    "steps of the sequence."
)
sections.window(config)
races.half_a_window(
    config,
    f"Train on {config.short.seq_len} steps, with a window of the last {config.short.half}. The network then gives …",
    ["99 % of the answers right, or more", "fewer, but more than a guess", "no more than a guess by luck"],
)

st.header("The threshold's price", anchor="clipping-price")
st.markdown("Clipping is said to cost quality. Measure it: three seeds at eight thresholds, and without.")
races.costs(
    config,
    "At the smallest threshold, θ = 0.01, the median loss at the end is …",
    [
        "lower than without clipping, by more than a tenth",
        "within a tenth of that without clipping",
        "higher than without clipping, by more than a tenth",
        "no measure: nothing is learned, with or without",
    ],
)

section(
    "clipping-bend",
    "Two ways to clip",
    "By norm the whole gradient is shortened. By value each of its components is cut at θ.",
    "Cut a real gradient of this network by value, at θ = 0.01. By how much does it turn?",
    ["Less than 1°", "1° or more, less than 15°", "15° or more"],
    measure=lambda: sections.bent(config),
    show=lambda: sections.bends(config),
)

st.header("What clipping does not cure", anchor="clipping-cure")
st.markdown(
    f"Two starts on {config.short.seq_len} steps: PyTorch's own, and one made to pass the signal (orthogonal recurrent "
    "weights; forget bias 1 in a cell with such a gate). Each without and with clipping."
)
races.cures(
    config,
    "From PyTorch's start, how many of three seeds solve the task with clipping that do not without?",
    ["None", "Some", "All three"],
)

st.header("The other remedies", anchor="clipping-remedies")
st.markdown(
    "Gates, a better start, a shorter window, and Pascanu's regulariser, which presses the weights to hand the error "
    "back at its own length. Each on the same task."
)
races.fastest(
    config,
    "Which of these is the first to have two of its three seeds solve it?",
    [
        "A start that passes the signal",
        "Gates",
        "The regulariser",
        "Several of them at once",
        "None of them has",
    ],
)
