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
    "The same network, trained twice on the same sequences: once as it is, once with no step longer than the threshold "
    "allows.",
)
config = settings(ClippingConfig)
who_solves(
    config,
    f"The answer hangs on letters read up to {config.seq_len} steps before. Which network learns to give it?",
    ["Only the one with clipping", "Both", "Neither, or only the one without"],
)
stage = st.container()  # drawn after the controls below it, which therefore never lag behind a running film
controls(config, "cell", "task", "clip")
controls(config, "initial", "seq_len", "hidden_size")
controls(config, "forget_bias", "lr", "max_norm", "seed")
with stage:
    pair(config)
note(
    "Letters: one sequence as it is read. Squares: some of the hidden units, blue below zero, orange above. Purple "
    "bars: how long the error is that reaches each step, on a log axis from 10⁻⁸ to 100. Saturated: where the slope "
    "of an activation is below 5 % of its steepest."
)
note(
    "Drag the line θ across the gradient norms, or move it with the arrow keys: it says on how many updates it would "
    "have fired, and when you let go the training goes on with it. It goes on with a new rate or kind of clipping, "
    "too; every other setting builds new networks. Gated cells take a rate of about 1."
)

st.header("Was that luck?", anchor="clipping-seeds")
st.markdown("One seed is an anecdote. Train five of them, each without and with clipping. It takes about a minute.")
races.more_seeds(
    config,
    "Of five seeds, more will solve the task …",
    ["with clipping", "without clipping", "as many either way"],
)

bias = f"b = {config.b:g}".replace("-", "−")
section(
    "clipping-cliff",
    "The cliff",
    "The smallest recurrent network has one unit: x ← w σ(x) + b, fifty times. Its error, seen from above, has a wall.",
    f"Drop a ball at w = {config.w:g}, {bias}. Without clipping, where is it after 200 steps of descent?",
    ["Off the map", "On the map, lower than the clipped one", "On the map, no lower than the clipped one"],
    measure=sections.fall,
    show=sections.cliff,
)
st.header("Truncated backpropagation", anchor="clipping-window")
st.markdown("The cheaper remedy: let the error travel back only so far. Drag the edge of the window.")
sections.window(config)
races.half_a_window(
    config,
    "Train with a window of half the sequence. The network learns to give …",
    ["the whole answer", "a part of it", "nothing better than a guess"],
)

st.header("The threshold's price", anchor="clipping-price")
st.markdown("Clipping is said to cost quality. Measure it: three seeds at eight thresholds, and without.")
races.costs(
    config,
    "At the smallest threshold, θ = 0.01, the loss at the end is …",
    ["the lowest of all", "higher, but no higher than without clipping", "higher than without clipping"],
)

section(
    "clipping-bend",
    "Two ways to clip",
    "By norm the whole gradient is shortened. By value each of its components is cut at θ.",
    "Cut a real gradient of this network by value, at θ = 0.01. By how much does it turn?",
    ["Less than 1°", "1° to 15°", "15° or more"],
    measure=lambda: sections.bent(config),
    show=lambda: sections.bends(config),
)

st.header("What clipping does not cure", anchor="clipping-cure")
st.markdown(
    "Two starts over up to twenty steps: the one PyTorch draws, which often blocks the signal, and one made to pass it "
    "(orthogonal; forget bias 1 in gated cells). Each without and with clipping."
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
    "Which of these solves it first?",
    ["A start that passes the signal", "Gates", "The regulariser"],
)
