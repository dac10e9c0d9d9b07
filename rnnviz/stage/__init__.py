"""The animated network: a film packed in Python, played in the browser."""
