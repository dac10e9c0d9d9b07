"""One exact pass forward and back through time, recorded, for any cell.

Reading order: ``layout`` (one matrix for all weights), ``forward`` (the loop), ``chain`` (the cell's derivatives),
``reverse`` (the loop back), ``weights`` (their gradients), ``direction`` and ``stack`` (layers and directions),
``function`` (the door to autograd), ``reading`` (from buffers to a record). Inside, arrays are feature-major,
(T, rows, N): a block of rows is contiguous and every view is made once. N counts columns: the sequences of a batch,
times the networks of a family.
"""
