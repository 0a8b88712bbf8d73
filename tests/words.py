"""The lines of `autograd_core.errors.words.ROWS`, run: what stands for t, u and the others, and results as plain arrays."""

import numpy as np

T = [[0.5, -0.25, 0.75], [0.875, 0.375, -0.5]]
OPERANDS = {
    "t": np.array(T),
    "u": np.array([[1.5, 2.5, 1.25], [2.0, 1.125, 3.0]]),
    "w": np.array([[0.25, 1.75, 2.0], [1.0, 4.0, 0.5]]),
    "p": np.array([[0.5, 0.25, 0.75], [0.875, 0.375, 0.125]]),
    "v": np.array([0.25, 1.0, 2.0]),
    "s": np.array([[2.0, 0.0, 0.0], [0.5, 3.0, 0.0], [0.25, 1.0, 4.0]]) @ np.diag([1.0, 1.5, 0.5]),
    "k": np.array([[0, 1, 1], [1, 0, 1]]),
    "i": np.array([1, 0]),
    "m": np.array([[True, False, True], [False, True, True]]),
    "a": np.array([1.0, 2.0]),
}
OPERANDS["s"] = OPERANDS["s"] @ OPERANDS["s"].T  # symmetric, positive definite
OPERANDS["b"] = np.stack([OPERANDS["s"], OPERANDS["s"] + np.eye(3), OPERANDS["s"] @ OPERANDS["s"] / 8])


def run(line, names):
    """The value of an expression; of statements that of y, or else of t."""
    names = dict(names)
    try:
        result = eval(line, names)
    except SyntaxError:
        exec(line, names)
        result = names.get("y")
    return names["t"] if result is None else result


def arrays(result):
    """All numbers of a result, as a list of arrays."""
    if isinstance(result, (tuple, list)):
        return [array for part in result for array in arrays(part)]
    if hasattr(result, "detach"):
        result = result.detach().resolve_conj().numpy() if hasattr(result, "resolve_conj") else result.numpy()
    return [np.asarray(result)]
