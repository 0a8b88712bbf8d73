"""PyTorch's words, and the line to write here: what errors about missing names and unknown arguments say.

One table, `ROWS`: on the left PyTorch's line, on the right ours. In them t, u, w have the shape (2, 3), p too with numbers
between 0 and 1, v (3,), s (3, 3), b is a stack of such; k are integers, m is a mask, i are indices, rng is a generator. `->`
means the same numbers (a test runs both), `~>` that they are random or of another form. docs/howto/pytorch-to-numpy.md is made
of it. Nobody looks here for what exists.

After a change run `python -m tests.reference.make_words`, which needs PyTorch, and `python docs/pytorch_page.py`.
"""

import functools

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

# The same name and the same call in NumPy: np.log1p(p), np.hypot(t, u), np.gcd(k, k)
OF_ONE = """
angle arccos arccosh arcsin arcsinh arctan arctanh argwhere ceil corrcoef cosh count_nonzero cov deg2rad diag diagflat diff
exp2 expm1 fix fliplr flipud floor frexp isfinite isinf isnan isneginf isposinf isreal log10 log1p log2 logical_not nan_to_num
nanmean nansum negative ones_like positive rad2deg reciprocal rot90 sign signbit sinc sinh tan trapezoid tril triu trunc
unique zeros_like
"""
OF_TWO = """
allclose arctan2 copysign cross divide float_power floor_divide fmax fmin fmod greater greater_equal heaviside hypot inner
isclose kron less less_equal logaddexp logaddexp2 logical_and logical_or logical_xor maximum minimum multiply nextafter
not_equal remainder subtract true_divide
"""
OF_INTEGERS = """
bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor gcd lcm
"""
CONSTANTS = """
complex64 complex128 e euler_gamma finfo float16 float32 float64 iinfo inf int8 int16 int32 int64 nan newaxis pi uint8
"""
IN_PLACE = """
abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin
asinh atan atan2 atanh baddbmm bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor ceil
clamp_max clamp_min clip conj_physical copysign cos cosh cumprod cumsum deg2rad digamma divide eq erf erfc erfinv exp exp2
expm1 fill fix float_power floor floor_divide fmod frac gcd ge greater greater_equal gt heaviside hypot i0 igamma igammac lcm
ldexp le lerp less less_equal lgamma log log10 log1p log2 logical_and logical_not logical_or logical_xor logit lt
masked_scatter multiply mvlgamma nan_to_num ne neg negative nextafter not_equal polygamma put rad2deg reciprocal relu
remainder round rsqrt sgn sigmoid sign sin sinc sinh sqrt square squeeze subtract swapaxes swapdims t tan tanh transpose tril
triu true_divide trunc unsqueeze xlogy
"""

NOT_HERE = {
    "a value lies where its array does: NumPy's on the CPU, CuPy's on a GPU": """
        cuda xpu ipu mps mtia get_device pin_memory record_stream to_mkldnn device accelerator amp autocast Event
        Stream GradScaler is_cpu is_cuda is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_pinned is_vulkan is_xla
        is_xpu set_default_device get_default_device set_float32_matmul_precision get_float32_matmul_precision has_mkl
        has_lapack has_openmp""",
    "how an array lies in memory is asked of NumPy's: t.numpy().strides, .flags, .ctypes": """
        stride is_contiguous contiguous storage storage_offset storage_type untyped_storage data_ptr const_data_ptr
        layout dim_order as_strided as_strided_ as_strided_scatter new_empty_strided empty_strided is_set_to set_ resize resize_
        resize_as resize_as_ is_shared share_memory_ hash_tensor module_load is_conj is_neg memory_format
        contiguous_format preserve_format channels_last strided""",
    "there are no quantized numbers, and no dtypes but NumPy's": """
        bfloat16 chalf dequantize int_repr is_quantized q_per_channel_axis q_per_channel_scales
        q_per_channel_zero_points q_scale q_zero_point qscheme quantize_per_tensor quantize_per_channel qint8 quint8
        qint32 complex32 quantization quantized""",
    "sparse arrays are SciPy's: A @ t, and autograd_core.sparse": """
        coalesce is_coalesced indices col_indices ccol_indices crow_indices row_indices dense_dim sparse_dim is_sparse
        is_sparse_csr is_nested slice_inverse smm sspaddmm sparse_mask sparse_resize_ sparse_resize_and_clear_
        resize_as_sparse_ to_dense to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr
        to_padded_tensor sparse sparse_coo_tensor sparse_csr_tensor nested SparseAdam""",
    "the graph is shown by autograd_core.visualize, and t.register_hook(f) sees a gradient": """
        grad_fn grad_dtype output_nr retains_grad register_post_accumulate_grad_hook as_subclass is_inference
        reinforce volatile""",
    "NumPy has no such function; write it with those it has": """
        renorm renorm_ mode unique_consecutive nonzero_static index_reduce index_reduce_ scatter_reduce scatter_reduce_
        histogram apply_ map_ map2_ stft istft pixel_shuffle pixel_unshuffle channel_shuffle""",
    "write it with scipy.linalg, of which autograd_core.scipy.linalg has derivatives": """
        lu lu_solve lu_unpack geqrf orgqr ormqr lobpcg pca_lowrank svd_lowrank""",
    "these are functions of autograd_core: grad, jacobian, hessian, vjp, jvp, and vmap(f, in_axes, out_axes)": "vmap func",
    "the threads of NumPy's BLAS are set by threadpoolctl": "set_num_threads get_num_threads",
    "chunks of Dask arrays and processes under MPI are served by autograd_core.parallel": """
        is_distributed distributed multiprocessing DistributedSampler DataParallel SyncBatchNorm parallel""",
}

