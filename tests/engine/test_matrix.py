"""Torch's own modules, number for number, over every way to make and call them."""

from itertools import product

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import rnnviz

T, B, IN, H, P = 6, 4, 3, 5, 2
MODULES = {"rnn": nn.RNN, "relu": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
FLAGS = ("bidirectional", "batch_first", "packed", "proj", "dropout", "bias", "initial")


def sensible(case):
    name, layers, flags = case
    return (name == "lstm" or not flags["proj"]) and (layers > 1 or not flags["dropout"])


MATRIX = [
    case
    for name, layers, *flags in product(MODULES, (1, 2, 3), *[(False, True)] * len(FLAGS))
    if sensible(case := (name, layers, dict(zip(FLAGS, flags, strict=True))))
]


def label(case):
    name, layers, flags = case
    return "-".join([name, str(layers), *(flag for flag, on in flags.items() if on)])


def made(case, dtype):
    """A module, a function that makes its inputs anew, and their leaves."""
    name, layers, flags = case
    torch.manual_seed(MATRIX.index(case))
    options = {"nonlinearity": "relu"} if name == "relu" else {"proj_size": P} if flags["proj"] else {}
    options |= {"dropout": 0.4 if flags["dropout"] else 0.0, "bias": flags["bias"], "dtype": dtype}
    module = MODULES[name](
        IN, H, layers, bidirectional=flags["bidirectional"], batch_first=flags["batch_first"], **options
    )
    x = torch.randn(B, T, IN, dtype=dtype) if flags["batch_first"] else torch.randn(T, B, IN, dtype=dtype)
    if flags["packed"]:
        lengths = torch.tensor([3, 6, 1, 5])
        x = pack_padded_sequence(x, lengths, batch_first=flags["batch_first"], enforce_sorted=False)
    directions = layers * (2 if flags["bidirectional"] else 1)
    sizes = [P if flags["proj"] else H, H][: 2 if name == "lstm" else 1]
    states = [torch.randn(directions, B, size, dtype=dtype) for size in sizes] if flags["initial"] else []
    return module, x, states


def tensors(output):
    if isinstance(output, PackedSequence):
        return [output.data]
    return [output] if isinstance(output, torch.Tensor) else [t for part in output for t in tensors(part)]


def outputs_and_gradients(module, parameters, x, states, dtype):
    """Everything a module gives for an uneven loss over its outputs and last states."""
    packed = isinstance(x, PackedSequence)
    data = (x.data if packed else x).to(dtype).detach().clone().requires_grad_()
    x = x._replace(data=data) if packed else data
    states = [state.to(dtype).detach().clone().requires_grad_() for state in states]
    torch.manual_seed(7)  # dropout draws the same numbers
    given = None if not states else tuple(states) if len(states) > 1 else states[0]
    outputs = tensors(module(x, given))
    loss = sum((o * torch.sin(torch.arange(o.numel(), dtype=dtype)).view(o.shape) + o**2).sum() for o in outputs)
    return [*outputs, *torch.autograd.grad(loss, [data, *states, *parameters])]


def compare(case):
    module, x, states = made(case, torch.float64)
    twin, parameters = rnnviz.replace(module), list(module.parameters())
    truth = outputs_and_gradients(module, parameters, x, states, torch.float64)
    found = outputs_and_gradients(twin, parameters, x, states, torch.float64)
    for a, b in zip(truth, found, strict=True):
        torch.testing.assert_close(b, a, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", MATRIX[::9], ids=label)
def test_a_sample_of_the_matrix_is_exact(case):
    compare(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", MATRIX, ids=label)
def test_the_whole_matrix_is_exact(case):
    compare(case)


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("scale", [1, 4])
def test_single_precision_errs_no_more_than_twice_torchs_own(name, scale):
    """Lengths of the errors against double precision, of outputs and of gradients; 8 seeds together."""
    own, theirs = [], []
    for seed in range(8):
        torch.manual_seed(seed)
        options = {"nonlinearity": "relu"} if name == "relu" else {}
        double = MODULES[name](IN, 16, dtype=torch.float64, **options)
        single = MODULES[name](IN, 16, **options)
        with torch.no_grad():
            for parameter, wide in zip(single.parameters(), double.parameters(), strict=True):
                parameter.copy_(wide * (scale if name != "relu" else 1))
                wide.copy_(parameter)
        x = torch.randn(40, 4, IN)
        truth = outputs_and_gradients(double, list(double.parameters()), x, [], torch.float64)
        for module, errors in ((single, theirs), (rnnviz.replace(single), own)):
            found = outputs_and_gradients(module, list(single.parameters()), x, [], torch.float32)
            errors.append([(a.double() - b).norm().item() for a, b in zip(found, truth, strict=True)])
    assert (torch.tensor(own).mean(0) <= 2 * torch.tensor(theirs).mean(0) + 1e-30).all()


@pytest.mark.parametrize("dims", [2, 3])
def test_a_sequence_without_a_batch_axis(dims):
    module = nn.LSTM(IN, H, 2, dtype=torch.float64)
    x = torch.randn((T, B, IN)[:: 1 if dims == 3 else 2], dtype=torch.float64)
    for a, b in zip(tensors(module(x)), tensors(rnnviz.replace(module)(x)), strict=True):
        torch.testing.assert_close(b, a, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (nn.Linear(2, 3), "Only nn.RNN, nn.LSTM, nn.GRU"),
        (nn.LSTM(2, 3, device="meta"), "on meta"),
        (nn.LSTM(2, 3).half(), "not in torch.float16"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(module, sentence):
    with pytest.raises(TypeError, match=sentence):
        rnnviz.record(module, torch.zeros(2, 1, 2, dtype=torch.float16), lambda y: y.sum())


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_a_scripted_module_is_refused_in_a_sentence():
    with pytest.raises(TypeError, match="scripted"):
        rnnviz.record(torch.jit.script(nn.LSTM(2, 3)), torch.zeros(2, 1, 2), lambda y: y.sum())
