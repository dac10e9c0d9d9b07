"""One problem per file: what goes in, what should come out, and what a model that knows nothing would lose."""
