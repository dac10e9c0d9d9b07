"""What a careful user writes today: a Python loop over cells in plain torch. The oracle, and the benchmark's rival."""

from functools import partial

import torch
from torch import sigmoid, tanh

ACTIVATIONS = {"tanh": tanh, "relu": torch.relu, "sigmoid": sigmoid, "identity": lambda a: a}


def same(_name, value):
    return value


def affine(w, x, past):
    return x @ w["weight_ih"].T + w["bias_ih"] + past["h"] @ w["weight_hh"].T + w["bias_hh"]


def elman(w, x, past, made=same, activation="tanh"):
    a_h = affine(w, x, past)
    return {"a_h": a_h, "h": made("h", ACTIVATIONS[activation](a_h))}


def lstm(w, x, past, made=same):
    a_i, a_f, a_g, a_o = affine(w, x, past).chunk(4, 1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), tanh(a_g), sigmoid(a_o)
    c = made("c", f * past["c"] + i * g)
    h = made("h", o * tanh(c))
    return {"a_i": a_i, "a_f": a_f, "a_g": a_g, "a_o": a_o, "i": i, "f": f, "g": g, "o": o, "c": c, "h": h}


def gru(w, x, past, made=same):
    x_r, x_z, x_n = (x @ w["weight_ih"].T + w["bias_ih"]).chunk(3, 1)
    h_r, h_z, h_n = (past["h"] @ w["weight_hh"].T + w["bias_hh"]).chunk(3, 1)
    a_r, a_z = x_r + h_r, x_z + h_z
    r, z = sigmoid(a_r), sigmoid(a_z)
    a_n = x_n + r * h_n
    n = tanh(a_n)
    return {"a_r": a_r, "a_z": a_z, "a_n": a_n, "r": r, "z": z, "n": n, "h": made("h", (1 - z) * n + z * past["h"])}


def peephole_lstm(w, x, past, made=same):
    s_i, s_f, a_g, s_o = affine(w, x, past).chunk(4, 1)
    a_i, a_f = s_i + w["weight_ci"] * past["c"], s_f + w["weight_cf"] * past["c"]
    i, f, g = sigmoid(a_i), sigmoid(a_f), tanh(a_g)
    c = made("c", f * past["c"] + i * g)
    a_o = s_o + w["weight_co"] * c
    o = sigmoid(a_o)
    h = made("h", o * tanh(c))
    return {"a_i": a_i, "a_f": a_f, "a_g": a_g, "a_o": a_o, "i": i, "f": f, "g": g, "o": o, "c": c, "h": h}


def cifg(w, x, past, made=same):
    a_f, a_g, a_o = affine(w, x, past).chunk(3, 1)
    f, g, o = sigmoid(a_f), tanh(a_g), sigmoid(a_o)
    c = made("c", f * past["c"] + (1 - f) * g)
    return {"a_f": a_f, "a_g": a_g, "a_o": a_o, "f": f, "g": g, "o": o, "c": c, "h": made("h", o * tanh(c))}


def mingru(w, x, past, made=same):
    a_z, a_n = (x @ w["weight_ih"].T + w["bias_ih"]).chunk(2, 1)
    z, n = sigmoid(a_z), a_n * 1
    return {"a_z": a_z, "a_n": a_n, "z": z, "n": n, "h": made("h", (1 - z) * past["h"] + z * n)}


CELLS = {"elman": elman, "lstm": lstm, "gru": gru, "peephole_lstm": peephole_lstm, "cifg": cifg, "mingru": mingru}


def loop(cell, weights, x, initial, nudge=None):
    """Every value of every step, its gradient retained, and the copies of the weights that each step used.

    ``nudge(t, name, value)`` changes a state where it is made: all that follows is made of the changed one.
    """
    past, seen = initial, []
    copies = [{name: weight * 1 for name, weight in weights.items()} for _ in x]
    for t, (w, x_t) in enumerate(zip(copies, x, strict=True)):
        seen.append(cell(w, x_t, past, same if nudge is None else partial(nudge, t)))
        past = {name: seen[-1][name] for name in past}
    for value in (value for step in [*seen, *copies] for value in step.values()):
        if value.requires_grad:
            value.retain_grad()
    return seen, copies
