import numpy as np
import pytest

from rnnviz.figures.standings import standings
from rnnviz.lessons.clipping.config import ClippingConfig
from rnnviz.lessons.clipping.experiments import cliff, threshold_price, two_by_two
from rnnviz.lessons.clipping.experiments.bend import bend as real_gradient
from rnnviz.lessons.clipping.figures import bend as bend_figure
from rnnviz.lessons.clipping.figures.error_surface import error_surface
from rnnviz.lessons.clipping.figures.threshold_price import threshold_price as price_figure
from rnnviz.studies.digits import digits

SMALL = ClippingConfig(seq_len=12, hidden_size=6)


def drawn(figure):
    return {trace.name: trace for trace in figure.data}


def test_the_price_shows_each_seeds_loss():
    run = threshold_price.threshold_price(SMALL, 20).after(None).result
    lines = drawn(price_figure(run))
    losses, never = threshold_price.final_losses(run)
    assert lines["seeds"].y == pytest.approx(losses.ravel())
    assert lines["median with clipping"].y == pytest.approx(np.median(losses, axis=1))
    assert set(lines["median without"].y) == {float(np.median(never))}
    theta = lines["median with clipping"].x
    assert theta[-1] / theta[0] >= 1000  # three decades


def test_the_arrows_have_the_gradients_lengths_and_angle():
    bend = real_gradient(SMALL)
    lines = drawn(bend_figure.arrows(bend, 0.01))
    k = int(np.argmin(np.abs(bend.thresholds - 0.01)))
    assert lines["gradient"].x[1] == pytest.approx(bend.length)
    assert lines["by norm (0°)"].x[1] == pytest.approx(0.01)
    x, y = (getattr(lines[f"by value ({digits(bend.angle[k])}°)"], axis)[1] for axis in "xy")
    assert np.hypot(x, y) == pytest.approx(bend.by_value[k])
    assert np.degrees(np.arctan2(y, x)) == pytest.approx(bend.angle[k])
    assert set(drawn(bend_figure.angles(bend))["by norm"].y) == {0}


def test_the_surface_is_the_cliffs_error():
    figure = error_surface(cliff.descend(5.0, -2.8, 0.2), cliff.descend(5.0, -2.8, 0.2, 1.0))
    ground = drawn(figure)["error"]
    assert ground.z[40, 60] == pytest.approx(float(cliff.slope(ground.x[60], ground.y[40]).error))
    assert len(drawn(figure)["without clipping"].x) < len(drawn(figure)["with clipping"].x)


def test_the_standings_show_every_seed():
    run = two_by_two.two_by_two(SMALL, 20).after(None).result
    lines = drawn(standings(run))
    shown = sorted([*lines["not solved"].x, *lines["solved"].x])
    assert shown == pytest.approx(sorted(100 * run.right[-1]))
    assert set(lines["chance"].x) == {25}
