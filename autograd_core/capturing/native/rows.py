"""The table of what must be where: rows for `looking`, with one for all items of a dict."""

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.looking import CASES, Row, function, machine, pointer

SPARSE = 4  # items of a dict for each that is looked at


class Table:
    """Rows in memory. `things` are {address: what is there} of all that the rows name, `kept` what else must live as long."""

    def __init__(self, rows, things, kept):
        self.things, self.kept = things, kept
        rows = [(CASES.index(row.what), *row[1:]) for row in self.by_dicts(rows)]
        self.rows = np.array(rows, np.int64).reshape(-1, len(Row._fields))

    def same(self):
        """LLVM's expression: 0 if everything is where it was."""
        return f"call i32 {function('same')}(ptr {pointer(self.rows.ctypes.data)}, i64 {len(self.rows)})"

    def moved(self):
        """A function for Python that says whether anything is elsewhere; and what must live as long."""
        asking, method = objects.function_at(machine()[1]["moved"], self.rows)
        return asking, (method, self)

    def by_dicts(self, rows):
        """The rows, with one for all items of a dict in the place of those for single ones: a step from one to the next takes a
        quarter of the time that it takes to find one."""
        dicts, others = {}, []
        for row in rows:
            if row.what in ("item", "length", "items") and type(self.things[row.thing]) is dict:
                dicts.setdefault(row.thing, []).append(row)
            else:
                others.append(row)
        for address, some in dicts.items():
            others += self.of_dict(address, self.things[address], some)
        # A processor foresees the next case if it is the same again
        return sorted(dict.fromkeys(others), key=lambda row: CASES.index(row.what))

    def of_dict(self, address, found, some):
        items, ordered = [row for row in some if row.what == "item"], any(row.what == "items" for row in some)
        lengths = {row.expected for row in some if row.what == "length"}
        values = {}
        for row in items:
            key, value = self.things[row.key], self.things[row.expected]
            own = next((k for k in found if k is key or (type(k) is type(key) is str and k == key)), None)
            if own is not None and found[own] is value:
                values[id(own)] = row.expected, row.more
        settled = len(values) == len(items) and lengths <= {len(found)}
        if not ordered and not (lengths and settled and len(found) <= SPARSE * len(items)):
            return some
        keys = list(found)
        words = words_of(keys, values if settled else {})
        self.kept.append((keys, words))
        whole = Row("items", address, 0, words.ctypes.data, len(found))
        return [whole] if settled else [whole, *(row for row in some if row.what != "items")]


def words_of(keys, values):
    """The words for the items of a dict; `values` are {id of a key: (address, whether a float of the same bits will do)}."""
    return np.array([(id(key), *values.get(id(key), (0, 0))) for key in keys], np.int64).reshape(-1, 3)
