"""Torch modules on the engine: recurrent stacks, networks, their first weights, and one pass through them."""
