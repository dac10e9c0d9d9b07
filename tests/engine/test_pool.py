"""Buffers on loan: whose they are, when they come back, and how many are kept."""

import gc
import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import rnnviz
from rnnviz.cells import CELLS
from rnnviz.engine.forward import Columns
from rnnviz.engine.pool import Pool, Store
from rnnviz.engine.stack import Stack
from rnnviz.models.first_weights import FirstWeights
from rnnviz.models.network import Network
from rnnviz.training.lockstep import Lockstep, UpdateRule

HOLDERS = {"Forward", "SimpleNamespace", "LocalDerivatives", "Factors", "WeightGradients", "Norms"}
FLOAT = np.dtype(np.float32)


def module(name="lstm", **options):
    made = rnnviz.Recurrent(CELLS[name](), 2, 4, **options)
    made.pool = Pool(made.plan, Store())  # of its own
    return made


def memory(net, steps):
    """About what a stack of so many steps takes."""
    return Stack(net.plan, Columns(steps, 1, 1, FLOAT)).memory


def free(pool):
    gc.collect()
    return sum(len(shelf) for shelf in pool.store.shelves.values())


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


def test_the_stacks_used_last_are_kept_as_far_as_the_bound_allows():
    nets = [module(), module("gru")]
    nets[1].pool.store = store = nets[0].pool.store
    store.max_bytes = 3 * memory(nets[0], 10)
    for steps in (10, 10, 9, 8, 7, 6):
        for net in nets:
            net(torch.ones(steps, 1, 2))[0].sum().backward()
    assert store.taken == sum(stack.memory for shelf in store.shelves.values() for stack in shelf)
    assert store.max_bytes / 2 < store.taken <= store.max_bytes
    assert [shelf[:2] for shelf in store.shelves][-2:] == [(net.plan, 6) for net in nets]
    assert not {9, 10} & {shelf[1] for shelf in store.shelves}


def test_many_at_once_do_not_stay():
    net = module()
    net.pool.store.max_bytes = 3 * memory(net, 10)
    graphs = [net(torch.ones(10, 1, 2))[0].sum() for _ in range(8)]
    assert free(net.pool) == 0
    del graphs
    assert free(net.pool) == 3


def test_a_store_can_be_emptied_while_stacks_are_on_loan():
    net = module()
    lent = net.pool.lend(10, 1, 1, FLOAT, masked=False)
    net.pool.lend(10, 1, 1, FLOAT, masked=False)
    net.pool.store.clear()
    assert (free(net.pool), net.pool.store.taken) == (0, 0)
    memory_of_it = lent.stack.memory
    del lent
    assert (free(net.pool), net.pool.store.taken) == (1, memory_of_it)


def test_the_stack_used_last_is_kept_however_large():
    net = module()
    net.pool.store.max_bytes = 1
    for steps in (10, 9, 10):
        net(torch.ones(steps, 1, 2))[0].sum().backward()
        assert [shelf[1] for shelf in net.pool.store.shelves] == [steps]


def test_a_stack_may_come_back_while_its_store_is_at_work():
    """The collector of garbage may run anywhere, in the thread that has the lock, too."""
    net = module()
    lease = net.pool.lend(10, 1, 1, FLOAT, masked=False)
    with net.pool.store.lock:
        del lease
        assert free(net.pool) == 0
    again = net.pool.lend(10, 1, 1, FLOAT, masked=False)
    assert free(net.pool) == 0
    del again
    assert free(net.pool) == 1


def test_stacks_that_many_threads_take_and_give_back_are_all_accounted_for():
    net = module()
    store = net.pool.store
    store.max_bytes = 4 * memory(net, 10)

    def take():
        for k in range(300):
            leases = [net.pool.lend(5 + (k + i) % 3, 1, 1, FLOAT, masked=False) for i in range(3)]
            assert len({id(lease.stack) for lease in leases}) == 3

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    net.pool.lend(5, 1, 1, FLOAT, masked=False)
    kept = [stack for shelf in store.shelves.values() for stack in shelf]
    assert set(kept) == set(store.stacks)
    assert len(set(kept)) == len(kept)
    assert store.taken == sum(stack.memory for stack in kept) <= store.max_bytes
    assert not store.returned


def test_what_is_about_a_stack_s_memory_is_about_its_memory():
    net = module("gru", num_layers=2)
    run, _ = net.run(torch.ones(40, 6, 2), record=True)
    run.y.sum().backward()
    assert 0.6 < weight_of(run.call.stack) / run.call.stack.memory < 1.6


@pytest.mark.parametrize("cell", CELLS)
def test_so_it_is_where_networks_train_side_by_side(cell):
    start = FirstWeights.of(Network(CELLS[cell](), 3, 32, 3))
    pair = Lockstep([start, start], 30, 10, slice(-1, None), [UpdateRule(), UpdateRule()])
    pair.forward_backward(np.ones((30, 20, 3), np.float32), np.zeros((1, 20), np.int64))
    assert 0.6 < weight_of(pair.stack) / pair.stack.memory < 1.6


def weight_of(stack):
    found, todo = {}, [vars(part) for part in stack.parts.values()]
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
    return sum(found.values())


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
    rnnviz.influence(net, torch.ones(60, 4, 2))
    ((stack,),) = net.pool.store.shelves.values()
    batched = stack.kept["every step"]
    rows = sum(
        part.rows.nbytes + part.total["h"].nbytes + part.carried["h"].nbytes for part in batched.directions.values()
    )
    assert rows < batched.memory < 4 * rows
    assert net.pool.store.taken == stack.own_memory + batched.memory
