"""The sections of the lesson on gradients that are computed only when they are asked for."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import streamlit as st

from rnnviz.cells import CELLS
from rnnviz.config import GradientConfig
from rnnviz.experiments.answer import Answer
from rnnviz.ui.export import chart
from rnnviz.ui.flow import flow
from rnnviz.ui.growing import grown
from rnnviz.ui.layout import note
from rnnviz.ui.server import remembered

STRONG = 10.0


def measured(question: str, config: GradientConfig) -> Answer:
    """Let the networks on screen answer a question of ``experiments.gradient_answers``."""
    ask: Callable[..., Answer] = getattr(import_module("rnnviz.experiments.gradient_answers"), question)
    return ask(*_EVIDENCE[question](config))


def named(cell: str) -> str:
    """The cell as the page calls it."""
    return CELLS[cell].title


def matrix(config: GradientConfig) -> None:
    """Which loss reached which step."""
    found = looked("gradient_matrix", config)
    st.markdown(f"**{found.title}**, T = {config.seq_len}, seed {config.seed}")
    drawn = import_module("rnnviz.figures.gradient_matrix")
    left, right = st.columns(2)
    with left:
        chart(drawn.gradient_matrix(found), "matrix", "Every loss against every step it reaches, as a heatmap.")
    with right:
        chart(drawn.arrivals(found), "arrivals", "What arrives at each step, stacked by the distance of its loss.")
    note(
        "Here every step has its own loss. Left: a row is one loss on its way back, on the absolute log scale of the "
        "arrows. Right: the lengths that arrive at each step, added up. Held constant: the network and what it reads."
    )


def steps(config: GradientConfig) -> None:
    """Why it vanishes: small weights, or saturation."""
    found = looked("jacobians", config)
    weights, slopes, together = st.columns(3)
    stretch = f"{found.largest:.3g}" if found.eigenvalues else "no W_hh"
    weights.metric("Largest stretch of W_hh, σₘₐₓ", stretch, border=True)
    slopes.metric("Mean slope, as a share of the steepest", f"{found.open:.0%}", border=True)
    together.metric("Measured factor of one step back", f"{found.per_step:.3g}", border=True)
    st.markdown(f"**{found.title}**, inputs of strength {config.inputs:g}, T = {config.seq_len}, seed {config.seed}")
    picture(found, "singular_values", "Singular values of the Jacobian of each step")
    left, right = st.columns([2, 3])
    with left:
        if found.eigenvalues:
            picture(found, "eigenvalues", "Eigenvalues of W_hh against the unit circle")
        else:
            st.markdown("**No eigenvalues.** This cell has no W_hh: going back, its gate alone multiplies the error.")
    with right:
        picture(found, "saturation", "Slope of each unit's activation at each step: brown is saturated")
    note(
        "Held constant: one network and one sequence, loss on the last step; ρ, the inputs and the cell are set above. "
        "With gates there are further paths: along the memory, times the gate that keeps it."
    )


def picture(found: Any, name: str, alt: str) -> None:
    """One chart under its title."""
    st.markdown(f"**{alt}**")
    chart(getattr(import_module(f"rnnviz.figures.{name}"), name)(found), name, alt)


def born(config: GradientConfig) -> None:
    """The forget-bias family, with chrono beside it."""
    flow(config, "birth", "birth")
    rows = [f"- {line}" for line in _chrono(config.family)]
    if rows:
        st.markdown("\n".join(["**Chrono** draws each unit its own bias, for memories of 1 to T steps:", *rows]))
    note("Recurrent weights as PyTorch draws them; only the bias of the keeping gate differs (f; z in a GRU).")


def learned(config: GradientConfig) -> None:
    """The same chart through what a training passed."""
    flow(config, "before_after", "before-after")
    note(
        "Task: recall. One of four keys stands at step 1, distractors behind it; the last step asks for the key. Adam "
        "at 0.01 on one batch of 32, gradient clipped at length 1, from the networks at ρ = 1. The same error of "
        "length 1 is sent back each time, so a small loss does not shorten the line."
    )


def trap(config: GradientConfig) -> None:
    """Both gradients, and the code that measured them."""
    found = looked("true_gradient", config)
    wrong, right = st.columns(2)
    wrong.markdown(f"On the stacked output, as `output.grad` gives it (`{found.module}`)")
    wrong.code(found.code[0], language="python")
    right.markdown("On the state, with every path through later steps")
    right.code(found.code[1], language="python")
    st.table(
        {
            "step t": found.steps,
            "on the output, torch": [f"{v:.3g}" for v in found.stacked],
            "on the state, torch": [f"{v:.3g}" for v in found.true],
            "∂L/∂h_t, rnnviz": [f"{v:.3g}" for v in found.recorded],
        }
    )
    note(
        "These very lines ran just now, on torch's own module, with the weights of the network on screen; the loss is "
        "w · h of the last step, and t the step asked about. Lengths are root mean squares over the sequences, as in "
        "the chart at the top. Where torch has no such cell or activation, its LSTM or its tanh stands in."
    )


@st.fragment
def badge(config: GradientConfig) -> None:
    """Check the gradient on demand by nudging the network."""
    st.header("Is it right?", anchor="check")
    st.markdown(
        "Nudge a hidden state a little, run the rest again, and see whether the loss changes as the gradient says."
    )
    if not st.button("Check this network", key="check-run"):
        return
    found = looked("finite_differences", config)
    verdict = "autograd = finite differences" if found.holds else "autograd and finite differences disagree"
    st.badge(
        verdict, color="green" if found.holds else "red", icon=":material/check:" if found.holds else ":material/close:"
    )
    st.markdown(f"{found.title}: {len(found.nudges)} nudges, each in a random direction.")
    st.table(
        {
            "nudged": [nudge.where for nudge in found.nudges],
            "by the way back": [f"{nudge.autograd:.6g}" for nudge in found.nudges],
            "by nudging": [f"{nudge.measured:.6g}" for nudge in found.nudges],
            "apart": [f"{nudge.apart:.0e}" for nudge in found.nudges],
        }
    )
    note(
        "Four points around where it stands, in double precision, as close as gives the steadiest answer. What is "
        "below 1e-11, or below 1e-11 of a loss above 1, cannot be felt."
    )


def looked(question: str, config: GradientConfig) -> Any:
    """Ask an experiment about the network that is looked into."""
    return _looked(
        question, replace(config, cells=GradientConfig.cells, dial=GradientConfig.dial, bias=0.0, trained=0.0)
    )


@remembered(max_bytes=4_000_000)
def _looked(question: str, config: GradientConfig) -> Any:
    return getattr(import_module(f"rnnviz.experiments.{question}"), question)(config)


@remembered(max_bytes=1_000_000)
def _chrono(settled: GradientConfig) -> list[str]:
    from rnnviz.experiments.birth import with_chrono

    return with_chrono(settled)


def _calm_and_driven(config: GradientConfig) -> tuple[Any, Any]:
    return looked("jacobians", config), looked("jacobians", replace(config, inputs=STRONG))


_EVIDENCE: dict[str, Callable[[GradientConfig], tuple[Any, ...]]] = {
    "left_below_one": lambda config: (config.family,),
    "whose_loss": lambda config: (looked("gradient_matrix", config),),
    "strong_inputs": _calm_and_driven,
    "immune": lambda config: (config.family,),
    "training_opens": lambda config: (grown(config, "before_after"),),
    "stacked_output": lambda config: (looked("true_gradient", config),),
}
