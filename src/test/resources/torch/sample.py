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

  def multiply(self: __torch__.sample.Sample, n: Tensor) -> Tensor:
    # products of small bfloat16 matrices of many shapes
    sum = torch.zeros([], dtype=15)
    for i in range(int(n)):
      x = torch.ones([8 + i % 64, 64 + i % 7], dtype=15)
      sum = torch.sum(torch.matmul(x, x.t()))
    return sum
