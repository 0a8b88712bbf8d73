"""Attributes of SciPy's classes that are Tensors if these are recorded: nobody shall read a value that has left the graph."""


def recordable(name):
    """The attribute of that name: from `self.recorded`, else SciPy's own value, which newer versions keep as `_name`."""
    hidden = f"_{name}"

    def get(self):
        return self.recorded[name] if name in self.recorded else getattr(self, hidden)

    def put(self, value):
        setattr(self, hidden, value)

    return property(get, put)
