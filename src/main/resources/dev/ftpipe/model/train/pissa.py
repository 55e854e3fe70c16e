# Principal singular values and vectors as the start of an adapter (Meng et al. 2024, PiSSA).

class Pissa(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def start(self: __torch__.pissa.Pissa, weight: Tensor, rank: Tensor, scale: Tensor, stored: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    # weight (outputs, inputs) float32 -> A (rank, inputs), B (outputs, rank), and what scale * B A
    # leaves of the weight, in the type that it is stored in
    u, s, v = torch.linalg_svd(weight, False)
    r = int(rank)
    factor = float(scale)
    root = torch.sqrt(s[:r] / factor)
    a = root.unsqueeze(1) * v[:r]
    b = u[:, :r] * root
    return a.contiguous(), b.contiguous(), (weight - torch.matmul(b * factor, a)).to(int(stored))
