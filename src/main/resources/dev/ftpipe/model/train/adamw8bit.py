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

  def update(self: __torch__.adamw8bit.AdamW8bit, p: Tensor, m: Tensor, v: Tensor, rounded: bool, rate: float, decay: float, correction1: float, correction2: float) -> int:
    # moves the moments by the gradient and the weight by its moments, which are flat and in float32
    g = p.grad.view(-1)
    m.mul_(self.beta1).add_(g, alpha=1.0 - self.beta1)
    v.mul_(self.beta2).addcmul_(g, g, value=1.0 - self.beta2)
    flat = p.view(-1)
    flat.mul_(1.0 - rate * decay)
    if rounded:
      flat.addcdiv_(m, torch.sqrt(v).div_(correction2).add_(self.eps), value=-rate / correction1)
    else:
      flat.add_(m / torch.sqrt(v).add_(self.eps * correction2), alpha=-rate * correction2 / correction1)
    p.grad.zero_()
    return 1

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
      rounded = k in ma
      m1 = m[k].to(p.device)
      v1 = v[k].to(p.device)
      if rounded:
        m1 = __torch__.nf4.dequantize_8bit(m1, ma[k].to(p.device), signed)
        v1 = __torch__.nf4.dequantize_8bit(v1, va[k].to(p.device), unsigned)
      live = live + self.update(p, m1, v1, rounded, rate, decay, correction1, correction2)
      if rounded:
        q, absmax = __torch__.nf4.quantize_8bit(m1, signed)
        m[k].copy_(q)
        ma[k].copy_(absmax)
        q, absmax = __torch__.nf4.quantize_8bit(v1, unsigned)
        v[k].copy_(q)
        va[k].copy_(absmax)
      else:
        m[k].copy_(m1)
        v[k].copy_(v1)
    return norm if live > 0 else norm + 1.0
