"""One exact pass forward and back through time, recorded, for any cell.

Reading order: ``ops`` (what a pass is made of), ``native`` (many ops as one piece of machine code), ``tape`` (a cell's
equations as ops), ``weight_layout`` (one matrix for all weights), ``forward`` (the loop), ``local_derivatives`` and
``masked_derivatives`` (the chain rule inside a step), ``backward`` (the loop back), ``weight_gradients``, ``norms``
(how long each step's share is), ``direction``, ``plan`` and ``stack`` (layers and directions), ``batched_backward`` and
``truncation`` (backward for many gradients at once), ``pool`` (buffers on loan), ``call`` and ``function`` (the door to
torch and its autograd), ``layer_traces`` (from buffers to a record).

Inside, arrays are feature-major, (T, rows, N): a block of rows is contiguous, every view is made once, and a pass is a
list of ops on them that was made beforehand. N counts columns: the sequences of a batch, times the networks of a
family.
"""
