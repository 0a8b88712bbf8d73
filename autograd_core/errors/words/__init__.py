"""PyTorch's words, and the line to write here: one table, `ROWS`, and lists of names.

On the left of a row is PyTorch's line, on the right ours. In them t, u, w have the shape (2, 3), p too with numbers between 0
and 1, v (3,), s (3, 3), b is a stack of such; k are integers, m is a mask, i are indices, rng is a generator. `->` means the same
numbers (a test runs both), `~>` that they are random or of another form. docs/howto/pytorch-to-numpy.md is made of it. Nobody
looks here for what exists.

After a change run `python -m tests.reference.make_words`, which needs PyTorch, and `python docs/pytorch_page.py`.
"""

from autograd_core.errors.words.computing import COMPUTING
from autograd_core.errors.words.making import MAKING
from autograd_core.errors.words.shaping import SHAPING

ROWS = SHAPING + COMPUTING + MAKING
