"""The sections of the lesson on gradients that are computed only when they are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from rnnviz.cells import CELLS
from rnnviz.lessons.vanishing.config import GradientConfig
from rnnviz.lessons.vanishing.show import (
    dragged_bias,
    flow,
    measured,
    over_forget_biases,
    through_training,
    with_one_loss,
)
from rnnviz.studies.answer import Answer
from rnnviz.studies.digits import digits, given, precise
from rnnviz.ui.export import chart
from rnnviz.ui.page import note
from rnnviz.ui.server import remembered

if TYPE_CHECKING:
    from rnnviz.lessons.vanishing.experiments.finite_differences import Check
    from rnnviz.lessons.vanishing.experiments.gradient_matrix import Matrix
    from rnnviz.lessons.vanishing.experiments.step_factors import StepFactors
    from rnnviz.lessons.vanishing.experiments.true_gradient import Trap

STRONG = 10.0


def left_below_one(config: GradientConfig) -> Answer:
    """How much of the error is left, a little below ρ = 1?"""
    return _left_below_one(with_one_loss(config))


def whose_loss(config: GradientConfig) -> Answer:
    """Does step 1 hear mostly from near losses or from far ones?"""
    from rnnviz.lessons.vanishing.answers import whose_loss as answer

    return answer(_matrix(_chosen_network(config)))


def strong_inputs(config: GradientConfig) -> Answer:
    """What do strong inputs do to the factor of a step?"""
    from rnnviz.lessons.vanishing.answers import strong_inputs as answer

    return answer(
        _step_factors(_chosen_network(config)), _step_factors(_chosen_network(replace(config, inputs=STRONG)))
    )


def immune(config: GradientConfig) -> Answer:
    """Is an LSTM immune at birth?"""
    return _immune(with_one_loss(config))


def training_opens(config: GradientConfig) -> Answer | None:
    """Does training open the path?"""
    from rnnviz.lessons.vanishing.answers import training_opens as answer

    training = measured(config, through_training)
    training.advance()
    return None if training.answer is None else answer(training.answer)


def stacked_output(config: GradientConfig) -> Answer:
    """What does the gradient on the stacked output say?"""
    from rnnviz.lessons.vanishing.answers import stacked_output as answer

    return answer(_trap(_chosen_network(config)))


def named(cell: str) -> str:
    """The cell as the page calls it."""
    return CELLS[cell].title


def matrix(config: GradientConfig) -> None:
    """Which loss reached which step."""
    from rnnviz.lessons.vanishing.figures.gradient_matrix import arrivals, gradient_matrix

    pairs = _matrix(_chosen_network(config))
    st.markdown(f"**{pairs.title}**, T = {config.seq_len}, seed {config.seed}")
    left, right = st.columns(2)
    with left:
        chart(gradient_matrix(pairs), "matrix", "Every loss against every step it reaches, as a heatmap.")
    with right:
        chart(arrivals(pairs), "arrivals", "What arrives at each step, stacked by the distance of its loss.")
    note(
        "Here every step has its own loss. Left: a row is one loss on its way back, on the absolute log scale of the "
        "arrows. Right: the lengths that arrive at each step, added up. Held constant: the network and what it reads."
    )


def steps(config: GradientConfig) -> None:
    """Why it vanishes: small weights, or saturation."""
    from rnnviz.lessons.vanishing.figures.eigenvalues import eigenvalues
    from rnnviz.lessons.vanishing.figures.saturation import saturation
    from rnnviz.lessons.vanishing.figures.singular_values import singular_values

    factors = _step_factors(_chosen_network(config))
    weights, slopes, together = st.columns(3)
    stretch = digits(factors.largest) if factors.eigenvalues else "no W_hh"
    which = "a block of W_hh" if len(factors.eigenvalues) > 1 else "W_hh"
    weights.metric(f"Largest stretch of {which}, σₘₐₓ", stretch, border=True)
    slopes.metric("Mean slope, as a share of the steepest", f"{factors.open:.0%}", border=True)
    together.metric("Measured factor of one step back", digits(factors.per_step), border=True)
    what = f"inputs of strength {given(config.inputs)}, T = {config.seq_len}, seed {config.seed}"
    st.markdown(f"**{factors.title}**, {what}")
    picture(singular_values(factors), "singular_values", "Singular values of the Jacobian of each step")
    left, right = st.columns([2, 3])
    with left:
        if factors.eigenvalues:
            picture(eigenvalues(factors), "eigenvalues", "Eigenvalues of W_hh against the unit circle")
        else:
            st.markdown("**No eigenvalues.** This cell has no W_hh: going back, its gate alone multiplies the error.")
    with right:
        picture(saturation(factors), "saturation", "Slope of each unit's activation at each step: brown is saturated")
    note(
        "Held constant: one network and one sequence, loss on the last step; ρ, the inputs and the cell are set above. "
        "With gates there are further paths: along the memory, times the gate that keeps it. Brown is no loss there if "
        "that gate is saturated open."
    )


def picture(figure: Any, name: str, alt: str) -> None:
    """One chart under its title."""
    st.markdown(f"**{alt}**")
    chart(figure, name, alt)


def born(config: GradientConfig) -> None:
    """The forget-bias family, with chrono beside it."""
    flow(config, over_forget_biases, "birth")
    rows = [f"- {line}" for line in _chrono(with_one_loss(config))]
    if rows:
        st.markdown("\n".join(["**Chrono** draws each unit its own bias, for memories of 2 to T steps:", *rows]))
    note("Recurrent weights as PyTorch draws them; only the bias of the keeping gate differs (f; z in a GRU).")


def learned(config: GradientConfig) -> None:
    """The gradient at every step, for the networks at each mark of a training."""
    flow(config, through_training, "before-after")
    note(
        "Task: recall. One of four keys stands at step 1, distractors behind it; the last step asks for the key. Adam "
        "at 0.01 on one batch of 32, gradient clipped at length 1, from the networks at ρ = 1. The same error of "
        "length 1 is sent back each time, so a small loss does not shorten the line."
    )


def trap(config: GradientConfig) -> None:
    """The gradient on the stacked output beside that on the state, each with the code that measured it."""
    trap = _trap(_chosen_network(config))
    whose = "torch's own module" if trap.module.startswith("nn.") else "rnnviz's module, for torch has none of the kind"
    wrong, right = st.columns(2)
    wrong.markdown(f"On the stacked output, as `output.grad` gives it (`{trap.module}`)")
    wrong.code(trap.code[0], language="python")
    right.markdown("On the state, with every path through later steps")
    right.code(trap.code[1], language="python")
    st.table(
        {
            "step t": trap.steps,
            "on the output, torch": [digits(v) for v in trap.stacked],
            "on the state, torch": [digits(v) for v in trap.true],
            "∂L/∂h_t, rnnviz": [digits(v) for v in trap.recorded],
        }
    )
    note(
        f"These very lines ran just now, on {whose}, with the weights of the network on screen; the loss is w · h of "
        "the last step, and t the step asked about. Lengths are root mean squares over the sequences, as in the chart "
        "at the top."
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
    check = _check(_chosen_network(config))
    verdict, color, icon = _verdict(check)
    st.badge(verdict, color=color, icon=icon)
    st.markdown(check.sentence)
    st.table(
        {
            "nudged": [nudge.where for nudge in check.nudges],
            "by the way back": [precise(nudge.autograd) for nudge in check.nudges],
            "by nudging": [precise(nudge.measured) for nudge in check.nudges],
            "apart": [nudge.verdict for nudge in check.nudges],
        }
    )
    note(
        "Four points around where it stands, in double precision, as close as gives the steadiest answer; where units "
        "have a kink, so close that none is at another side of it. A difference that rounding alone can make is not "
        "held against the gradient."
    )


def _verdict(check: Check) -> tuple[str, Literal["green", "red", "gray"], str]:
    """The badge's words, colour and icon."""
    if not check.holds:
        return "autograd and finite differences disagree", "red", ":material/close:"
    if not check.agreeing:
        return "no nudge could be compared", "gray", ":material/question_mark:"
    return "autograd = finite differences", "green", ":material/check:"


