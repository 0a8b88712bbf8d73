"""Lines that make, copy, change and save, those of nn, and the rest."""

MAKING = """
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
