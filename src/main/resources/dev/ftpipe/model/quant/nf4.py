# 4-bit NormalFloat (Dettmers et al. 2023, QLoRA, section 3) with the layout of bitsandbytes: blocks
# run over the flattened row-major weight, the last may be short; the first value is in the high
# nibble. Also bitsandbytes' 4-bit float, FP4, where fp4 says so: a sign, two bits of exponent, one of
# mantissa. Types by number: uint8 0, int32 3, int64 4, float32 6.

def levels(device: Device, fp4: bool) -> Tensor:
  # the value of every code
  if fp4:
    return torch.tensor([0.0, 0.0625, 8.0, 12.0, 4.0, 6.0, 2.0, 3.0, -0.0, -0.0625, -8.0, -12.0,
      -4.0, -6.0, -2.0, -3.0], dtype=6, device=device) / 12.0
  return torch.tensor([-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
    -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534,
    0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434,
    0.5626170039176941, 0.7229568362236023, 1.0], dtype=6, device=device)

def ascending(device: Device, fp4: bool) -> Tensor:
  # the codes by their values
  if fp4:
    return torch.tensor([11, 10, 13, 12, 15, 14, 9, 0, 8, 1, 6, 7, 4, 5, 2, 3], dtype=4, device=device)
  return torch.arange(16, device=device)

def codes(x: Tensor, midpoints: Tensor, order: Tensor) -> Tensor:
  # the number of midpoints below the value says which: on a midpoint, the lower value
  return torch.index_select(order, 0, torch.bucketize(x, midpoints, out_int32=True, right=False)).to(0)

def inverse(absmax: Tensor) -> Tensor:
  # 0 for a block of zeros, or of numbers so small that there is none: its values get the code of 0
  reciprocal = torch.reciprocal(absmax)
  return torch.where(torch.isfinite(reciprocal), reciprocal, torch.zeros_like(absmax))

def quantize(x: Tensor, block: int, fp4: bool) -> Tuple[Tensor, Tensor]:
  # any shape -> bytes [ceil(n / 2)], absmax [ceil(n / block)]
  flat = x.reshape(-1).to(6)
  n = flat.size(0)
  full = n // block * block
  order = __torch__.nf4.ascending(x.device, fp4)
  level = torch.index_select(__torch__.nf4.levels(x.device, fp4), 0, order)
  midpoints = (level[:-1] + level[1:]) / 2.0
  blocks = flat[:full].view(-1, block)
  absmax = torch.amax(torch.abs(blocks), [1], False)
  scaled = blocks * __torch__.nf4.inverse(absmax).unsqueeze(1)
  q = __torch__.nf4.codes(scaled.view(-1), midpoints, order)
  if full < n:
    rest = flat[full:]
    # bitsandbytes divides in a short block and multiplies in a full one: this decides at midpoints;
    # its absmax is never 0
    top = torch.clamp(torch.amax(torch.abs(rest), [0], True), min=1e-38)
    absmax = torch.cat([absmax, top])
    q = torch.cat([q, __torch__.nf4.codes(rest / top, midpoints, order)])
  if n % 2 == 1:
    q = torch.cat([q, order[7:8].to(0)])
  return q[0::2] * 16 + q[1::2], absmax

def pairs(device: Device, fp4: bool) -> Tensor:
  # byte -> both its float32 values as one complex number: one gather for two weights
  level = __torch__.nf4.levels(device, fp4)
  return torch.view_as_complex(torch.stack([torch.repeat_interleave(level, 16), level.repeat([16])], 1).contiguous())

