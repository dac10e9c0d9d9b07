"""How many of 5 seeds solve temporal order at T = 20 and T = 40, without and with clipping?"""

import argparse
import time

import numpy as np
import torch

from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments.solve_rate import WITH, WITHOUT, solve_rate

CASES = {
    "orthogonal Elman": {"cell": "elman", "start": "orthogonal", "rate": 0.1},
    "default GRU": {"cell": "gru", "start": "torch", "rate": 1.0},
    "forget-bias-1 LSTM": {"cell": "lstm", "start": "torch", "keep": 1.0, "rate": 1.0},
    "default LSTM": {"cell": "lstm", "start": "torch", "rate": 1.0},
}


def main() -> None:
    """Print one line for each network and length."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=4_000)
    parser.add_argument("--lengths", type=int, nargs="*", default=[20, 40])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"Solved: 99 % of 2,000 fresh sequences right within {arguments.updates:,} updates of 20 sequences, H = 50.")
    for length in arguments.lengths:
        for name, case in CASES.items():
            began = time.perf_counter()
            *_, last = solve_rate(ClippingConfig(seq_len=length, max_norm=1.0, **case), arguments.updates)
            without, with_clipping = last.solved(WITHOUT), last.solved(WITH)
            firsts = [
                " ".join("–" if np.isnan(u) else f"{u:.0f}" for u in last.solved_at[last.of(name)])
                for name in (WITHOUT, WITH)
            ]
            print(
                f"T = {length}  {name:20} rate {case['rate']:g}, θ = 1: without {without} of 5 ({firsts[0]}), "
                f"with {with_clipping} of 5 ({firsts[1]}); {time.perf_counter() - began:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
