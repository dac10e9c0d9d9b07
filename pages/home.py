"""Home.

What rnnviz is, what there is to discover, and who it is for.
"""

import streamlit as st

from rnnviz.lessons.unrolling.config import RunConfig
from rnnviz.lessons.unrolling.show import film
from rnnviz.ui import cards, header, lessons, settings

header(
    "See inside a recurrent network",
    "A real network reads your text letter by letter, learns to foresee the next one, and shows you everything: "
    "each hidden unit, each gate, and the error on its way back through time.",
)

film(settings(RunConfig))

st.header("Discover", anchor=False)
cards(lessons())

st.header("Who it is for", anchor=False)
learner, teacher, practitioner = st.columns(3, gap="large")
learner.markdown("**You are learning.** Type a word, press play, guess before you look.")
teacher.markdown(
    "**You are teaching.** The link holds every setting, the updates of training and the open cell: whoever follows it "
    "sees the same network. Where a film stands, which unit is picked and a chain rolled up are not in it."
)
practitioner.markdown(
    "**Your own network does not learn.** The `rnnviz` package records the same numbers from a PyTorch "
    "`nn.RNN`, `nn.LSTM` or `nn.GRU`."
)
