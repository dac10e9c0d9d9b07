"""One picture a file: a result goes in, a Plotly figure comes out."""
