"""Random expressions of scalars, as straight-line code that any class with operators can run."""

import random

INPUTS = 10

# code of the operation, its value, and how far it stretches errors da, db of its operands
OPERATIONS = (
    ("{} + {}", lambda a, b: a + b, lambda a, b, da, db: da + db),
    ("{} - {}", lambda a, b: a - b, lambda a, b, da, db: da + db),
    ("{} * {}", lambda a, b: a * b, lambda a, b, da, db: abs(b) * da + abs(a) * db),
    ("{} / {}", lambda a, b: a / b, lambda a, b, da, db: da / abs(b) + abs(a) / b**2 * db),
    ("{}**2", lambda a, b: a**2, lambda a, b, da, db: 2 * abs(a) * da),
    ("relu({})", lambda a, b: max(a, 0.0), lambda a, b, da, db: da),
)


def expression(seed, operations=1000):
    """(function f(relu, *inputs), inputs): an expression of `operations` operations, all kinds proposed equally often.

    A proposed operation is refused if its value is not between 0.1 and 5 in magnitude or could have gathered 10⁵ times
    the error of the inputs: otherwise a thousand operations overflow, or make gradients that are nothing but rounding.
    Values that were never used are preferred as operands, and the rest of them added up at the end, so that a backward
    pass has to go everywhere.
    """
    r = random.Random(seed)
    inputs = [r.uniform(0.5, 1.5) for _ in range(INPUTS)]
    values, errors = list(inputs), [1.0] * INPUTS
    unused, lines = set(range(INPUTS)), []

    def operand():
        kind = r.random()
        if kind < 0.4 and unused:
            return r.choice(sorted(unused))
        return r.randrange(INPUTS) if kind < 0.6 else r.randrange(max(0, len(values) - 20), len(values))

    while len(lines) + len(unused) - 1 < operations:
        code, value, stretch = r.choice(OPERATIONS)
        i, j = operand(), operand()
        a, b, da, db = values[i], values[j], errors[i], errors[j]
        if not (0.1 < abs(value(a, b)) < 5 and stretch(a, b, da, db) < 1e5):
            continue
        lines.append(f"v{len(values)} = {code.format(f'v{i}', f'v{j}')}")
        unused -= {i, j} if code.count("{}") == 2 else {i}
        unused.add(len(values))
        values.append(value(a, b))
        errors.append(stretch(a, b, da, db))
    lines.append("return " + " + ".join(f"v{k}" for k in sorted(unused)))
    arguments = ", ".join(f"v{i}" for i in range(INPUTS))
    space = {}
    exec(f"def f(relu, {arguments}):\n    " + "\n    ".join(lines), space)
    return space["f"], inputs
