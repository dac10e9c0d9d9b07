"""Vanishing and exploding gradients: how far back the error reaches."""
