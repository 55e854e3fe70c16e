# What every optimizer does before its own step, and to which weights decay applies.

def clip(gs: List[Tensor], max_norm: float) -> Tensor:
  # scales the gradients in place when their global norm is above max_norm, which 0 switches off ->
  # the norm before
  norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gs, 2.0)), 2.0)
  if max_norm > 0.0:
    torch._foreach_mul_(gs, torch.clamp(max_norm / (norm + 1e-6), None, 1.0))
  # a list that is not used after an in-place operation loses that operation as dead code
  return norm if len(gs) > 0 else norm + 1.0

def decays(name: str) -> bool:
  # norms and biases do not decay
  return not (name.endswith(".bias") or name.find("norm") >= 0)
