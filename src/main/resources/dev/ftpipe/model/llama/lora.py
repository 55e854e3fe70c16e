# Weight-decomposed adapters (Liu et al. 2024, DoRA): an output is scaled by its magnitude over the
# norm of its row of W + scale * B A, which is a constant for the gradient (section 4.3).

def norms(weight: Tensor) -> Tensor:
  return torch.linalg_vector_norm(weight.to(7 if weight.dtype == 7 else 6), 2.0, [1])

def row_norms(base: Tensor, a: Tensor, b: Tensor, scale: Tensor) -> Tensor:
  # base (rows, columns), a (rank, columns), b (rows, rank) -> (rows)
  delta = torch.matmul(b.detach(), a.detach()) * scale
  return __torch__.lora.norms(base.detach().to(delta.dtype) + delta)
