"""Clipping.

One network trained twice, without and with a bound on the length of its gradient: what the bound saves, and what not.
"""

from rnnviz.config import ClippingConfig
from rnnviz.ui import controls, header, note, predict, settings
from rnnviz.ui.theatre import theatre, who_solves

header(
    "One step too far",
    "The same network, trained twice on the same sequences. On the right, no step is longer than the threshold allows.",
)
config = settings(ClippingConfig)
predict(
    "clipping-who",
    "Two letters far apart, many others between: which network learns to name them in order?",
    ["Only the one with clipping", "Both", "Neither, or only the one without"],
    lambda: who_solves(config),
)
theatre(config)
controls(config, "cell", "task", "how")
controls(config, "length", "units", "start", "keep", "rate", "theta", "seed")
note(
    "Drag the line θ across the gradient norms: it says on how many updates it would have fired. Letting go trains on "
    "with it. Every setting but θ, the rate and the kind of clipping builds new networks."
)
