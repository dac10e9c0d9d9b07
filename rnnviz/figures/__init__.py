"""One picture per file: a result goes in, a Plotly figure comes out. They work in a notebook as well."""
