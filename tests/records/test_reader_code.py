"""What people's own code does around a recurrent module: followed right, by the numbers of a plain loop, or refused."""

import copy
import gc
import warnings
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import dropout

import rnnviz
from rnnviz.cells import CELLS
from tests.engine import loops

T, B, IN, H = 5, 2, 3, 4
MODULES = {"elman": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
KINDS = pytest.mark.parametrize("kind", MODULES)


def made(kind, make=None):
    torch.manual_seed(3)
    module = (make or MODULES[kind])(IN, H, dtype=torch.float64)
    return module, torch.randn(T, B, IN, dtype=torch.float64)


def weights_of(module):
    return {name.removesuffix("_l0"): weight.detach().clone() for name, weight in module.named_parameters()}


def truth(kind, weights, x, loss):
    """h and ∂L/∂h of every step, of a loss of the outputs, in a plain loop under autograd."""
    weights = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    zeros = {state: torch.zeros(B, H, dtype=torch.float64) for state in CELLS[kind].states}
    seen, _ = loops.loop(loops.CELLS[kind], weights, x, zeros)
    loss(torch.stack([step["h"] for step in seen])).backward()
    grads = [torch.zeros(B, H) if step["h"].grad is None else step["h"].grad for step in seen]
    return np.stack([step["h"].detach() for step in seen]), np.stack(grads)


def check(trace, wanted):
    h, grads = wanted
    np.testing.assert_allclose(trace.layers["l0"].states["h"], h, atol=1e-12)
    np.testing.assert_allclose(trace.layers["l0"].grads["h"], grads, atol=1e-12)


def last(y):
    return y[-1].square().sum()


# A forward of the reader's own


def tripled(base):
    class Tripled(base):
        def forward(self, x, hx=None):
            return super().forward(x * 3, hx)

    return Tripled


def tripled_by_hand(base):
    def make(*sizes, **options):
        module = base(*sizes, **options)
        module.forward = lambda x, hx=None: base.forward(module, x * 3, hx)
        return module

    return make


def called(base):
    class Called(base):
        def __call__(self, x, hx=None):
            return super().__call__(x * 3, hx)

    return Called


class Ours(rnnviz.Recurrent):
    def __init__(self, *sizes, **options):
        super().__init__(CELLS["gru"](), *sizes, **options)


@pytest.mark.parametrize("base", [*MODULES.values(), Ours])
@pytest.mark.parametrize("change", [tripled, tripled_by_hand, called])
def test_a_forward_of_its_own_is_refused(base, change):
    module, x = made(None, change(base))
    sentence = "has a forward of its own, which the engine would pass over: let a module of yours hold a plain"
    for ask in (
        lambda: rnnviz.record(module, x, last),
        lambda: rnnviz.pairs(module, x, lambda y: y.sum(-1)),
        lambda: rnnviz.influence(module, x),
        lambda: rnnviz.truncate(module, x, last, window=2),
        lambda: rnnviz.replace(module),
        lambda: rnnviz.watch(nn.ModuleList([module])).__enter__(),
    ):
        with pytest.raises(TypeError, match=sentence):
            ask()


def test_a_recurrent_part_with_a_forward_of_its_own_is_refused_inside_a_network():
    net, x = rnnviz.Network(CELLS["gru"](), IN, H, 2, dtype=torch.float64), torch.ones(T, B, IN, dtype=torch.float64)
    net.rnn = tripled(Ours)(IN, H, dtype=torch.float64)
    with pytest.raises(TypeError, match="forward of its own"):
        rnnviz.record(net, x, last)


@KINDS
def test_a_subclass_that_only_starts_otherwise_is_recorded_and_watched(kind):
    class Orthogonal(MODULES[kind]):
        def __init__(self, *sizes, **options):
            super().__init__(*sizes, **options)
            self.scale = 2

        def reset_parameters(self):
            super().reset_parameters()
            nn.init.orthogonal_(self.weight_hh_l0)

    module, x = made(kind, Orthogonal)
    wanted = truth(kind, weights_of(module), x, last)
    check(rnnviz.record(module, x, last), wanted)
    with rnnviz.watch(module) as history:
        last(module(x)[0]).backward()
    check(history.snapshots[0], wanted)


# Weights and inputs as they were on the way forward


@KINDS
def test_weights_given_for_one_call_are_the_ones_recorded(kind):
    module, x = made(kind)
    fast = {name: (2 * weight).detach().requires_grad_() for name, weight in module.named_parameters()}
    with rnnviz.watch(module) as history:
        last(torch.func.functional_call(module, fast, (x,))[0]).backward()
        last(module(x)[0]).backward()
    check(history.snapshots[0], truth(kind, {n: 2 * w for n, w in weights_of(module).items()}, x, last))
    check(history.snapshots[1], truth(kind, weights_of(module), x, last))
    np.testing.assert_array_equal(history.snapshots[0].weights["weight_hh_l0"], fast["weight_hh_l0"].detach())


@KINDS
@pytest.mark.parametrize("way", ["swapped", "overwritten"])
def test_weights_and_inputs_that_change_before_the_way_back_are_recorded_as_they_were(kind, way):
    module, _ = made(kind)
    buffer = np.random.default_rng(1).normal(size=(T, B, IN))
    x = torch.from_numpy(buffer)
    wanted = truth(kind, weights_of(module), x.clone(), last)
    with rnnviz.watch(module) as history:
        loss = last(module(x)[0])
        for parameter in module.parameters():
            if way == "swapped":
                parameter.data = torch.ones_like(parameter)
            else:
                parameter.data.fill_(1)
        buffer[:] = 1
        loss.backward()
    np.testing.assert_allclose(history.snapshots[0].layers["l0"].states["h"], wanted[0], atol=1e-12)
    if way == "swapped":  # where the numbers that torch kept are written over, its own gradient is another
        check(history.snapshots[0], wanted)


def test_options_that_change_between_two_passes_are_followed():
    module = nn.GRU(IN, H, 2, dropout=0.9, dtype=torch.float64)
    with rnnviz.watch(module) as history:
        module.dropout = 0.0
        y, _ = module(torch.randn(T, B, IN, dtype=torch.float64))
        last(y).backward()
    np.testing.assert_allclose(history.snapshots[0].y, y.detach(), atol=1e-12)


# Gradients of gradients, and torch.func


@KINDS
def test_a_gradient_that_is_differentiated_again_is_refused(kind):
    module, x = made(kind)
    x.requires_grad_()
    with rnnviz.watch(module) as history:
        y = module(x)[0]
        with pytest.raises(RuntimeError, match=r"create_graph=True\): make that pass outside of its block"):
            torch.autograd.grad(y.sum(), x, create_graph=True)
    assert not history.snapshots


@pytest.mark.parametrize("make", [*MODULES.values(), Ours])
def test_a_transform_of_torch_func_is_refused(make):
    module, x = made(None, make)

    def loss(x):
        return module(x)[0].sum()

    with rnnviz.watch(module), pytest.raises(TypeError, match=r"transform of torch\.func hides the numbers"):
        torch.func.grad(loss)(x)
    with pytest.raises(TypeError, match=r"transform of torch\.func hides the numbers"):
        torch.func.grad(lambda x: x.sum() * rnnviz.record(module, x, last).loss)(x)


# Hooks


@KINDS
@pytest.mark.parametrize("later", [False, True])
def test_hooks_of_the_readers_own_are_followed(kind, later):
    module, x = made(kind)

    def hook():
        module.register_forward_pre_hook(lambda _, args: (args[0] / 2,))
        module.register_forward_hook(lambda _, __, output: (output[0] * 3, output[1]))

    if not later:
        hook()
    with rnnviz.watch(module) as history:
        if later:
            hook()
        last(module(x)[0]).backward()
    check(history.snapshots[0], truth(kind, weights_of(module), x / 2, lambda y: last(3 * y)))


@pytest.mark.parametrize(
    "register",
    [
        lambda m: m.register_forward_hook(lambda *_: None),
        lambda m: m.register_forward_pre_hook(lambda *_: None),
        lambda m: m.register_full_backward_hook(lambda *_: None),
        lambda m: m.register_full_backward_pre_hook(lambda *_: None),
    ],
)
@pytest.mark.parametrize("part", ["net", "rnn", "readout"])
def test_hooks_that_a_record_would_pass_over_are_refused(register, part):
    net = rnnviz.Network(CELLS["gru"](), IN, H, 2, dtype=torch.float64)
    x = torch.ones(T, B, IN, dtype=torch.float64)
    handle = register(net if part == "net" else getattr(net, part))
    with pytest.raises(TypeError, match=r"has a hook of yours, <lambda>.* use rnnviz\.watch"):
        rnnviz.record(net, x, last)
    handle.remove()
    rnnviz.record(net, x, last)


@KINDS
def test_a_record_within_a_watch_is_no_pass_of_the_training(kind):
    module, x = made(kind)
    with rnnviz.watch(module) as history:
        check(rnnviz.record(module, x, last), truth(kind, weights_of(module), x, last))
    assert not history.snapshots


# Random numbers


def asked(module, x):
    """Everything that can be asked, by losses that draw random numbers themselves."""
    rnnviz.record(module, x, lambda y: dropout(y, 0.5).sum())
    rnnviz.pairs(module, x, lambda y: dropout(y, 0.5).sum(-1))
    rnnviz.influence(module, x)
    rnnviz.truncate(module, x, lambda y: dropout(y, 0.5).sum(), window=2)


def test_what_is_asked_inside_a_seeded_training_does_not_change_it():
    module, x = nn.LSTM(IN, H, 2, dropout=0.5), torch.randn(T, B, IN)
    torch.manual_seed(7)
    wanted = module(x)[0].sum().item(), torch.rand(3)
    torch.manual_seed(7)
    asked(module, x)
    found = module(x)[0].sum().item(), torch.rand(3)
    assert found[0] == wanted[0]
    assert torch.equal(found[1], wanted[1])


def test_a_record_draws_the_dropout_that_a_call_of_the_module_would():
    module, x = nn.LSTM(IN, H, 2, dropout=0.5, dtype=torch.float64), torch.randn(T, B, IN, dtype=torch.float64)
    torch.manual_seed(7)
    y = module(x)[0].detach()
    torch.manual_seed(7)
    np.testing.assert_allclose(rnnviz.record(module, x, last).y, y, atol=1e-12)


def test_the_truncated_gradient_and_the_whole_one_saw_the_same_dropout():
    module, x = nn.GRU(IN, H, 2, dropout=0.5, dtype=torch.float64), torch.randn(T, B, IN, dtype=torch.float64)
    found = rnnviz.truncate(module, x, last, window=T)
    assert found.cosine == pytest.approx(1, abs=1e-12)
    torch.manual_seed(7)
    truth = torch.autograd.grad(last(module(x)[0]), list(module.parameters()))
    torch.manual_seed(7)
    for one, other in zip(rnnviz.truncate(module, x, last, window=T).whole.values(), truth, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


# What counts as an update


def test_passes_that_do_not_go_back_do_not_count():
    module, x = made("gru")
    with rnnviz.watch(module, every=2) as history:
        for _ in range(10):
            module(x[:1])  # acts, with a graph that nobody uses
            last(module(x)[0]).backward()
    assert list(history.snapshots) == [0, 2, 4, 6, 8]
    assert all(len(trace.x) == T for trace in history.snapshots.values())


@KINDS
@pytest.mark.parametrize("every", [1, 2])
def test_a_loop_over_single_steps_is_one_update_in_the_order_of_the_steps(kind, every):
    module, x = made(kind)
    with rnnviz.watch(module, every=every) as history:
        for _ in range(3):
            state, outputs = None, []
            for x_t in x:
                y, state = module(x_t[None], state)
                outputs.append(y)
            last(torch.cat(outputs)).backward()
    assert list(history.snapshots) == [u * T + t for u in range(0, 3, every) for t in range(T)]
    h, grads = truth(kind, weights_of(module), x, last)
    for number, trace in history.snapshots.items():
        np.testing.assert_allclose(trace.layers["l0"].states["h"][0], h[number % T], atol=1e-12)
        np.testing.assert_allclose(trace.layers["l0"].grads["h"][0], grads[number % T], atol=1e-12)


def test_a_second_way_back_through_a_kept_graph_is_no_update_of_its_own():
    module, x = made("gru")
    with rnnviz.watch(module, every=2) as history:
        for _ in range(3):
            y, _ = module(x)
            y[0].square().sum().backward(retain_graph=True)
            y[-1].square().sum().backward()
    assert list(history.snapshots) == [0, 2]
    check(history.snapshots[2], truth("gru", weights_of(module), x, lambda y: y[[0, -1]].square().sum()))


def test_a_way_back_that_breaks_off_leaves_the_next_as_it_is():
    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(_, value):
            return value.clone()

        @staticmethod
        def backward(_, _gradient):
            raise ZeroDivisionError

    module, x = made("gru")
    with rnnviz.watch(module) as history:
        head = Broken.apply(x.clone().requires_grad_())
        with pytest.raises(ZeroDivisionError):
            last(module(head)[0]).backward()
        last(module(x)[0]).backward()
    check(list(history.snapshots.values())[-1], truth("gru", weights_of(module), x, last))


def test_who_keeps_the_losses_does_not_keep_what_the_passes_read():
    module, x = made("gru")
    with rnnviz.watch(module):
        losses = [last(module(x)[0]) for _ in range(3)]
        gc.collect()
        kept = [weakref.ref(o) for o in gc.get_objects() if type(o).__name__ == "WatchedPass"]
        assert len(kept) == 3
        for loss in losses:
            loss.backward()
        assert [ref() for ref in kept] == [None] * 3


# Losses that were multiplied, and numbers of half precision


@KINDS
def test_a_scaled_loss_is_recorded_as_it_is_without_the_scale(kind):
    module, x = made(kind)
    wanted = truth(kind, weights_of(module), x, last)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    for scale in (scaler.get_scale, 1024.0):
        with rnnviz.watch(module, loss_scale=scale) as history:
            scaler.scale(last(module(x)[0])).backward()
        check(history.snapshots[0], wanted)


@pytest.mark.parametrize("make", [nn.GRU, nn.RNN])
def test_a_training_under_autocast_goes_on_as_it_does_unwatched(make):
    torch.manual_seed(0)
    module, x = make(IN, H), torch.randn(T, B, IN)
    other = copy.deepcopy(module)

    def back(module):
        with torch.autocast("cpu", torch.bfloat16):
            loss = module(x)[0].float().square().sum()
        loss.backward()
        return [parameter.grad for parameter in module.parameters()]

    wanted = back(other)
    with rnnviz.watch(module) as history, pytest.warns(UserWarning, match="this pass is not recorded. Switch it off"):
        found = back(module)
    assert all(torch.equal(a, b) for a, b in zip(found, wanted, strict=True))
    assert not history.snapshots
    with torch.autocast("cpu", torch.bfloat16), pytest.raises(TypeError, match="switch it off around this call"):
        rnnviz.record(module, x, last)
    with warnings.catch_warnings(), rnnviz.watch(module) as history:
        warnings.simplefilter("error")
        with torch.autocast("cpu", torch.bfloat16), torch.autocast("cpu", enabled=False):
            last(module(x)[0]).backward()
    assert list(history.snapshots) == [0]


# Tied weights


def tied(kind):
    module = MODULES[kind](H, H, 2, dtype=torch.float64)
    module.weight_hh_l1 = module.weight_hh_l0
    return module, torch.randn(T, B, H, dtype=torch.float64)


@KINDS
def test_tied_weights_stand_under_each_of_their_names(kind):
    module, x = tied(kind)
    trace = rnnviz.record(module, x, last)
    np.testing.assert_array_equal(trace.weights["weight_hh_l1"], module.weight_hh_l0.detach())
    separate = MODULES[kind](H, H, 2, dtype=torch.float64)
    separate.load_state_dict(module.state_dict())
    wanted = rnnviz.jacobians(separate, rnnviz.record(separate, x, last), "l1")
    np.testing.assert_allclose(rnnviz.jacobians(module, trace, "l1"), wanted, atol=1e-14)
    with rnnviz.watch(module) as history:
        last(module(x)[0]).backward()
    np.testing.assert_allclose(rnnviz.jacobians(module, history.snapshots[0], "l1"), wanted, atol=1e-14)


@KINDS
def test_the_gradient_of_tied_weights_is_of_all_their_places(kind):
    module, x = tied(kind)

    def loss(y):
        return last(y) + module.weight_hh_l0.square().sum()

    wanted = torch.autograd.grad(loss(module(x)[0]), list(module.parameters()))
    found = rnnviz.truncate(module, x, loss, window=T)
    for name, gradient in zip(dict(module.named_parameters()), wanted, strict=True):
        np.testing.assert_allclose(found.whole[name], gradient, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(found.gradient[name], gradient, atol=1e-12, err_msg=name)


# What is no module, no input, no loss


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.head = nn.ModuleDict({"rnn": nn.LSTM(IN, H)}), nn.Linear(H, 2)


X = torch.ones(T, B, IN)
MISTAKES = {
    "a whole model": (Model(), X, last, r"not Model: give one that it holds, encoder\.rnn\."),
    "a cell": (nn.LSTMCell(IN, H), X, last, r"LSTMCell, which is one step: give an nn\.LSTM with its weights"),
    "a class": (nn.LSTM, X, last, "not a type"),
    "an array": (nn.GRU(IN, H), X.numpy(), last, r"not a ndarray: convert an array with torch\.from_numpy"),
    "a list": (nn.GRU(IN, H), [X], last, "not a list: .* pack a list of tensors with pack_sequence"),
    "whole numbers": (nn.GRU(IN, H), X.long(), last, r"not in torch\.int64: convert with \.float\(\)"),
    "several losses": (nn.GRU(IN, H), X, lambda y: y, r"shape \(5, 2, 4\); it is one number: take its mean\(\)"),
    "a bare number": (nn.GRU(IN, H), X, lambda y: y.sum().item(), "tensor with one number in it, .* not a float"),
    "no loss": (nn.GRU(IN, H), X, lambda _: None, "not None"),
    "a loss cut off": (nn.GRU(IN, H), X, lambda y: y.detach().sum(), "does not depend on the outputs"),
    "a loss of others": (nn.GRU(IN, H), X, lambda _: torch.ones(()), "does not depend on the outputs"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_by_a_sentence_with_the_remedy(mistake):
    module, x, loss, sentence = MISTAKES[mistake]
    with pytest.raises((TypeError, ValueError), match=sentence):
        rnnviz.record(module, x, loss)
    if "loss" in mistake and "several" not in mistake:
        with pytest.raises((TypeError, ValueError), match=sentence):
            rnnviz.pairs(module, x, loss)


def test_a_state_that_is_no_tensor_is_refused():
    with pytest.raises(TypeError, match=r"state c is a ndarray: give a tensor, as by torch\.as_tensor"):
        rnnviz.record(nn.LSTM(IN, H), X, last, (torch.zeros(1, B, H), np.zeros((1, B, H))))


def test_names_that_are_not_there_are_answered_by_those_that_are():
    module = nn.GRU(IN, H, bidirectional=True)
    trace = rnnviz.record(module, X, last)
    with pytest.raises(ValueError, match="The trace has the layers l0, l0_reverse, not l1"):
        rnnviz.jacobians(module, trace, "l1")
    with pytest.raises(ValueError, match="The trace is of another module"):
        rnnviz.jacobians(nn.GRU(IN, H + 1, bidirectional=True), trace)
    with pytest.raises(ValueError, match=r"The quantities are states, .* not gradients"):
        list(rnnviz.rows(trace, ("gradients",)))
    with pytest.raises(ValueError, match="the components 0 to 7, not 8"):
        rnnviz.influence(module, X, output=8)


def test_what_is_shown_of_a_watch_fits_on_a_line():
    module, x = made("lstm")
    with rnnviz.watch(nn.ModuleDict({"a": module, "b": nn.GRU(1, 1)}), every=2) as history:
        for _ in range(3):
            last(module(x)[0]).backward()
    assert repr(history) == "Watched(a: 2 snapshots, 0 to 2; b: no snapshots)"
    shown = repr(rnnviz.truncate(module, x, last, window=T))
    assert shown == "Truncated(cosine 1, ratio 1, of 4 parameters)"
