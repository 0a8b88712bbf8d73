"""What comes out the same each time: calls behind a comparison of what they are made of with a copy of it."""

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import with_zeros
from autograd_core.capturing.program.order import aligned, order_of


class Once:
    """The part of a `Writer` that writes them."""

    def same_each_time(self, guards):
        """Write the calls that a program calls steady, its first ones; how many there are."""
        calls = [call for call in self.program.calls if call.out in self.program.steady]
        if not calls:
            return 0
        inside = {call.out for call in calls}
        needed = {value for call in self.program.calls if call.out not in inside for value in call.operands}
        for value in needed & inside:
            if value.shape and not functions.is_view(self.origins[value]) and self.origins[value].function is not with_zeros:
                self.permanently(value, aligned(value.shape, value.dtype, order_of(value.sample)))
        read = [self.root(value) for call in calls if not functions.is_view(call) for value in call.operands]
        names = [self.names[value] for value in dict.fromkeys(read) if value.source is not None]
        known = self.name("h", [bytearray()] * len(names))  # their bytes; a bytearray is compared with memory, without a copy
        self.line(f"if {' or '.join([f'{known}[{i}] != {name}' for i, name in enumerate(names)])}:")
        self.indent = "    "
        self.line(f"{known}[0] = bytearray()")  # should something go wrong on the way
        for i, call in enumerate(calls):
            self.made(call, i, guards)
        self.line(f"{known}[:] = {', '.join([f'bytearray({name})' for name in names])},")
        self.indent = ""
        return len(calls)
