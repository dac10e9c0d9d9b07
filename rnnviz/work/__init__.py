"""Long work in slices: it grows, can be stopped after any slice, keeps what it has, and can go on anywhere.

Reading order: ``slices`` (what a piece of long work is), ``pace`` (how much of it is done between two looks at a page),
``desk`` (what has been done already, shared by all visitors).
"""
