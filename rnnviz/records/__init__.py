"""What is recorded of a pass or a training, how it is recorded, kept and read."""
