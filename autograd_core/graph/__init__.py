"""The graph: what is recorded of an operation, and the backward pass over it.

nodes            an operation, and a leaf
variable         what the operands of an operation may be
trees            values in nested lists, tuples and dicts
modes, anomaly   whether operations are recorded, and searched for NaN
views, edits     who shares memory with whom, and which values have changed since they were saved
memory           the 0-d array of a Tensor of shape () while somebody else holds it
roots            powers and products of roots, whose derivatives are finite where the root's is not
apply, arity     run an entry of the table, and record a node for it; operators do so in fewer calls
results          a value as a Tensor, with a node or without one
refusals         what is said if an operation cannot be done
backward_pass    which nodes, in which order, and what flows between them
kinks, rewrap    what a pass needs that is itself recorded
ties, pieces     and where it meets functions that choose between equals
steep            and roots at 0, whose slopes are infinite
pushing          forward mode in one pass, by the transposes of rules (transposes, shapes)
gradients        what a user starts: `t.backward()`, and what grad, vjp and jvp are made of
hooks            functions of a user's own that see a gradient
"""