def dequantize_into(out: Tensor, packed: Tensor, absmax: Tensor, pairs: Tensor, block: int) -> int:
  # writes [rows, columns]; some rows at a time, whose float32 values stay in the processor's cache
  rows, columns = out.size(0), out.size(1)
  n = rows * columns
  if columns % block > 0 or block % 2 > 0:
    x = torch.view_as_real(torch.index_select(pairs, 0, packed.to(3))).view(-1)
    out.copy_((x[:n] * torch.repeat_interleave(absmax, block)[:n]).view(rows, columns))
    return n
  blocks = columns // block
  scale = absmax.view(rows, blocks, 1)
  at_once = max(1, 262144 // columns) if packed.is_cpu else rows
  at = 0
  while at < rows:
    end = min(rows, at + at_once)
    x = torch.view_as_real(torch.index_select(pairs, 0, packed[at * columns // 2:end * columns // 2].to(3)))
    out[at:end].copy_(x.view(end - at, blocks, block).mul_(scale[at:end]).view(end - at, columns))
    at = end
  return n

def dequantize(packed: Tensor, absmax: Tensor, pairs: Tensor, rows: int, columns: int, block: int, dt: int) -> Tensor:
  # -> [rows, columns]
  out = torch.empty([rows, columns], dtype=dt, device=packed.device)
  n = __torch__.nf4.dequantize_into(out, packed, absmax, pairs, block)
  return out.view(rows, n // rows)

def quantize_8bit(x: Tensor, code: Tensor) -> Tuple[Tensor, Tensor]:
  # the index of the nearest of 256 ascending values from -1 to 1 for x / absmax, in blocks of 256,
  # of which the last may be short; the absmax of the blocks
  n = x.size(0)
  count = (n + 255) // 256
  padded = torch.cat([x, torch.zeros([count * 256 - n], dtype=6, device=x.device)]).view(count, 256)
  absmax = torch.amax(torch.abs(padded), [1], False)
  y = (padded * __torch__.nf4.inverse(absmax).unsqueeze(1)).view(-1)
  # the CPU kernel of bitsandbytes takes the nearest code of the nearest of 65536 points, not of y
  y = torch.floor((y + 1.0) * 0.5 * 65535.0 + 0.5) * (2.0 / 65535.0) - 1.0
  left = torch.clamp(torch.bucketize(y, code, out_int32=False, right=True) - 1, 0, 254)
  nearer = torch.lt(torch.index_select(code, 0, left + 1) - y, y - torch.index_select(code, 0, left))
  q = torch.where(torch.eq(torch.repeat_interleave(absmax, 256), 0.0), torch.zeros_like(left), left + nearer.to(4))
  return q.to(0)[:n], absmax

def dequantize_8bit(q: Tensor, absmax: Tensor, code: Tensor) -> Tensor:
  values = torch.index_select(code, 0, q.to(3))
  return values * torch.repeat_interleave(absmax, 256)[:q.size(0)]

def quantize_absmax(absmax: Tensor, code: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  # double quantization (section 3): 8-bit codes of absmax - mean in blocks of 256, the absmax of
  # those blocks, the mean
  offset = torch.mean(absmax)
  q, nested = __torch__.nf4.quantize_8bit(absmax - offset, code)
  return q, nested, offset.view(1)

def dequantize_absmax(q: Tensor, nested: Tensor, offset: Tensor, code: Tensor) -> Tensor:
  return __torch__.nf4.dequantize_8bit(q, nested, code) + offset

class Nf4(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def quantize(self: __torch__.nf4.Nf4, x: Tensor, block: Tensor, fp4: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.nf4.quantize(x, int(block), int(fp4) == 1)

  def quantize_absmax(self: __torch__.nf4.Nf4, absmax: Tensor, code: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    return __torch__.nf4.quantize_absmax(absmax, code)

  def dequantize_absmax(self: __torch__.nf4.Nf4, q: Tensor, nested: Tensor, offset: Tensor, code: Tensor) -> Tensor:
    return __torch__.nf4.dequantize_absmax(q, nested, offset, code)

  def dequantize(self: __torch__.nf4.Nf4, packed: Tensor, absmax: Tensor, rows: Tensor, columns: Tensor, block: Tensor, fp4: Tensor) -> Tensor:
    return __torch__.nf4.dequantize(packed, absmax, __torch__.nf4.pairs(packed.device, int(fp4) == 1), int(rows), int(columns), int(block), 6)

  def pairs(self: __torch__.nf4.Nf4, like: Tensor, fp4: Tensor) -> Tensor:
    return __torch__.nf4.pairs(like.device, int(fp4) == 1)
