"""One question a file: a configuration goes in, what was measured comes out."""