NOWHERE = "nothing in its place: a value lies where its array does, NumPy's on the CPU, CuPy's on a GPU"
# PyTorch's names of arguments, where they are those of NumPy: what to write for `name=value`
KEYWORDS = {
    "dim": "axis={value}",
    "dims": "axis={value}",
    "keepdim": "keepdims={value}",
    "unbiased": "ddof=1 for unbiased=True, ddof=0 (the default here) for False",
    "correction": "ddof={value}",
    "descending": "np.sort(t)[..., ::-1] for descending=True",
    "device": NOWHERE,
    "layout": NOWHERE,
    "memory_format": NOWHERE,
    "non_blocking": NOWHERE,
    "pin_memory": NOWHERE,
    "start_dim": "t.reshape(len(t), -1) for start_dim=1",
    "dim0": "t.swapaxes(dim0, dim1)",
    "input": "the array first, without a name",
}
# … in `Tensor(…)`
OF_TENSOR = {"dtype": "Tensor(np.array(data, dtype))", "device": NOWHERE, "pin_memory": NOWHERE}
# … and in layers and optimizers, whose arguments are PyTorch's, what is not
OF_CONSTRUCTORS = {"device": NOWHERE, "learning_rate": "lr={value}", "axis": "dim={value}", "keepdims": "keepdim={value}"}


@functools.cache
def rows():
    """(heading, PyTorch's line, whether the numbers are the same, our line) of each row of the table."""
    listed, heading = [], None
    for line in ROWS.strip().splitlines():
        if line.startswith("# "):
            heading = line[2:]
        elif line:
            arrow = " -> " if " -> " in line else " ~> "
            theirs, _, ours = line.partition(arrow)
            listed.append((heading, theirs, arrow == " -> ", ours))
    return listed


def name_of(theirs):
    """ "t.view(3, 2)" -> "view" """
    return theirs.partition("(")[0].rpartition(".")[2]


@functools.cache
def lines():
    """{name: (PyTorch's line, ours)}"""
    of_numpy = [(OF_ONE, "{}(t)"), (OF_TWO, "{}(t, u)"), (OF_INTEGERS, "{}(k, k)")]
    calls = {name: call.format(name) for names, call in of_numpy for name in names.split()}
    known = {name: (f"torch.{call}", f"np.{call}") for name, call in calls.items()}
    known |= {name: (f"torch.{name}", f"np.{name}") for name in CONSTANTS.split()}
    for _, theirs, _, ours in reversed(rows()):
        known[name_of(theirs)] = theirs, ours
    return known


def hint(name):
    """What to write in the place of PyTorch's `name`, or why there is nothing of it; None for a name that is not in the table."""
    if name in lines():
        theirs, ours = lines()[name]
        return f"PyTorch's {theirs} is {ours} here"
    base = name.removesuffix("_")
    if base != name and base in IN_PLACE.split():
        ours = lines()[base][1] if base in lines() else f"t.{base}(…)"
        return f"it would change t in place; write t = {ours} for a recorded result, or t[...] = {ours} under no_grad()"
    return next((f"it is not here: {reason}" for reason, names in NOT_HERE.items() if name in names.split()), None)


