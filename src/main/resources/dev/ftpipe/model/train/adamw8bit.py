# AdamW with both moments in 8 bits (Dettmers et al. 2022, "8-bit optimizers via block-wise
# quantization"): the first by the signed, the second by the unsigned dynamic map, each in blocks of
# 256 with an absmax of its own. Small weights keep float32 moments. Numbers are bitsandbytes', to the
# last bit on the same gradients: its operations in its order.

class AdamW8bit(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  beta1 : float
  beta2 : float
  eps : float
  weight_decay : float
  max_norm : float

  def update(self: __torch__.adamw8bit.AdamW8bit, flat: Tensor, g: Tensor, m: Tensor, v: Tensor, rounded: bool, rate: float, decay: float, correction1: float, correction2: float) -> int:
    # moves the moments by the gradient and the weight by its moments, all flat, these in float32;
    # clears the gradient
    m.mul_(self.beta1).add_(g, alpha=1.0 - self.beta1)
    v.mul_(self.beta2).addcmul_(g, g, value=1.0 - self.beta2)
    flat.mul_(1.0 - rate * decay)
    if rounded:
      flat.addcdiv_(m, torch.sqrt(v).div_(correction2).add_(self.eps), value=-rate / correction1)
    else:
      flat.add_(m / torch.sqrt(v).add_(self.eps * correction2), alpha=-rate * correction2 / correction1)
    g.zero_()
    return 1

  def blocks(self: __torch__.adamw8bit.AdamW8bit, p: Tensor, g: Tensor, m: Tensor, v: Tensor, ma: Tensor, va: Tensor, signed: Tensor, unsigned: Tensor, rate: float, decay: float, correction1: float, correction2: float) -> int:
    # updates whole blocks of a weight, which takes forty bytes for each of its elements
    m1 = __torch__.nf4.dequantize_8bit(m.to(p.device), ma.to(p.device), signed)
    v1 = __torch__.nf4.dequantize_8bit(v.to(p.device), va.to(p.device), unsigned)
    live = self.update(p, g, m1, v1, True, rate, decay, correction1, correction2)
    q, absmax = __torch__.nf4.quantize_8bit(m1, signed)
    m.copy_(q)
    ma.copy_(absmax)
    q, absmax = __torch__.nf4.quantize_8bit(v1, unsigned)
    v.copy_(q)
    va.copy_(absmax)
    return live

  def step(self: __torch__.adamw8bit.AdamW8bit, numbers: Tensor, signed: Tensor, unsigned: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor], ma: Dict[str, Tensor], va: Dict[str, Tensor]) -> Tensor:
    # numbers: rate, 1 - beta1^t, sqrt(1 - beta2^t). Updates every weight of w, in place; clears the
    # gradients -> their norm before clipping. State is read to the device of its weight and written
    # back to its own.
    rate = float(numbers[0])
    correction1 = float(numbers[1])
    correction2 = float(numbers[2])
    gs = annotate(List[Tensor], [])
    for k in sorted(w.keys()):
      gs.append(w[k].grad)
    norm = __torch__.clip.clip(gs, self.max_norm)
    live = len(gs)
    for k in sorted(w.keys()):
      p = w[k]
      decay = self.weight_decay if __torch__.clip.decays(k) else 0.0
      flat = p.view(-1)
      g = p.grad.view(-1)
      n = flat.size(0)
      if k in ma:
        # 4,096 blocks at once: an embedding as a whole would need several times its size
        for low in range(0, n, 1048576):
          high = min(n, low + 1048576)
          first = low // 256
          last = (high + 255) // 256
          live = live + self.blocks(flat[low:high], g[low:high], m[k][low:high], v[k][low:high], ma[k][first:last], va[k][first:last], signed, unsigned, rate, decay, correction1, correction2)
      else:
        m1 = m[k].to(p.device)
        v1 = v[k].to(p.device)
        live = live + self.update(flat, g, m1, v1, False, rate, decay, correction1, correction2)
        m[k].copy_(m1)
        v[k].copy_(v1)
    return norm if live > 0 else norm + 1.0
