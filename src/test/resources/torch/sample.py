class Sample(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  offset : float

  def mix(self: __torch__.sample.Sample, x: Tensor, w: Dict[str, Tensor], more: List[Tensor]) -> Tensor:
    y = float(x) * (w["a.b"] + w["c"] * 10.0) + self.offset
    for each in more:
      y = y + each
    return y

  def fail(self: __torch__.sample.Sample, x: Tensor) -> Tensor:
    torch.set_grad_enabled(True)
    return torch.index_select(x, 5, x)

  def allocate(self: __torch__.sample.Sample, n: Tensor) -> Tensor:
    return torch.zeros([int(n)])
