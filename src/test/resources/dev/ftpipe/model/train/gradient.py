# Gives a weight the gradient that a test wants.

class Gradient(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def set(self: __torch__.gradient.Gradient, x: Tensor, gradient: Tensor) -> Tensor:
    torch.set_grad_enabled(True)
    torch.backward(x * 1.0, gradient)
    torch.set_grad_enabled(False)
    return gradient + 0.0
