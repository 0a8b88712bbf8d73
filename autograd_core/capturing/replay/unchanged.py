"""Whether all that a step reaches, beside what it is given, still is what it was: the part of the guard that is most of it.

The first replays go through columns, which are made at once. Tests one by one take half of the time, but to have them
compiled takes as long as hundreds of replays, so that is done once there have been as many.
"""

from functools import partial
from operator import contains
from weakref import WeakSet

from autograd_core.capturing.look.places import Table, current, same_items, same_number
from autograd_core.capturing.replay.writer import END, Writer, code_of, own_copy

ENOUGH = 300  # replays; after these, columns have taken as long as tests would have, with their compiling


class Unchanged:
    """That `reached` and [(place, number)] of what the recording took for granted are as they were.

    ask   the function that says whether there is anything else, or raises an error
    """

    def __init__(self, reached, numbers):
        self.reached, self.numbers = reached, numbers
        self.ask, self.left, self.columns = self.changed, ENOUGH, None
        self.writers = WeakSet()  # of the functions that ask

    def name(self, w):
        """What `ask` is called in a function that is written."""
        self.writers.add(w)
        w.env["changed"] = self.ask
        return "changed"

    # By columns

    def changed(self):
        self.left -= 1
        if self.left < 0:
            self.compile()
            return self.ask()
        if self.columns is None:
            self.columns = Columns(self.reached, self.numbers)
        return not (self.same_objects() and self.same_numbers())

    def same_objects(self):
        return self.columns.are_the_same()

    def same_numbers(self):
        """Another object may still be an equal number."""
        return self.columns.numbers.is_the_same() or self.holds()

    def holds(self):
        return all(same_number(current(place), value) for place, value in self.numbers)

    # By tests, one by one

    def compile(self):
        """From now on, a function of tests is asked."""
        w = Writer(None, None)
        exec(code_of(f"def changed():\n    return {' or '.join(self.tests(w)) or 'False'}\n"), w.env)
        self.ask, self.columns = own_copy(w.env["changed"]), None
        for writer in self.writers:
            writer.env["changed"] = self.ask

    def tests(self, w):
        """Expressions that are true if something is not what it was."""
        return [*dict.fromkeys((*self.tests_of_objects(w), *self.tests_of_numbers(w)))]

    def tests_of_numbers(self, w):
        """One test for all numbers."""
        if not self.numbers:
            return []
        tests = w.displaced(self.numbers, "k")
        return [f"({' or '.join(dict.fromkeys(tests))}) and not {w.name('same', self.holds)}()"]

    def tests_of_objects(self, w):
        """That every object on the way to what is read is the same one, and that containers are as long as they were."""
        reached = self.reached
        tests = w.displaced(reached.links, "o")
        for container, length, _ in reached.sizes:
            name = w.once("o", container)
            tests.append(f"len({name}) != {length}" if length or type(container) not in PLAIN else name)
        missing = (*reached.absent, *reached.builtins)
        tests += [f"{w.text(place.key)} in {w.once('o', place.container)}" for place, _ in missing]
        if reached.orders:
            keys = ", ".join(f"*{w.once('o', container)}" for container, _, _ in reached.orders)
            tests.append(f"[{keys}] != {w.name('k', [key for _, keys, _ in reached.orders for key in keys])}")
        if unlike := unlike_text(reached):
            items = ", ".join([f"*{w.once('o', container)}, END" for container, _ in unlike])
            known = w.name("k", [item for _, items in unlike for item in (*items, END)])
            same = w.name("same_items", partial(same_items, unlike))
            tests.append(f"(not all(map(is_, [{items}], {known})) and {same}() is not True)")
        return tests


class Columns:
    """The same as columns, which C goes through."""

    def __init__(self, reached, numbers):
        self.links, self.numbers = reached.tables()[0], Table(numbers)
        self.containers, self.lengths = [each for each, *_ in reached.sizes], [length for _, length, _ in reached.sizes]
        missing = [place for place, _ in (*reached.absent, *reached.builtins)]
        self.missing = [place.container for place in missing], [place.key for place in missing]
        self.orders = [(container, keys) for container, keys, _ in reached.orders]
        self.unlike = unlike_text(reached)

    def are_the_same(self):
        return (
            self.links.is_the_same()
            and [*map(len, self.containers)] == self.lengths
            and not any(map(contains, *self.missing))
            and all(list(container) == keys for container, keys in self.orders)
            and same_items(self.unlike)
        )


def unlike_text(reached):
    """[(container, its items or keys)] of sets, and of dicts of which the keys may be equal and not the same: the very same ones
    are to be in them, in the same order; numbers may be equal."""
    unlike = [(each, items) for each, items, _ in reached.orders if not ONLY_TEXT.issuperset(map(type, items))]
    return unlike + [(each, items) for each, items, _ in reached.sets]


ONLY_TEXT = frozenset([str])  # which is the same if it is equal
PLAIN = (dict, list)  # whether one is empty is asked in half the time
