"""One question per file: a configuration goes in, what was measured comes out."""
