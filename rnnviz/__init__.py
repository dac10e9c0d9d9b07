"""Recurrent networks, seen through: every state, gate and gradient of a real training, exactly."""
