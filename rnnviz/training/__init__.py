"""Updates, clipping, snapshots for the film. Not all of it needs torch, so nothing is imported here."""
