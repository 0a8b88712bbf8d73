"""Lines that compute: arithmetic, comparisons, reductions, products."""

COMPUTING = """
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
"""
