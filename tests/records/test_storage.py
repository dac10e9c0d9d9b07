"""A trace on disk and as rows is the trace."""

import numpy as np
import pandas as pd
import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS


def traced(name):
    module = rnnviz.Recurrent(CELLS[name](), 2, 3, 2, bidirectional=True)
    x = torch.nn.utils.rnn.pack_sequence([torch.randn(n, 2) for n in (4, 2)])
    return rnnviz.record(module, x, lambda y: y.data.sum())


@pytest.mark.parametrize("name", CELLS)
def test_a_trace_comes_back_from_disk_as_it_was(name, tmp_path):
    trace = traced(name)
    rnnviz.save(trace, tmp_path / "pass.npz")
    back = rnnviz.load(tmp_path / "pass.npz")
    assert back.loss == trace.loss
    np.testing.assert_array_equal(back.y, trace.y)
    assert back.layers.keys() == trace.layers.keys()
    for part, layer in trace.layers.items():
        for field, value in vars(layer).items():
            other = getattr(back.layers[part], field)
            if isinstance(value, dict):
                assert value.keys() == other.keys()
                assert all(np.array_equal(array, other[key], equal_nan=True) for key, array in value.items())
            else:
                np.testing.assert_array_equal(other, value)


def test_what_is_no_trace_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    with pytest.raises(ValueError, match="does not hold a trace"):
        rnnviz.load(tmp_path / "other.npz")
    np.savez(tmp_path / "pickle.npz", x=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        rnnviz.load(tmp_path / "pickle.npz")


def test_rows_are_tidy():
    trace = traced("lstm")
    table = pd.DataFrame(rnnviz.rows(trace))
    assert list(table.columns) == ["layer", "step", "sequence", "unit", "quantity", "value"]
    one = table.query("layer == 'l1_reverse' and step == 1 and sequence == 0 and quantity == 'grads c'")
    np.testing.assert_array_equal(one.sort_values("unit").value, trace.layers["l1_reverse"].grads["c"][1, 0])
    assert not table.query("sequence == 1").step.gt(1).any()
    assert table.value.notna().all()
