"""Buffers on loan: whose they are, when they come back, and how many are kept."""

import gc
import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.engine.pool import Pool

HOLDERS = {"Forward", "SimpleNamespace", "LocalDerivatives", "Factors", "WeightGradients", "Norms"}
FLOAT = np.dtype(np.float32)


def module(name="lstm", **options):
    made = rnnviz.Recurrent(CELLS[name](), 2, 4, **options)
    made.pool = Pool(made.plan)  # of its own
    return made


def free(pool):
    gc.collect()
    return sum(len(shelf) for shelf in pool.shelves.values())


def test_buffers_come_back_after_the_backward_pass_though_the_loss_is_kept():
    net, losses = module(), []
    for _ in range(5):
        losses.append(net(torch.ones(3, 1, 2))[0].sum())
        losses[-1].backward()
    assert free(net.pool) == 1
    assert losses[0] == losses[-1]


def test_buffers_stay_with_a_graph_that_stays():
    net = module()
    loss = net(torch.ones(3, 1, 2))[0].sum()
    loss.backward(retain_graph=True)
    assert free(net.pool) == 0
    first = net.weight_ih_l0.grad.clone()
    loss.backward()
    torch.testing.assert_close(net.weight_ih_l0.grad, 2 * first)
    assert free(net.pool) == 1
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        loss.backward()


def test_buffers_come_back_from_a_graph_that_is_dropped():
    net = module()
    loss = net(torch.ones(3, 1, 2))[0].sum()
    assert free(net.pool) == 0
    del loss
    assert free(net.pool) == 1


def test_modules_of_one_plan_find_their_own_buffers_again():
    nets = [module(), module()]
    nets[1].pool = nets[0].pool
    x = torch.ones(3, 1, 2)
    calls = [net.run(x)[0].call for net in nets]
    stacks = [call.stack for call in calls]
    assert stacks[0] is not stacks[1]
    del calls
    for _ in range(2):
        for net, stack in zip(nets, stacks, strict=True):
            assert net.run(x)[0].call.stack is stack


def test_the_shapes_used_last_are_kept_as_far_as_memory_allows():
    net = module()
    one = net.pool.lend(10, 1, 1, FLOAT, masked=False).stack.memory
    net.pool.memory = 3 * one
    for steps in (10, 10, 9, 8, 7, 6):
        net(torch.ones(steps, 1, 2))[0].sum().backward()
    assert net.pool.taken() <= 3 * one + net.pool.lend(6, 1, 1, FLOAT, masked=False).stack.memory
    assert [key[0] for key in net.pool.shelves][-3:] == [8, 7, 6]
    assert 10 not in [key[0] for key in net.pool.shelves]


def test_many_at_once_do_not_stay_for_good():
    net = module()
    net.pool.memory = 3 * net.pool.lend(10, 1, 1, FLOAT, masked=False).stack.memory
    graphs = [net(torch.ones(10, 1, 2))[0].sum() for _ in range(8)]
    del graphs
    net(torch.ones(10, 1, 2))[0].sum().backward()
    assert free(net.pool) <= 4


def test_what_is_about_a_stack_s_memory_is_about_its_memory():
    net = module("gru", num_layers=2)
    run, _ = net.run(torch.ones(40, 6, 2), record=True)
    run.y.sum().backward()
    found, todo = {}, [vars(part) for part in run.call.stack.parts.values()]
    while todo:
        thing = todo.pop()
        if isinstance(thing, np.ndarray):
            while isinstance(thing.base, np.ndarray):
                thing = thing.base
            found[id(thing)] = thing.nbytes
        elif isinstance(thing, dict):
            todo += thing.values()
        elif type(thing).__module__.startswith("rnnviz.engine") or isinstance(thing, SimpleNamespace):
            todo.append(vars(thing) if type(thing).__name__ in HOLDERS else {})
    assert 0.6 < sum(found.values()) / run.call.stack.memory < 1.6


def test_two_threads_may_go_back_through_one_graph():
    net = module(num_layers=2)
    x = torch.randn(40, 3, 2)
    y, _ = net(x)
    slopes = [torch.randn_like(y) for _ in range(2)]
    wanted = [torch.autograd.grad(y, list(net.parameters()), slope, retain_graph=True) for slope in slopes]
    wrong = []

    def back(i):
        for _ in range(100):
            found = torch.autograd.grad(y, list(net.parameters()), slopes[i], retain_graph=True)
            if not all(map(torch.equal, found, wanted[i])):
                wrong.append(i)

    threads = [threading.Thread(target=back, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_backward_for_many_gradients_counts_as_memory():
    net = module()
    net.pool.memory = 10_000_000
    rnnviz.influence(net, torch.ones(60, 4, 2))
    ((stack,),) = net.pool.shelves.values()
    batched = stack.kept["every step"]
    rows = sum(
        part.rows.nbytes + part.total["h"].nbytes + part.carried["h"].nbytes for part in batched.directions.values()
    )
    assert rows < batched.memory < 4 * rows
    assert net.pool.taken() == stack.own_memory + batched.memory
