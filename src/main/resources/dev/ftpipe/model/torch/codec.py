# Between the bytes of a tensor in a file and a tensor. Types by number: uint8 0.

class Codec(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def decode(self: __torch__.codec.Codec, bytes: Tensor, stored: Tensor, wanted: Tensor, shape: Tensor) -> Tensor:
    # a copy: the bytes may be a read-only map of a file
    sizes = [int(shape[i]) for i in range(shape.size(0))]
    return torch.view_copy(bytes, dtype=int(stored)).to(int(wanted)).view(sizes)

  def encode(self: __torch__.codec.Codec, x: Tensor, stored: Tensor) -> Tensor:
    return torch.view_copy(x.detach().to(int(stored)).contiguous().view(-1), dtype=0).cpu()

  def convert(self: __torch__.codec.Codec, x: Tensor, wanted: Tensor) -> Tensor:
    return torch.clone(x.detach().to(int(wanted)))
