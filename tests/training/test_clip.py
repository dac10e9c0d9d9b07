"""Clipping works wherever torch's own does, and beyond, and measures what it did."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

import rnnviz


def parameter(gradient):
    made = torch.zeros(gradient.shape, dtype=gradient.dtype, requires_grad=True)
    made.grad = gradient
    return made


def sparse():
    return parameter(
        torch.sparse_coo_tensor([[0, 0, 2]], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], (4, 2), check_invariants=True)
    )


KINDS = {
    "float32": lambda: [parameter(torch.tensor([3.0, 4.0]))],
    "float64 and float32": lambda: [parameter(torch.tensor([3.0], dtype=torch.float64)), parameter(torch.tensor(4.0))],
    "bfloat16": lambda: [parameter(torch.tensor([3.0, 4.0], dtype=torch.bfloat16))],
    "float16": lambda: [parameter(torch.tensor([3.0, 4.0], dtype=torch.float16))],
    "in a graph": lambda: [parameter(torch.tensor([3.0, 4.0], requires_grad=True) * 1)],
    "turned": lambda: [parameter(torch.tensor([[3.0, 0.0], [4.0, 0.0]]).t())],
    "one without": lambda: [torch.zeros(2, requires_grad=True), parameter(torch.tensor([3.0, 4.0]))],
    "one tensor": lambda: parameter(torch.tensor([3.0, 4.0])),
    "a generator": lambda: (parameter(torch.tensor([number])) for number in (3.0, 4.0)),
}


def listed(parameters):
    return [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)


@pytest.mark.parametrize("kind", KINDS)
def test_what_torch_clips_is_clipped_alike(kind):
    """Lengths 3 and 4 on two axes: 5 together. Torch adds 1e-6 to the length it divides by."""
    for clip, torchs, limit, after, cosine in (
        ("max_norm", clip_grad_norm_, 1.0, 1.0, 1.0),
        ("clip_value", clip_grad_value_, 1.0, 2**0.5, 7 / (5 * 2**0.5)),
        ("max_norm", clip_grad_norm_, 9.0, 5.0, 1.0),
    ):
        ours, theirs = listed(KINDS[kind]()), listed(KINDS[kind]())
        one = kind == "one tensor"
        found = rnnviz.clip(ours[0] if one else iter(ours), **{clip: limit})
        torchs(theirs, limit)
        assert found == pytest.approx((5.0, after, cosine, after < 5))
        for mine, other in zip(ours, theirs, strict=True):
            if other.grad is None:
                assert mine.grad is None
            else:
                torch.testing.assert_close(
                    mine.grad, other.grad, rtol=1e-2 if mine.element_size() < 4 else 1e-5, atol=0
                )


@pytest.mark.parametrize("parameters", [[], [torch.zeros(3, requires_grad=True)], torch.zeros(3, requires_grad=True)])
@pytest.mark.parametrize("limit", [{"max_norm": 1.0}, {"clip_value": 1.0}, {}])
def test_without_a_gradient_nothing_is_clipped(parameters, limit):
    assert rnnviz.clip(parameters, **limit) == (0.0, 0.0, 1.0, False)


def test_a_sparse_gradient_is_clipped_by_its_whole_entries():
    weight = sparse()
    dense = weight.grad.to_dense()
    before, after, cosine, fired = rnnviz.clip([weight], max_norm=1.0)
    assert (before, after, cosine, fired) == pytest.approx((dense.norm().item(), 1.0, 1.0, True))
    torch.testing.assert_close(weight.grad.to_dense(), dense / dense.norm())
    weight = sparse()
    found = rnnviz.clip([weight], clip_value=4.5)
    torch.testing.assert_close(weight.grad.to_dense(), dense.clamp(-4.5, 4.5))
    assert found.after == pytest.approx(dense.clamp(-4.5, 4.5).norm().item())


def test_an_embedding_with_sparse_gradients_is_trained_on_after_clipping():
    table = nn.Embedding(5, 2, sparse=True)
    (100 * table(torch.tensor([1, 1, 3]))).sum().backward()
    before = table.weight.detach().clone()
    assert rnnviz.clip(table.parameters(), max_norm=1.0).before == pytest.approx(np.sqrt(2 * 200**2 + 2 * 100**2))
    torch.optim.SGD(table.parameters(), lr=1.0).step()
    assert (table.weight - before).norm().item() == pytest.approx(1.0, rel=1e-5)


def test_complex_and_conjugate_gradients_have_their_lengths():
    weight = parameter(torch.tensor([3 + 4j]))
    assert rnnviz.clip([weight], max_norm=1.0) == pytest.approx((5.0, 1.0, 1.0, True))
    torch.testing.assert_close(weight.grad, torch.tensor([0.6 + 0.8j]))
    weight = parameter(torch.complex(torch.ones(2), torch.tensor([3.0, 4.0])).conj().imag)  # torch has yet to negate it
    assert rnnviz.clip([weight], max_norm=1.0).before == 5.0
    torch.testing.assert_close(weight.grad.resolve_neg(), torch.tensor([-0.6, -0.8]))


def test_a_cosine_is_never_above_one():
    for seed in range(50):
        gradient = torch.randn(7, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        assert rnnviz.clip([parameter(gradient)], clip_value=100.0).cosine <= 1


@pytest.mark.parametrize("given", [nn.Linear(2, 2), nn.Linear(2, 2).named_parameters(), [np.zeros(2)]])
def test_what_is_no_tensor_is_refused(given):
    with pytest.raises(TypeError, match=r"Clipping takes tensors, not a \w+: give model\.parameters\(\)"):
        rnnviz.clip(given, max_norm=1.0)


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan")])
@pytest.mark.parametrize("name", ["max_norm", "clip_value"])
def test_a_threshold_that_is_not_above_zero_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} has to be above 0, not {value}"):
        rnnviz.clip([parameter(torch.ones(2))], **{name: value})
