"""PyTorch's words, and the line to write here: one table, `ROWS`. Names alone are in `hints`, those of arguments in `arguments`.

On the left of a row is PyTorch's line, on the right ours. In them t, u, w have the shape (2, 3), p too with numbers between 0
and 1, v (3,), s (3, 3), b is a stack of such; k are integers, m is a mask, i are indices, rng is a generator. `->` means the same
numbers (a test runs both), `~>` that they are random or of another form. docs/howto/pytorch-to-numpy.md is made of it. Nobody
looks here for what exists.

After a change run `python -m tests.reference.make_words`, which needs PyTorch, and `python docs/pytorch_page.py`.
"""

ROWS = """
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

# Arithmetic
t.add(u) -> t + u
t.sub(u) -> t - u
t.mul(u) -> t * u
t.div(u) -> t / u
t.neg() -> -t
u.pow(t) -> u**t
torch.rsub(t, u) -> u - t
t.clamp(0, 1) -> t.clip(0, 1)
t.clamp_min(0) -> np.maximum(t, 0)
t.clamp_max(1) -> np.minimum(t, 1)
u.rsqrt() -> 1 / np.sqrt(u)
t.frac() -> t - np.trunc(t)
t.sgn() -> np.sign(t)
t.conj_physical() -> t.conj()
t.resolve_conj() -> t
t.resolve_neg() -> t
t.lerp(u, 0.5) -> t + 0.5 * (u - t)
t.addcmul(u, u, value=2) -> t + 2 * u * u
t.addcdiv(t, u, value=2) -> t + 2 * t / u
t.ldexp(k) -> np.ldexp(t, k)
p.acos() -> np.arccos(p)
u.acosh() -> np.arccosh(u + 1 - 1)
t.asin() -> np.arcsin(t)
t.asinh() -> np.arcsinh(t)
t.atan() -> np.arctan(t)
t.atan2(u) -> np.arctan2(t, u)
p.atanh() -> np.arctanh(p)
t.absolute() -> np.abs(t)
p.logit() -> np.log(p / (1 - p))
t.prelu(v[:1]) -> np.where(t > 0, t, v[:1] * t)
torch.polar(u, t) -> u * np.exp(1j * t)
torch.complex(t, u) -> t + 1j * u
torch.view_as_real(t + 1j) -> np.stack([t, np.ones((2, 3))], axis=-1)

# scipy.special, which takes Tensors
t.erf() -> scipy.special.erf(t)
t.erfc() -> scipy.special.erfc(t)
p.erfinv() -> scipy.special.erfinv(p)
u.lgamma() -> scipy.special.gammaln(u)
u.digamma() -> scipy.special.psi(u)
u.polygamma(1) -> autograd_core.scipy.special.polygamma(1, u)
u.mvlgamma(1) -> autograd_core.scipy.special.multigammaln(u, 1)
u.igamma(w) -> scipy.special.gammainc(u, w)
u.igammac(w) -> scipy.special.gammaincc(u, w)
t.i0() -> scipy.special.i0(t)
t.xlogy(u) -> scipy.special.xlogy(t, u)

# autograd_core's own
t.softmax(1) -> autograd_core.softmax(t, axis=1)
t.log_softmax(1) -> autograd_core.log_softmax(t, axis=1)
t.logsumexp(1) -> autograd_core.logsumexp(t, axis=1)

# Comparing
t.eq(u) -> t == u
t.ne(u) -> t != u
t.lt(u) -> t < u
t.le(u) -> t <= u
t.gt(u) -> t > u
t.ge(u) -> t >= u
t.equal(u) -> np.array_equal(t, u)
t.is_nonzero() ~> bool(t)
t.is_same_size(u) -> t.shape == u.shape
t.is_floating_point() -> t.dtype.kind == "f"
t.is_complex() -> t.dtype.kind == "c"
t.is_signed() -> t.dtype.kind in "fci"
torch.is_tensor(t) -> isinstance(t, Tensor)

# Reductions
t.amax(1) -> t.max(axis=1)
t.amin(1) -> t.min(axis=1)
t.aminmax() -> (t.min(), t.max())
t.median() -> np.sort(t, axis=None)[(t.size - 1) // 2]
t.nanmedian() -> np.sort(t, axis=None)[(np.sum(~np.isnan(t)) - 1) // 2]
t.quantile(0.3) -> np.quantile(t, 0.3)
t.nanquantile(0.3) -> np.nanquantile(t, 0.3)
t.kthvalue(2, 1).values -> np.partition(t, 1, axis=1)[:, 1]
t.topk(2, 1).values -> np.sort(t, axis=1)[:, ::-1][:, :2]
t.msort() -> np.sort(t, axis=0)
t.cummax(1).values -> np.maximum.accumulate(t, axis=1)
t.cummin(1).values -> np.minimum.accumulate(t, axis=1)
t.logcumsumexp(1) -> np.logaddexp.accumulate(t, axis=1)
t.norm() -> np.linalg.norm(t)
t.dist(u) -> np.linalg.norm(t - u)
torch.cdist(t, s) -> np.linalg.norm(t[:, None] - s, axis=-1)
torch.pdist(s) -> np.linalg.norm(s[:, None] - s, axis=-1)[np.triu_indices(3, 1)]
torch.pairwise_distance(t, u) -> np.linalg.norm(t - u + 1e-6, axis=1)
torch.cosine_similarity(t, u) -> np.sum(t * u, axis=1) / (np.linalg.norm(t, axis=1) * np.linalg.norm(u, axis=1))
torch.var_mean(t) -> (t.var(ddof=1), t.mean())
torch.std_mean(t) -> (t.std(ddof=1), t.mean())
t.histc(4, -2, 2) -> np.histogram(t.detach(), 4, (-2, 2))[0]
i.bincount() -> np.bincount(i)
torch.gradient(v)[0] -> np.gradient(v)
torch.cumulative_trapezoid(v) -> np.cumsum((v[1:] + v[:-1]) / 2)
torch.vander(v) -> np.vander(v)
torch.trapz(v) -> np.trapezoid(v)

# Products and matrices
t.mm(s) -> t @ s
t.matmul(s) -> t @ s
s.mv(v) -> s @ v
b.bmm(b) -> b @ b
v.outer(v) -> np.outer(v, v)
v.ger(v) -> np.outer(v, v)
v.vdot(v) -> np.vdot(v, v)
t.addmm(t, s) -> t + t @ s
v.addmv(s, v) -> v + s @ v
s.addr(v, v) -> s + np.outer(v, v)
b.baddbmm(b, b) -> b + b @ b
s.addbmm(b, b) -> s + (b @ b).sum(axis=0)
torch.einsum("ij,kj->ik", t, u) -> np.einsum("ij,kj->ik", t, u)
torch.tensordot(t, s, 1) -> np.tensordot(t, s, 1)
torch.chain_matmul(t, s, s) -> np.linalg.multi_dot([t, s, s])
s.det() -> np.linalg.det(s)
s.logdet() -> np.linalg.slogdet(s)[1]
s.slogdet() -> np.linalg.slogdet(s)
s.inverse() -> np.linalg.inv(s)
t.pinverse() -> np.linalg.pinv(t)
s.cholesky() -> np.linalg.cholesky(s)
s.cholesky_inverse() -> np.linalg.inv(np.tril(s) @ np.tril(s).T)
s.cholesky_solve(s) -> np.linalg.solve(np.tril(s) @ np.tril(s).T, s)
s.triangular_solve(s)[0] -> autograd_core.scipy.linalg.solve_triangular(s, s)
s.matrix_power(2) -> np.linalg.matrix_power(s, 2)
s.matrix_exp() -> autograd_core.scipy.linalg.expm(s)
s.qr() -> np.linalg.qr(s)
t.svd() ~> np.linalg.svd(t)
s.eig() ~> np.linalg.eig(s)
s.symeig() ~> np.linalg.eigh(s)
torch.linalg.solve(s, v) -> np.linalg.solve(s, v)
v.solve(s) ~> np.linalg.solve(s, v)
v.lstsq(s) ~> np.linalg.lstsq(s, v)
torch.matrix_rank(s) ~> np.linalg.matrix_rank(s)

# Dtypes and copies
t.float() -> t.astype(np.float32)
t.double() -> t.astype(np.float64)
t.half() -> t.astype(np.float16)
t.long() -> t.astype(np.int64)
t.int() -> t.astype(np.int32)
t.short() -> t.astype(np.int16)
t.char() -> t.astype(np.int8)
u.byte() -> u.astype(np.uint8)
t.bool() -> t.astype(bool)
t.cfloat() -> t.astype(np.complex64)
t.cdouble() -> t.astype(np.complex128)
t.to(torch.float32) -> t.astype(np.float32)
t.type(torch.float32) -> t.astype(np.float32)
t.type_as(u) -> t.astype(u.dtype)
t.clone() -> t.copy()
t.cpu() -> t
t.values() ~> t.numpy()
t.new([1.0]) ~> np.array([1.0], t.dtype)
t.new_tensor([1.0]) -> np.array([1.0], t.dtype)
t.new_zeros((2, 2)) -> np.zeros((2, 2), t.dtype)
t.new_ones((2, 2)) -> np.ones((2, 2), t.dtype)
t.new_full((2, 2), 7.0) -> np.full((2, 2), 7.0, t.dtype)
t.new_empty((2, 2)) ~> np.empty((2, 2), t.dtype)

# New arrays
torch.tensor([1.0, 2.0]) -> Tensor([1.0, 2.0])
torch.as_tensor([1.0, 2.0]) -> Tensor([1.0, 2.0])
torch.asarray([1.0, 2.0]) -> Tensor([1.0, 2.0])
torch.scalar_tensor(2.0) -> Tensor(2.0)
torch.from_numpy(a) -> Tensor(a)
torch.FloatTensor([1.0]) -> Tensor(np.array([1.0], np.float32))
torch.DoubleTensor([1.0]) -> Tensor([1.0])
torch.LongTensor([1]) -> np.array([1])
torch.IntTensor([1]) -> np.array([1], np.int32)
torch.BoolTensor([True]) -> np.array([True])
torch.zeros(2, 3) -> np.zeros((2, 3))
torch.ones(2, 3) -> np.ones((2, 3))
torch.full((2, 3), 7.0) -> np.full((2, 3), 7.0)
torch.empty(2, 3) ~> np.empty((2, 3))
torch.eye(3) -> np.eye(3)
torch.arange(3) -> np.arange(3)
torch.range(0, 3) ~> np.arange(4.0)
torch.linspace(0, 1, 5) -> np.linspace(0, 1, 5)
torch.logspace(0, 2, 3) -> np.logspace(0, 2, 3)
torch.full_like(t, 7.0) -> np.full_like(t, 7.0)
torch.empty_like(t) ~> np.empty_like(t)
torch.rand(2, 3) ~> rng.random((2, 3))
torch.randn(2, 3) ~> rng.standard_normal((2, 3))
torch.randint(0, 5, (2,)) ~> rng.integers(0, 5, (2,))
torch.randperm(5) ~> rng.permutation(5)
torch.rand_like(t) ~> rng.random(t.shape)
torch.randn_like(t) ~> rng.standard_normal(t.shape)
torch.randint_like(t, 5) ~> rng.integers(0, 5, t.shape)
torch.normal(0.0, 1.0, (2,)) ~> rng.normal(0.0, 1.0, (2,))
torch.poisson(u) ~> rng.poisson(u.numpy())
torch.binomial(u, p) ~> rng.binomial(5, p.numpy())
p.bernoulli() ~> rng.random(p.shape) < p
v.multinomial(2) ~> rng.choice(3, 2, replace=False, p=(v / v.sum()).numpy())
torch.manual_seed(0) ~> nn.manual_seed(0)
torch.seed() ~> np.random.default_rng()
torch.initial_seed() ~> rng.bit_generator.seed_seq.entropy
torch.Generator() ~> np.random.default_rng(0)
torch.default_generator ~> np.random.default_rng(0)
torch.get_rng_state() ~> rng.bit_generator.state
torch.set_rng_state(state) ~> rng.bit_generator.state = rng.bit_generator.state

# In place
t.add_(u) -> t += u
t.sub_(u) -> t -= u
t.mul_(u) -> t *= u
t.div_(u) -> t /= u
t.pow_(2) -> t **= 2
t.zero_() -> t[...] = 0
t.copy_(u) -> t[...] = u
t.clamp_(0, 1) -> t[...] = t.clip(0, 1)
t.masked_fill_(m, 0.0) -> t[m] = 0
t.fill_diagonal_(7.0) -> np.fill_diagonal(t, 7.0)
t.index_add_(0, i, u) -> np.add.at(t, i, u)
t.index_copy_(0, i, u) -> t[i] = u
t.index_fill_(0, i, 7.0) -> t[i] = 7
t.index_put_((i,), u) -> t[i] = u
t.scatter_(1, k, u) -> np.put_along_axis(t, k, u, axis=1)
t.scatter_add_(1, k, u) -> np.add.at(t, (np.arange(2)[:, None], k), u)
t.detach_() -> t = t.detach()
t.uniform_() ~> t[...] = rng.random(t.shape)
t.normal_() ~> t[...] = rng.standard_normal(t.shape)
t.random_(5) ~> t[...] = rng.integers(0, 5, t.shape)
t.bernoulli_(0.5) ~> t[...] = rng.random(t.shape) < 0.5
t.exponential_() ~> t[...] = rng.exponential(size=t.shape)
t.geometric_(0.5) ~> t[...] = rng.geometric(0.5, t.shape)
t.cauchy_() ~> t[...] = rng.standard_cauchy(t.shape)
t.log_normal_() ~> t[...] = rng.lognormal(size=t.shape)

# nn.functional
F.relu6(t) -> np.clip(t, 0, 6)
F.hardsigmoid(t) -> np.clip(t / 6 + 0.5, 0, 1)
F.logsigmoid(t) -> -autograd_core.softplus(-t)
F.tanhshrink(t) -> t - np.tanh(t)
F.softshrink(t) -> np.sign(t) * np.maximum(np.abs(t) - 0.5, 0)
F.hardshrink(t) -> np.where(np.abs(t) > 0.5, t, 0)
F.threshold(t, 0.5, 9.0) -> np.where(t > 0.5, t, 9)
F.celu(t) -> np.where(t > 0, t, np.expm1(np.minimum(t, 0)))
F.selu(t) -> 1.0507009873554805 * autograd_core.elu(t, 1.6732632423543772)
F.normalize(t) -> t / np.linalg.norm(t, axis=1, keepdims=True)
F.unfold(t) ~> np.lib.stride_tricks.sliding_window_view(t, (1, 2))

# The rest
torch.autograd.grad ~> autograd_core.grad
torch.func.grad ~> autograd_core.grad
torch.inference_mode ~> autograd_core.no_grad
torch.set_grad_enabled(False) ~> autograd_core.no_grad()
torch.is_anomaly_enabled ~> autograd_core.detect_anomaly
torch.set_anomaly_enabled(True) ~> autograd_core.detect_anomaly()
torch.compile ~> autograd_core.capture
torch.jit.trace ~> autograd_core.capture
torch.nn ~> import nn
torch.optim ~> nn.optim
torch.utils.data ~> nn.data
torch.save(net, path) ~> nn.save(net, path)
torch.load(path) ~> nn.load(path)
torch.linalg ~> np.linalg
torch.fft ~> np.fft
torch.special ~> scipy.special
torch.distributions ~> autograd_core.scipy.stats
torch.random ~> np.random
torch.set_printoptions(precision=4) ~> np.set_printoptions(precision=4)
torch.is_storage(t) ~> isinstance(t.data, np.ndarray)
torch.dtype ~> np.dtype
torch.Size ~> tuple
torch.bool ~> np.bool
torch.typename(t) ~> type(t).__name__
"""