def absent(owner, name, public=(), otherwise=""):
    """The AttributeError for a name that a module has not: with the hint, or with the nearest of its `public` names.

    public     the names that the module has
    otherwise  what to say of a name that NumPy has not either
    """
    said = hint(name)
    if said is None and name[:1] != "_":
        import difflib

        import numpy as np

        near = difflib.get_close_matches(name, public, 1, 0.75)
        said = f"the nearest name is {near[0]!r}" if near else f"NumPy has np.{name}" if hasattr(np, name) else otherwise
    return AttributeError(f"{owner} has no attribute {name!r}{'; ' if said else ''}{said or ''}", name=name)


def names():
    """The names of PyTorch's methods of arrays that the table knows, and some of its functions."""
    of_rows = [name_of(line.partition(" ")[0]) for line in ROWS.splitlines() if line[1:2] == "."]
    in_place = [f"{name}_" for name in IN_PLACE.split()]
    return [*of_rows, *in_place, *" ".join([OF_ONE, OF_TWO, OF_INTEGERS, *NOT_HERE.values()]).split()]


class Missing:
    """A name that a Tensor has not: asked for, it says what to write.

    (With a `__getattr__` instead, any attribute of a Tensor would take 50 ns to get and not 7, and an empty slot a microsecond.)
    """

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        raise absent("'Tensor' object", self.name)


class Listed(type):
    """The class of Tensor: `dir` does not show what is only there to be missed."""

    def __dir__(cls):
        there = {name for kind in cls.__mro__ if kind is not Hints for name in vars(kind)}
        return [name for name in super().__dir__() if name in there]


class Hints(metaclass=Listed):
    """The base that Tensor has for what it has not."""

    __slots__ = ()
    locals().update({name: Missing(name) for name in names()})

    def __dir__(self):
        """The public names: the nearest of these is what Python suggests for one that is missing ("Did you mean: …")."""
        return [name for name in (*dir(type(self)), *getattr(self, "__dict__", ())) if name[:1] != "_" or name[:2] == "__"]


# Calls


def refused(who, args, kwargs, error):
    """What to raise for the TypeError of a call: what to write, if an argument is PyTorch's; and no name of an inner function."""
    words = str(error)
    for name, value in kwargs.items():
        if name in KEYWORDS and f"{name!r}" in words:
            return unknown(who, name, value)
    if any(type(value) is bool for value in args):
        given = ", ".join(repr(value) if isinstance(value, int) else "…" for value in args)
        return TypeError(
            f"{who}({given}): NumPy has other arguments in these places; give True and False by name, say keepdims=True"
        )
    called, _, rest = words.partition("() ")
    if type(error) is TypeError and rest.startswith(("got ", "takes ", "missing ")) and called != who:
        return TypeError(f"{who}() {rest}")
    return error


def unknown(who, name, value=None, known=KEYWORDS):
    """The TypeError for an argument that is not there."""
    value = value if type(value) in (int, float, bool) else "…"
    return TypeError(
        f"{who}: there is no argument {name!r}" + (f"; write {known[name].format(value=value)}" if name in known else "")
    )


class _Signature:
    """That of the constructor: without it, `inspect.signature` would give that of `__new__`."""

    def __get__(self, instance, owner):
        if instance is not None:
            raise AttributeError("__signature__")
        import inspect

        if owner.__init__ is object.__init__:  # which says (*args, **kwargs) and takes none
            return inspect.Signature()
        of_init = inspect.signature(owner.__init__)
        return of_init.replace(parameters=list(of_init.parameters.values())[1:], return_annotation=of_init.empty)


class Explained:
    """The base of classes whose constructor tells what to write for an argument that it has not."""

    __signature__ = _Signature()

    def __new__(cls, *args, **kwargs):
        if not OF_CONSTRUCTORS.keys().isdisjoint(kwargs):
            taken = cls.__signature__.parameters
            for name in () if any(p.kind is p.VAR_KEYWORD for p in taken.values()) else kwargs:
                if name in OF_CONSTRUCTORS and name not in taken:
                    raise unknown(cls.__name__, name, kwargs[name], OF_CONSTRUCTORS)
        above = super().__new__
        if above is not object.__new__:
            return above(cls, *args, **kwargs)
        if (args or kwargs) and cls.__init__ is object.__init__ and cls.__new__ is Explained.__new__:
            raise TypeError(f"{cls.__name__}() takes no arguments")  # object.__init__ leaves it to who has a __new__
        return above(cls)
