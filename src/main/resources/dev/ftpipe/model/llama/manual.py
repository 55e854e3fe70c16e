# Forward and backward of a layer's parts written out, for layers of which adapters alone are
# trained: what autograd would keep, copy and add up costs more than the matrix products. A forward
# puts what its backward needs into "kept"; no graph is recorded. Shapes as in llama.py.

def rms_norm(x: Tensor, gain: Tensor, eps: float, dt: int) -> Tuple[Tensor, Tensor]:
  # -> the result, and the factor of every row for the backward
  h = x.to(7 if dt == 7 else 6)
  r = torch.rsqrt(torch.mean(h * h, [-1], True) + eps)
  return torch.mul_((h * r).to(dt), gain.to(dt)), r

def rms_norm_backward(dy: Tensor, x: Tensor, r: Tensor, gain: Tensor) -> Tensor:
  h = x.to(r.dtype)
  d = (dy * gain.to(dy.dtype)).to(r.dtype)
  mean = torch.mean(d * h, [-1], True)
  return torch.sub_(torch.mul_(d, r), torch.mul_(h, mean * r * r * r)).to(dy.dtype)

def linear(x: Tensor, base: Tensor, w: Dict[str, Tensor], module: str, kept: Dict[str, Tensor]) -> Tensor:
  dt = x.dtype
  y = torch.matmul(x, base.t())
  a = module + ".lora_A.weight"
  if a in w:
    low = torch.mul_(torch.matmul(x, w[a].to(dt).t()), w[module + ".lora_scale"].to(dt))
    y = torch.addmm_(y, low, w[module + ".lora_B.weight"].to(dt).t())
    kept[module] = low
  if (module + ".bias") in w:
    y = torch.add_(y, w[module + ".bias"].to(dt))
  return y

def linear_backward(dy: Tensor, x: Tensor, base: Tensor, w: Dict[str, Tensor], module: str, kept: Dict[str, Tensor]) -> Tensor:
  # adds the adapter's gradients -> the gradient by x
  dt = x.dtype
  dx = torch.matmul(dy, base)
  a = module + ".lora_A.weight"
  if a in w:
    b = module + ".lora_B.weight"
    torch.backward(w[b], torch.matmul(kept[module].t(), dy).to(w[b].dtype).t().contiguous())
    low = torch.mul_(torch.matmul(dy, w[b].to(dt)), w[module + ".lora_scale"].to(dt))
    torch.backward(w[a], torch.matmul(low.t(), x).to(w[a].dtype))
    dx = torch.addmm_(dx, low, w[a].to(dt))
  return dx

def in_two(x: Tensor) -> Tensor:
  # float32 (...) -> two bfloat16 of which it is the sum (..., 2)
  high = x.to(15)
  return torch.stack([high, (x - high.to(6)).to(15)], -1)

def attention_backward(g: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, mask: Optional[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  # FlashAttention's backward (Dao et al. 2022, algorithm 4) in blocks of queries, bfloat16: q, its
  # output o and the gradient g by it (b, heads, t, hd); k, v (b, kv, t, hd); lse (b, heads, t) the
  # logarithms of the softmax's sums; mask (b or 1, 1, t, t) of ones and zeros, none: causal ->
  # gradients by q, k, v. Sums of products are kept in float32 inside a matrix product only, so
  # what is subtracted from them before they are rounded is two columns more of its factors.
  b, heads, t, hd = q.size(0), q.size(1), q.size(2), q.size(3)
  kv = k.size(1)
  n = b * kv
  groups = heads // kv
  scale = 1.0 / float(hd) ** 0.5
  sums = torch.sum(g.to(6) * o.to(6), [-1])
  qx = torch.cat([q, __torch__.manual.in_two(lse * (1.0 / scale))], -1).view(n, groups, t, hd + 2)
  gx = torch.cat([g, __torch__.manual.in_two(sums)], -1).view(n, groups, t, hd + 2)
  k = k.reshape(n, t, hd)
  minus = torch.full([n, t, 2], -1.0, dtype=15, device=q.device)
  kx = torch.cat([k, minus], -1).transpose(1, 2)
  vx = torch.cat([v.reshape(n, t, hd), minus], -1).transpose(1, 2)
  dq = torch.empty([n, groups, t, hd], dtype=15, device=q.device)
  dk = torch.zeros([n, t, hd], dtype=15, device=q.device)
  dv = torch.zeros([n, t, hd], dtype=15, device=q.device)
  nothing = torch.zeros([1, 1, 1], dtype=15, device=q.device)
  for j in range((t + 127) // 128):
    lo = j * 128
    hi = min(t, lo + 128)
    rows = groups * (hi - lo)
    qj = qx[:, :, lo:hi].reshape(n, rows, hd + 2)
    gj = gx[:, :, lo:hi].reshape(n, rows, hd + 2)
    p = torch.exp_(torch.baddbmm(nothing, qj, kx[:, :, :hi], beta=0.0, alpha=scale))
    # the exponents of what is masked may be large
    if mask is not None:
      seen = mask[:, :, lo:hi, :hi]
      p = torch.where(seen, p.view(b, heads, hi - lo, hi), nothing).view(n, rows, hi)
    else:
      torch.tril_(p.view(n, groups, hi - lo, hi)[:, :, :, lo:])
    dv[:, :hi] = torch.baddbmm(dv[:, :hi], p.transpose(1, 2), gj[:, :, :hd])
    ds = torch.mul_(torch.bmm(gj, vx[:, :, :hi]), p)
    dq[:, :, lo:hi] = torch.bmm(ds, k[:, :hi]).view(n, groups, hi - lo, hd)
    dk[:, :hi] = torch.baddbmm(dk[:, :hi], ds.transpose(1, 2), qj[:, :, :hd], alpha=scale)
  return torch.mul_(dq, scale).view(b, heads, t, hd), dk.view(b, kv, t, hd), dv.view(b, kv, t, hd)
