# Forward and backward of a layer's parts written out, for layers of which adapters alone are
# trained: what autograd would keep, copy and add up costs more than the matrix products. A forward
# puts what its backward needs into "kept"; no graph is recorded. Shapes as in llama.py.

def rms_norm(x: Tensor, gain: Tensor, eps: float, dt: int) -> Tuple[Tensor, Tensor]:
  # -> the result, and the factor of every row for the backward
  h = x.to(7 if dt == 7 else 6)
  r = torch.rsqrt(torch.mean(h * h, [-1], True) + eps)
  return torch.mul_((h * r).to(dt), gain.to(dt)), r

def rms_norm_into(out: Tensor, x: Tensor, gain: Tensor, eps: float) -> Tensor:
  h = x.to(7 if x.dtype == 7 else 6)
  r = torch.rsqrt(torch.mean(h * h, [-1], True) + eps)
  torch.mul((h * r).to(out.dtype), gain.to(out.dtype), out=out)
  return r

def rms_norm_backward(dy: Tensor, x: Tensor, r: Tensor, gain: Tensor) -> Tensor:
  h = x.to(r.dtype)
  d = (dy * gain.to(dy.dtype)).to(r.dtype)
  mean = torch.mean(d * h, [-1], True)
  return torch.sub_(torch.mul_(d, r), torch.mul_(h, mean * r * r * r)).to(dy.dtype)

def modules(layer: str, group: str) -> List[str]:
  # the linear layers that have one input
  if group == "qkv":
    return [layer + "self_attn.q_proj", layer + "self_attn.k_proj", layer + "self_attn.v_proj"]
  if group == "gate_up":
    return [layer + "mlp.gate_proj", layer + "mlp.up_proj"]
  return [layer + ("self_attn.o_proj" if group == "o_proj" else "mlp.down_proj")]

def rank(w: Dict[str, Tensor], modules: List[str]) -> int:
  # of all their adapters
  sum = 0
  for module in modules:
    if (module + ".lora_A.weight") in w:
      sum = sum + w[module + ".lora_A.weight"].size(0)
  return sum

def adapters_into(m: Tensor, w: Dict[str, Tensor], modules: List[str], sizes: List[int], columns: int) -> int:
  # The matrix of a group is [[W, s B], [A, 0]], the layers below each other, every adapter in
  # columns of its own: its upper rows times [x, A x] give the outputs, its left columns times
  # [dy, s B^T dy] the gradient by x, each in one product. Writes all but W.
  rows = sum(sizes)
  m[:rows, columns:].zero_()
  row, at = 0, columns
  for j in range(len(modules)):
    end = row + sizes[j]
    a = modules[j] + ".lora_A.weight"
    if a in w:
      next = at + w[a].size(0)
      m[row:end, at:next].copy_(w[modules[j] + ".lora_B.weight"] * w[modules[j] + ".lora_scale"])
      m[rows + at - columns:rows + next - columns, :columns].copy_(w[a])
      at = next
    row = end
  return at

def low_into(x: Tensor, m: Tensor, rows: int, columns: int) -> int:
  # x -> [x, A x]
  if x.size(1) > columns:
    x[:, columns:].copy_(torch.matmul(x[:, :columns], m[rows:, :columns].t()))
  return columns

def add_biases(y: Tensor, w: Dict[str, Tensor], modules: List[str], sizes: List[int]) -> int:
  row = 0
  for j in range(len(modules)):
    end = row + sizes[j]
    if (modules[j] + ".bias") in w:
      torch.add_(y[:, row:end], w[modules[j] + ".bias"].to(y.dtype))
    row = end
  return row

def narrow(x: Tensor) -> Tensor:
  # the engine's products in bfloat16 are wrong for a single column that is part of a wider matrix
  return x.contiguous() if x.size(1) == 1 else x

def linear_backward(d: Tensor, x: Tensor, m: Tensor, w: Dict[str, Tensor], modules: List[str], sizes: List[int], columns: int) -> Tensor:
  # d with room for s B^T dy; x with A x. Adds the adapters' gradients -> the gradient by x
  rows = sum(sizes)
  row, at = 0, columns
  for j in range(len(modules)):
    end = row + sizes[j]
    a = modules[j] + ".lora_A.weight"
    if a in w:
      b = modules[j] + ".lora_B.weight"
      next = at + w[a].size(0)
      dy = d[:, row:end]
      torch.backward(w[b], torch.matmul(dy.t(), __torch__.manual.narrow(x[:, at:next])).to(w[b].dtype) * w[modules[j] + ".lora_scale"])
      d[:, rows + at - columns:rows + next - columns].copy_(torch.matmul(dy, __torch__.manual.narrow(m[row:end, at:next])))
      at = next
    row = end
  if at > columns:
    da = torch.matmul(__torch__.manual.narrow(d[:, rows:]).t(), x[:, :columns])
    at = 0
    for module in modules:
      a = module + ".lora_A.weight"
      if a in w:
        next = at + w[a].size(0)
        torch.backward(w[a], da[at:next].to(w[a].dtype))
        at = next
  return torch.matmul(d, m[:, :columns])

def attended(x: Tensor, kept: Dict[str, Tensor]) -> Dict[str, Tensor]:
  # of what a layer's backward needs, what is kept until then: its input, and where attention is
  # dear, its output
  some = {"x": x}
  if "lse" in kept:
    some["o"] = kept["o"]
    some["lse"] = kept["lse"]
  return some

def added(mask: Optional[Tensor], dt: int) -> Optional[Tensor]:
  # ones and zeros -> what is added to products of queries and keys
  sum = annotate(Optional[Tensor], None)
  if mask is not None:
    sum = torch.masked_fill(torch.zeros_like(mask, dtype=dt), torch.logical_not(mask), float("-inf"))
  return sum

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