def _chosen_network(config: GradientConfig) -> GradientConfig:
    """The settings that the one network depends on; all others at their defaults: they cost no new run."""
    return replace(config, cells=(config.cell,), loss_on="last", trained=0.0, **dragged_bias(config))


@remembered(max_bytes=10_000_000)
def _matrix(config: GradientConfig) -> Matrix:
    from rnnviz.lessons.vanishing.experiments.gradient_matrix import gradient_matrix

    return gradient_matrix(config)


@remembered(max_bytes=10_000_000)
def _step_factors(config: GradientConfig) -> StepFactors:
    from rnnviz.lessons.vanishing.experiments.step_factors import step_factors

    return step_factors(config)


@remembered(max_bytes=1_000_000)
def _trap(config: GradientConfig) -> Trap:
    from rnnviz.lessons.vanishing.experiments.true_gradient import true_gradient

    return true_gradient(config)


@remembered(max_bytes=1_000_000)
def _check(config: GradientConfig) -> Check:
    from rnnviz.lessons.vanishing.experiments.finite_differences import finite_differences

    return finite_differences(config)


@remembered(max_bytes=1_000_000)
def _chrono(config: GradientConfig) -> list[str]:
    from rnnviz.lessons.vanishing.experiments.forget_biases import chrono_sentences

    return chrono_sentences(config)


@remembered(max_bytes=1_000_000)
def _left_below_one(config: GradientConfig) -> Answer:
    from rnnviz.lessons.vanishing.answers import left_below_one as answer

    return answer(config)


@remembered(max_bytes=1_000_000)
def _immune(config: GradientConfig) -> Answer:
    from rnnviz.lessons.vanishing.answers import immune as answer

    return answer(config)
