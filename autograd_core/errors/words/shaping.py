"""Lines that are no arithmetic: what differs in silence, shapes, choosing."""

SHAPING = """
# What differs in silence
t.transpose(0, 1) -> t.swapaxes(0, 1)
t.std() -> t.std(ddof=1)
t.var() -> t.var(ddof=1)
t.repeat(2, 1) -> np.tile(t, (2, 1))
t.max(1).values -> t.max(axis=1)
t.max(1).indices -> t.argmax(axis=1)
t.min(1).values -> t.min(axis=1)
t.sort(1).values -> np.sort(t, axis=1)
t.sort(1).indices -> np.argsort(t, axis=1)
t.split(2, 1) -> np.split(t, range(2, t.shape[1], 2), axis=1)
torch.meshgrid(v, v, indexing="ij") -> np.meshgrid(v, v, indexing="ij")
t.nonzero() -> np.argwhere(t)
t.flatten(1) -> t.reshape(len(t), -1)
t.size(0) -> t.shape[0]
t.numel() -> t.size

# Shapes
t.view(3, 2) -> t.reshape(3, 2)
t.view_as(w) -> t.reshape(w.shape)
t.reshape_as(w) -> t.reshape(w.shape)
t.unflatten(1, (3, 1)) -> t.reshape(2, 3, 1)
t.unsqueeze(0) -> np.expand_dims(t, 0)
t.permute(1, 0) -> np.transpose(t, (1, 0))
t.t() -> t.T
t.H -> t.conj().T
t.mH -> t.conj().mT
t.adjoint() -> t.conj().mT
t.movedim(0, 1) -> np.moveaxis(t, 0, 1)
t.moveaxis(0, 1) -> np.moveaxis(t, 0, 1)
t.swapdims(0, 1) -> t.swapaxes(0, 1)
v.expand(2, 3) -> np.broadcast_to(v, (2, 3))
v.expand_as(t) -> np.broadcast_to(v, t.shape)
v.broadcast_to((2, 3)) -> np.broadcast_to(v, (2, 3))
t.sum_to_size(1, 3) -> t.sum(axis=0, keepdims=True)
t.tile((2, 1)) -> np.tile(t, (2, 1))
t.repeat_interleave(2, 0) -> np.repeat(t, 2, axis=0)
t.flip(0) -> np.flip(t, 0)
t.roll(1, 0) -> np.roll(t, 1, 0)
t.dim() -> t.ndim
t.ndimension() -> t.ndim
t.nelement() -> t.size
t.element_size() -> t.itemsize
t.unsafe_split(2, 1) -> np.split(t, range(2, t.shape[1], 2), axis=1)
t.split_with_sizes([1, 2], 1) -> np.split(t, [1], axis=1)
t.unsafe_split_with_sizes([1, 2], 1) -> np.split(t, [1], axis=1)
t.chunk(3, 1) -> np.array_split(t, 3, axis=1)
t.unsafe_chunk(3, 1) -> np.array_split(t, 3, axis=1)
t.tensor_split(2, 1) -> np.array_split(t, 2, axis=1)
t.hsplit(3) -> np.hsplit(t, 3)
t.vsplit(2) -> np.vsplit(t, 2)
b.dsplit(3) -> np.dsplit(b, 3)
t.unbind(0) -> list(t)
t.unfold(1, 2, 1) -> np.lib.stride_tricks.sliding_window_view(t, 2, axis=1)
torch.cat([t, u]) -> np.concatenate([t, u])
torch.concat([t, u], 1) -> np.concatenate([t, u], axis=1)
torch.concatenate([t, u]) -> np.concatenate([t, u])
torch.stack([t, u]) -> np.stack([t, u])
torch.hstack([t, u]) -> np.hstack([t, u])
torch.vstack([t, u]) -> np.vstack([t, u])
torch.row_stack([t, u]) -> np.vstack([t, u])
torch.dstack([t, u]) -> np.dstack([t, u])
torch.column_stack([t, u]) -> np.column_stack([t, u])
torch.block_diag(t, s) -> autograd_core.scipy.linalg.block_diag(t, s)
torch.broadcast_tensors(t, v) -> np.broadcast_arrays(t, v)
torch.broadcast_shapes((2, 1), (3,)) -> np.broadcast_shapes((2, 1), (3,))
torch.atleast_1d(t) -> np.atleast_1d(t)
torch.atleast_2d(v) -> np.atleast_2d(v)
torch.atleast_3d(b) -> np.atleast_3d(b)
torch.cartesian_prod(v, v) -> np.stack(np.meshgrid(v, v, indexing="ij"), axis=-1).reshape(-1, 2)

# Choosing
t.select(1, 0) -> t[:, 0]
t.narrow(1, 0, 2) -> t[:, 0:2]
t.narrow_copy(1, 0, 2) -> t[:, 0:2].copy()
t.index_select(1, i) -> np.take(t, i, axis=1)
t.index((m,)) ~> t[m]
t.gather(1, k) -> np.take_along_axis(t, k, axis=1)
t.take_along_dim(k, 1) -> np.take_along_axis(t, k, axis=1)
t.masked_select(m) -> t[m]
t.masked_fill(m, 0.0) -> np.where(m, 0.0, t)
t.where(m, u) -> np.where(m, t, u)
t.diag_embed() -> t[..., None] * np.eye(3)
t.scatter(1, k, u) -> y = t.copy(); np.put_along_axis(y, k, u, axis=1)
t.scatter_add(1, k, u) -> y = t.copy(); np.add.at(y, (np.arange(2)[:, None], k), u)
t.index_add(0, i, u) -> y = t.copy(); np.add.at(y, i, u)
t.index_copy(0, i, u) -> y = t.copy(); y[i] = u
t.index_fill(0, i, 7.0) -> y = t.copy(); y[i] = 7.0
t.index_put((i,), u) -> y = t.copy(); y[i] = u
t.select_scatter(v, 0, 1) -> y = t.copy(); y[1] = v
t.slice_scatter(v[None], 0, 1, 2) -> y = t.copy(); y[1:2] = v
s.diagonal_scatter(v) -> y = s.copy(); y[np.arange(3), np.arange(3)] = v
t.masked_scatter(m, u) -> y = t.copy(); y[m] = u.ravel()[: m.sum()]
t.put(i, v[:2]) -> y = t.copy(); y[np.unravel_index(i, t.shape)] = v[:2]
torch.bucketize(t, s[0]) -> np.searchsorted(s[0], t)
torch.isin(t, u) -> np.isin(t, u)
torch.tril_indices(3, 3) -> np.stack(np.tril_indices(3))
torch.triu_indices(3, 3) -> np.stack(np.triu_indices(3))
torch.combinations(v) -> v[np.stack(np.triu_indices(3, 1), axis=-1)]
torch.unravel_index(k, (2, 3)) -> np.unravel_index(k, (2, 3))
"""
