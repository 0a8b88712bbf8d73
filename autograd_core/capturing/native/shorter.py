"""The guard of what NumPy replays, shorter where machine code can look first."""

import ast

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.quick import Quick, UnknownTestError


def shorten(w, lines, parameters):
    """The lines of a guard, shorter where machine code can look: for programs that NumPy replays although native code was asked
    for."""
    if not objects.tells():
        return lines
    short = Shortened(lines, w.env, parameters)
    w.env["moved"], w.env["moved_kept"] = short.table.moved()
    return short.shorter


class Shortened(Quick):
    """The lines of a guard of Python's, `shorter`, in which what can be told from a table comes last, and only if a look at that
    table, `moved`, says so."""

    def read_all(self, lines):
        self.shorter, late = [], []
        for line in lines:
            statement = ast.parse(line).body[0]
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                self.registers[statement.targets[0].id] = "a local name"
            tests = self.tests(statement)
            if tests is None:
                self.shorter.append(line)
                continue
            told = [test for test in tests if self.is_told(test)]
            late += [ast.unparse(test) if not isinstance(test, ast.BoolOp) else f"({ast.unparse(test)})" for test in told]
            if left := [f"({ast.unparse(test)})" for test in tests if test not in told]:
                self.shorter.append(f"if {' or '.join(left)}: return MISS")
        if late:
            self.shorter.append(f"if moved() and ({' or '.join(late)}): return MISS")

    def tests(self, statement):
        """The tests of which one makes the guard say that the program does not apply; None of another line."""
        if not isinstance(statement, ast.If) or ast.unparse(statement.body) != "return MISS":
            return None
        test = statement.test
        return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]

    def is_told(self, test):
        """Whether rows alone tell that a test does not hold; they are kept then."""
        rows, lines = len(self.rows), len(self.body)
        try:
            self.test(test, numbers=False)
        except UnknownTestError:
            pass
        else:
            if len(self.rows) > rows and len(self.body) == lines:
                return True
        del self.rows[rows:], self.body[lines:]
        return False
