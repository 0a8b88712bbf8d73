"""einsum in all its forms.

Whatever the call looks like, it comes down to one explicit form: a string of letters for each operand and for the output,
without ellipses. The gradient of an operand then is one more einsum: of ḡ and the other operands, to the operand's letters.
"""

from functools import lru_cache

import numpy as np

from autograd_core.derivatives.strong import strongly
from autograd_core.derivatives.table import composed, primitive

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # in the order in which NumPy sorts an implicit output


@composed("einsum")
def einsum(*operands, optimize=False, **options):
    terms, out, operands = parse(operands)
    if len(terms) == 1 and options.get("out") is None and set(terms[0]) == set(out):  # NumPy takes no notice of other options
        return relabelled(operands[0], terms[0], out)
    return contract(terms, out, operands, optimize, options)


@primitive(
    "Σ of the operands' product | Σ of ḡ times the others",
    name="einsum",
    sequence="operands",
    operands=lambda g, terms, out_term, operands, i, optimize: contract_operand(g, terms, out_term, operands, i, optimize),
)
def contract(terms, out_term, operands, optimize, options):
    return np.einsum(f"{','.join(terms)}->{out_term}", *operands, optimize=optimize, **options)


@primitive(
    "x, or a diagonal, with axes in another order | zeros, ḡ in its place",
    name="einsum",
    x=lambda g, x_shape, term, out_term: contract_operand(g, (term,), out_term, (np.broadcast_to(0.0, x_shape),), 0, False),
)
def relabelled(x, term, out_term):
    """What einsum makes of one operand of which it sums nothing: a view, which can be assigned to."""
    return np.einsum(f"{term}->{out_term}", x)


def contract_operand(g, terms, out_term, operands, i, optimize):
    """What goes back to operand i: ḡ times the other operands, summed over all letters that i does not have.

    A letter that stands twice in its term (a diagonal was taken) gets a name for each place, and an identity matrix that
    ties them. Along a letter that nothing else has (it was summed up there, or stretched) ones do the spreading.
    """
    shape = np.shape(operands[i])
    inputs = [(out_term, g), *((term, operand) for k, (term, operand) in enumerate(zip(terms, operands, strict=True)) if k != i)]
    size = {}
    for term, operand in inputs:
        for letter, n in zip(term, np.shape(operand), strict=True):
            size[letter] = n if size.get(letter, 1) == 1 else size[letter]
    free = iter(sorted(set(LETTERS).difference(out_term, *terms)))
    target = ""
    for letter, n in zip(terms[i], shape, strict=True):
        if size.get(letter) is None or size[letter] == 1 != n:
            inputs.append((letter, np.ones(n, g.dtype)))
            size[letter] = n
        if letter in target:
            name = next(free)
            inputs.append((letter + name, np.eye(size[letter], dtype=g.dtype)))
            letter = name
        target += letter
    terms, (g, *others) = zip(*inputs, strict=True)
    subscripts, optimize = f"{','.join(terms)}->{target}", optimize is not False
    return strongly(lambda *operands: np.einsum(subscripts, *operands, optimize=optimize), g, *others)


# What a call means


def parse(args):
    """The arguments of einsum, as (a term of letters for each operand, the output's term, the operands)."""
    if isinstance(args[0], str):
        subscripts, operands = args[0], args[1:]
    else:
        pairs, rest = args[: len(args) // 2 * 2], args[len(args) // 2 * 2 :]
        operands = pairs[::2]
        subscripts = ",".join(map(spelled, pairs[1::2])) + ("->" + spelled(rest[0]) if rest else "")
    return (*explicit(subscripts, tuple([np.ndim(operand) for operand in operands])), operands)


def spelled(sublist):
    """[0, ..., 2] -> 'A...C'"""
    return "".join("..." if label is Ellipsis else LETTERS[label] for label in sublist)


@lru_cache(1000)
def explicit(subscripts, ndims):
    """('...ij,jk', (3, 2)) -> (('aij', 'jk'), 'aik'): without blanks, with an output and without ellipses."""
    inputs, arrow, out = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        raise ValueError(f"einsum: {subscripts!r} has {len(terms)} terms, but there are {len(ndims)} operands")
    if not arrow:
        out = ("..." if "..." in inputs else "") + "".join(letter for letter in LETTERS if inputs.count(letter) == 1)
    hidden = [ndim - len(term.replace("...", "")) if "..." in term else 0 for term, ndim in zip(terms, ndims, strict=True)]
    for term, ndim, count in zip(terms, ndims, hidden, strict=True):
        if count < 0 or ("..." not in term and len(term) != ndim):
            raise ValueError(f"einsum: the term {term!r} does not fit an operand of {ndim} dimensions")
    # Axes after an ellipsis broadcast: they line up at its right end.
    names = "".join(sorted(set(LETTERS).difference(out, *terms)))[: max(hidden)]
    filled = [term.replace("...", names[len(names) - count :]) for term, count in zip(terms, hidden, strict=True)]
    return tuple(filled), out.replace("...", names)
