"""Whole training programs, drawn at random, run captured beside eager: after every call everything must be the same, or refused.

python -m tests.capture.fuzz 0 2000          the programs of seeds 0 to 1999; prints each failure as a shrunk program
python -m tests.capture.fuzz 1234 --show     the program of one seed, as Python

program       what a program is: pieces of source text; drawn from a seed; rendered
ingredients   what steps are made of: layers, losses, optimizers, settings, counters, results
skeletons     kinds of programs, put together from these
events        what happens between calls
twins         the same program twice, one captured; run line by line, and compared
compare       two worlds walked side by side
shrink        pieces dropped while the program still fails
"""
