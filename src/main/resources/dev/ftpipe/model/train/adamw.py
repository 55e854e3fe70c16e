# Clipping by the global norm, then AdamW with decoupled weight decay (Loshchilov and Hutter 2019).

class AdamW(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  beta1 : float
  beta2 : float
  eps : float
  weight_decay : float
  max_norm : float
  paged : bool

  def update(self: __torch__.adamw.AdamW, rate: float, decay: float, count: Tensor, names: List[str], w: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> int:
    ps = annotate(List[Tensor], [])
    gs = annotate(List[Tensor], [])
    ms = annotate(List[Tensor], [])
    vs = annotate(List[Tensor], [])
    counts = annotate(List[Tensor], [])
    for k in names:
      ps.append(w[k])
      gs.append(w[k].grad)
      ms.append(m[k].to(w[k].device))
      vs.append(v[k].to(w[k].device))
      counts.append(count)
    if len(ps) > 0:
      torch._fused_adamw_(ps, gs, ms, vs, annotate(List[Tensor], []), counts, lr=rate, beta1=self.beta1, beta2=self.beta2, weight_decay=decay, eps=self.eps, amsgrad=False, maximize=False)
      torch._foreach_zero_(gs)
      if self.paged:
        # the state lives in host memory and is on the device for this update only
        for i in range(len(names)):
          m[names[i]].copy_(ms[i])
          v[names[i]].copy_(vs[i])
    # a list that is not used after an in-place operation loses that operation as dead code
    return len(ps) + len(gs) + len(ms) + len(vs) + len(counts)

  def step(self: __torch__.adamw.AdamW, rate: Tensor, count: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> Tensor:
    # updates every weight of w that m knows, in place; clears the gradients -> their norm before clipping
    gs = annotate(List[Tensor], [])
    decaying = annotate(List[str], [])
    others = annotate(List[str], [])
    for k in sorted(m.keys()):
      gs.append(w[k].grad)
      if __torch__.clip.decays(k):
        decaying.append(k)
      else:
        others.append(k)
    norm = __torch__.clip.clip(gs, self.max_norm)
    count.add_(1.0)
    r = float(rate)
    live = len(gs) + self.update(r, 0.0, count, others, w, m, v)
    if self.paged:
      for k in decaying:
        live = live + self.update(r, self.weight_decay, count, [k], w, m, v)
    else:
      live = live + self.update(r, self.weight_decay, count, decaying, w, m, v)
    return norm if live > 0 else norm + 1.0
