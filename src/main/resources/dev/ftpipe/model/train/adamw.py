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

  def update(self: __torch__.adamw.AdamW, rate: float, decay: float, count: Tensor, names: List[str], w: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> int:
    ps = annotate(List[Tensor], [])
    gs = annotate(List[Tensor], [])
    ms = annotate(List[Tensor], [])
    vs = annotate(List[Tensor], [])
    counts = annotate(List[Tensor], [])
    for k in names:
      ps.append(w[k])
      gs.append(w[k].grad)
      ms.append(m[k])
      vs.append(v[k])
      counts.append(count)
    if len(ps) > 0:
      torch._fused_adamw_(ps, gs, ms, vs, annotate(List[Tensor], []), counts, lr=rate, beta1=self.beta1, beta2=self.beta2, weight_decay=decay, eps=self.eps, amsgrad=False, maximize=False)
      torch._foreach_zero_(gs)
    # a list that is not used after an in-place operation loses that operation as dead code
    return len(ps) + len(gs) + len(ms) + len(vs) + len(counts)

  def step(self: __torch__.adamw.AdamW, rate: Tensor, count: Tensor, w: Dict[str, Tensor], m: Dict[str, Tensor], v: Dict[str, Tensor]) -> Tensor:
    # updates every weight of w that m knows, in place; clears the gradients -> their norm before clipping
    gs = annotate(List[Tensor], [])
    matrices = annotate(List[str], [])
    vectors = annotate(List[str], [])
    for k in sorted(m.keys()):
      gs.append(w[k].grad)
      if w[k].dim() > 1:
        matrices.append(k)
      else:
        vectors.append(k)
    norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gs, 2.0)), 2.0)
    if self.max_norm > 0.0:
      torch._foreach_mul_(gs, torch.clamp(self.max_norm / (norm + 1e-6), None, 1.0))
    count.add_(1.0)
    r = float(rate)
    # norms and biases do not decay
    live = len(gs) + self.update(r, self.weight_decay, count, matrices, w, m, v) + self.update(r, 0.0, count, vectors, w, m, v)
    return norm if live > 0 else norm + 1.0
