"""From a program to a Python function that is compiled: see `writer` for how it is written."""
