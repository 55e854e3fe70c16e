# The Llama transformer: forward, training step, generation. Weights are a dict by the names of a
# Hugging Face checkpoint; a quantized one is NAME.packed and NAME.absmax instead of NAME. Adapters
# are MODULE.lora_A.weight, MODULE.lora_B.weight, the 0-d MODULE.lora_scale and for DoRA
# MODULE.lora_magnitude_vector. Whatever requires a gradient is trained. Types by number: int64 4, float32 6, float64 7, bfloat16 15.
# b rows, t positions, n = b * t tokens, d hidden size.

def weight(w: Dict[str, Tensor], name: str, rows: int, columns: int, dt: int, block: int) -> Tensor:
  if name in w:
    return w[name].to(dt)
  absmax = w[name + ".absmax"]
  if (name + ".nested_absmax") in w:
    absmax = __torch__.nf4.dequantize_absmax(absmax, w[name + ".nested_absmax"], w[name + ".offset"], w["nf4.nested_code"])
  return __torch__.nf4.dequantize(w[name + ".packed"], absmax, w["nf4.pairs"], rows, columns, block).to(dt)

def rms_norm(x: Tensor, gain: Tensor, eps: float, dt: int) -> Tensor:
  h = x.to(7 if dt == 7 else 6)
  h = h * torch.rsqrt(torch.mean(h * h, [-1], True) + eps)
  return gain.to(dt) * h.to(dt)

def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  # x (b, t, heads, head_dim); cos, sin (1 or b, t, 1, head_dim / 2)
  x1, x2 = torch.chunk(x, 2, -1)
  return torch.cat([x1 * cos - x2 * sin, x2 * cos + x1 * sin], -1)

class Llama(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  hidden : int
  ffn : int
  heads : int
  kv : int
  head_dim : int
  window : int
  window_from : int
  rope_scale : float
  dt : int
  chunk : int
  block : int
  eps : float
  lora_dropout : float
  neftune : float
  checkpointing : bool
  dropping : bool

  def linear(self: __torch__.llama.Llama, x: Tensor, w: Dict[str, Tensor], module: str, rows: int, columns: int) -> Tensor:
    dt = self.dt
    base = __torch__.llama.weight(w, module + ".weight", rows, columns, dt, self.block)
    y = torch.matmul(x, base.t())
    a = module + ".lora_A.weight"
    if a in w:
      h = x
      if self.dropping:
        h = torch.dropout(x, self.lora_dropout, True)
      b = w[module + ".lora_B.weight"]
      low = torch.matmul(h, w[a].to(dt).t()) * w[module + ".lora_scale"].to(dt)
      magnitude = module + ".lora_magnitude_vector"
      if magnitude in w:
        factor = (w[magnitude] / __torch__.lora.row_norms(base, w[a], b, w[module + ".lora_scale"])).to(dt)
        if self.dropping:
          y = y + (factor - 1.0) * torch.matmul(h, base.t()) + factor * torch.matmul(low, b.to(dt).t())
        else:
          y = factor * torch.addmm(y, low, b.to(dt).t())
      else:
        y = torch.addmm(y, low, b.to(dt).t())
    if (module + ".bias") in w:
      y = y + w[module + ".bias"].to(dt)
    return y

  def embed(self: __torch__.llama.Llama, ids: Tensor, w: Dict[str, Tensor]) -> Tensor:
    return torch.embedding(w["model.embed_tokens.weight"], ids.view(-1)).to(self.dt)

  def noisy(self: __torch__.llama.Llama, x: Tensor, columns: int, seed: int) -> Tensor:
    # (n, d) embedded tokens of rows of columns positions with uniform noise (Jain et al. 2023,
    # NEFTune); the length counts padding, as in Transformers
    if self.neftune > 0.0:
      torch.manual_seed(seed + self.layers)
      limit = self.neftune / float(columns * self.hidden) ** 0.5
      noise = torch.rand([x.size(0), x.size(1)], dtype=6, device=x.device) * (2.0 * limit) - limit
      x = x + noise.to(x.dtype)
    return x

  def head(self: __torch__.llama.Llama, w: Dict[str, Tensor]) -> Tensor:
    return w["lm_head.weight"] if "lm_head.weight" in w else w["model.embed_tokens.weight"]

  def angles(self: __torch__.llama.Llama, positions: Tensor, w: Dict[str, Tensor]) -> Tuple[Tensor, Tensor]:
    # positions (1 or b, t)
    a = (positions.to(6).unsqueeze(2) * w["rope.inv_freq"]).unsqueeze(2)
    return (torch.cos(a) * self.rope_scale).to(self.dt), (torch.sin(a) * self.rope_scale).to(self.dt)

  def attention_mask(self: __torch__.llama.Llama, sequences: Tensor) -> Optional[Tensor]:
    # (b, t) numbers of the sequences packed into a row, -1 padding; nothing: causal alone will do
    mask = annotate(Optional[Tensor], None)
    if sequences.numel() > 0:
      t = sequences.size(1)
      causal = torch.tril(torch.ones([t, t], dtype=11, device=sequences.device))
      same = torch.eq(sequences.unsqueeze(2), sequences.unsqueeze(1))
      mask = torch.logical_and(same, causal).unsqueeze(1)
    return mask

  def window_mask(self: __torch__.llama.Llama, mask: Optional[Tensor], ids: Tensor) -> Optional[Tensor]:
    # the mask of the layers whose attention looks at the last window positions only
    t = ids.size(1)
    if self.window > 0 and t > self.window:
      at = torch.arange(t, device=ids.device)
      back = at.unsqueeze(1) - at.unsqueeze(0)
      near = torch.logical_and(torch.ge(back, 0), torch.lt(back, self.window)).view(1, 1, t, t)
      if mask is not None:
        near = torch.logical_and(near, mask)
      mask = near
    return mask

  def mlp(self: __torch__.llama.Llama, x: Tensor, w: Dict[str, Tensor], layer: str) -> Tensor:
    h = __torch__.llama.rms_norm(x, w[layer + "post_attention_layernorm.weight"], self.eps, self.dt)
    gate = torch.silu(self.linear(h, w, layer + "mlp.gate_proj", self.ffn, self.hidden))
    up = self.linear(h, w, layer + "mlp.up_proj", self.ffn, self.hidden)
    return x + self.linear(gate * up, w, layer + "mlp.down_proj", self.hidden, self.ffn)

  def project(self: __torch__.llama.Llama, x: Tensor, b: int, cos: Tensor, sin: Tensor, w: Dict[str, Tensor], layer: str) -> Tuple[Tensor, Tensor, Tensor]:
    # (n, d) -> queries (b, heads, t, head_dim), keys and values (b, kv, t, head_dim)
    hd = self.head_dim
    h = __torch__.llama.rms_norm(x, w[layer + "input_layernorm.weight"], self.eps, self.dt)
    q = self.linear(h, w, layer + "self_attn.q_proj", self.heads * hd, self.hidden).view(b, -1, self.heads, hd)
    k = self.linear(h, w, layer + "self_attn.k_proj", self.kv * hd, self.hidden).view(b, -1, self.kv, hd)
    v = self.linear(h, w, layer + "self_attn.v_proj", self.kv * hd, self.hidden).view(b, -1, self.kv, hd)
    if (layer + "self_attn.q_norm.weight") in w:
      q = __torch__.llama.rms_norm(q, w[layer + "self_attn.q_norm.weight"], self.eps, self.dt)
      k = __torch__.llama.rms_norm(k, w[layer + "self_attn.k_norm.weight"], self.eps, self.dt)
    q = __torch__.llama.rotate(q, cos, sin).transpose(1, 2)
    k = __torch__.llama.rotate(k, cos, sin).transpose(1, 2)
    return q, k, v.transpose(1, 2)

  def attend(self: __torch__.llama.Llama, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor]) -> Tensor:
    # -> (n, heads * head_dim); without a mask, causal
    groups = self.heads // self.kv
    if groups > 1:
      k = torch.repeat_interleave(k, groups, 1)
      v = torch.repeat_interleave(v, groups, 1)
    if self.dt == 15 and q.size(2) < 512 and not q.is_cuda:
      # on short rows the processors' backward kernel is up to 17 times slower in bfloat16
      o = torch.scaled_dot_product_attention(q.to(6), k.to(6), v.to(6), mask, 0.0, mask is None).to(15)
    else:
      o = torch.scaled_dot_product_attention(q, k, v, mask, 0.0, mask is None)
    return o.transpose(1, 2).reshape(-1, self.heads * self.head_dim)

  def layer(self: __torch__.llama.Llama, x: Tensor, b: int, cos: Tensor, sin: Tensor, mask: Optional[Tensor], w: Dict[str, Tensor], i: int, seed: int) -> Tensor:
    if self.dropping:
      # the same drops when the layer is computed again
      torch.manual_seed(seed + i)
    layer = "model.layers." + str(i) + "."
    q, k, v = self.project(x, b, cos, sin, w, layer)
    o = self.attend(q, k, v, mask)
    x = x + self.linear(o, w, layer + "self_attn.o_proj", self.hidden, self.heads * self.head_dim)
    return self.mlp(x, w, layer)

  def transformer(self: __torch__.llama.Llama, ids: Tensor, positions: Tensor, sequences: Tensor, w: Dict[str, Tensor]) -> Tensor:
    cos, sin = self.angles(positions, w)
    mask = self.attention_mask(sequences)
    near = self.window_mask(mask, ids)
    x = self.embed(ids, w)
    for i in range(self.layers):
      x = self.layer(x, ids.size(0), cos, sin, near if i >= self.window_from else mask, w, i, 0)
    return x

  def logits(self: __torch__.llama.Llama, ids: Tensor, positions: Tensor, sequences: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # -> (n, vocabulary) in float32
    self.dropping = False
    x = self.transformer(ids, positions, sequences, w)
    h = __torch__.llama.rms_norm(x, w["model.norm.weight"], self.eps, self.dt)
    return torch.matmul(h, self.head(w).to(self.dt).t()).to(6)

  def targets(self: __torch__.llama.Llama, labels: Tensor) -> Tensor:
    # labels (b, t) -> the token each position predicts (n), -100 where there is none
    last = torch.full([labels.size(0), 1], -100, dtype=4, device=labels.device)
    return torch.cat([labels[:, 1:], last], 1).view(-1)

  def cross_entropy(self: __torch__.llama.Llama, h: Tensor, y: Tensor, w: Dict[str, Tensor], factor: float, gradients: bool) -> Tuple[Tensor, Tensor, Tensor]:
    # the loss summed over rows, and factor times its gradients by h and by the head (empty where
    # it is not trained); logits are there for a chunk of rows at a time only
    dt = self.dt
    wide = 7 if dt == 7 else 6
    trained = self.head(w).requires_grad and gradients
    e = self.head(w).detach().to(dt)
    loss = torch.zeros([], dtype=wide, device=h.device)
    dh = torch.empty_like(h)
    de = torch.zeros([e.size(0), e.size(1)] if trained else [0], dtype=wide, device=h.device)
    n = h.size(0)
    for j in range((n + self.chunk - 1) // self.chunk):
      lo = j * self.chunk
      hi = min(n, lo + self.chunk)
      z = torch.matmul(h[lo:hi], e.t()).to(wide)
      yy = y[lo:hi].unsqueeze(1)
      lse = torch.logsumexp(z, [1], True)
      loss = loss + torch.sum(lse - torch.gather(z, 1, yy))
      if gradients:
        z = torch.exp_(torch.sub_(z, lse))
        z = torch.scatter_add_(z, 1, yy, torch.full_like(lse, -1.0))
        z = torch.mul_(z, factor).to(dt)
        dh[lo:hi] = torch.matmul(z, e)
        if trained:
          de = de + torch.matmul(z.t(), h[lo:hi])
    return loss, dh, de

  def loss(self: __torch__.llama.Llama, ids: Tensor, labels: Tensor, positions: Tensor, sequences: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # the sum over the unmasked tokens
    self.dropping = False
    x = self.transformer(ids, positions, sequences, w)
    y = self.targets(labels)
    keep = torch.nonzero(torch.ne(y, -100)).squeeze(1)
    h = __torch__.llama.rms_norm(torch.index_select(x, 0, keep), w["model.norm.weight"], self.eps, self.dt)
    loss, dh, de = self.cross_entropy(h, torch.index_select(y, 0, keep), w, 1.0, False)
    return loss

  def finish(self: __torch__.llama.Llama, x: Tensor, labels: Tensor, w: Dict[str, Tensor], factor: float) -> Tuple[Tensor, Tensor]:
    # from the last layer's output: the loss, the gradient by x; adds those of final norm and head
    torch.set_grad_enabled(False)
    y = self.targets(labels)
    keep = torch.nonzero(torch.ne(y, -100)).squeeze(1)
    kept = torch.index_select(x, 0, keep)
    torch.set_grad_enabled(True)
    leaf = kept.detach().requires_grad_(True)
    h = __torch__.llama.rms_norm(leaf, w["model.norm.weight"], self.eps, self.dt)
    torch.set_grad_enabled(False)
    loss, dh, de = self.cross_entropy(h.detach(), torch.index_select(y, 0, keep), w, factor, True)
    torch.set_grad_enabled(True)
    torch.backward(h, dh)
    head = self.head(w)
    if head.requires_grad:
      torch.backward(head.view(head.size(0), -1), de.to(head.dtype))
    torch.set_grad_enabled(False)
    return loss, torch.index_copy(torch.zeros_like(x), 0, keep, leaf.grad)

  def step(self: __torch__.llama.Llama, ids: Tensor, labels: Tensor, positions: Tensor, sequences: Tensor, factor: Tensor, seed: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # adds factor times the gradient of the summed loss to every trained weight -> the summed loss
    b = ids.size(0)
    s = int(seed)
    self.dropping = self.lora_dropout > 0.0
    f = float(factor)
    cos, sin = self.angles(positions, w)
    mask = self.attention_mask(sequences)
    near = self.window_mask(mask, ids)
    if self.checkpointing:
      # keep each layer's input only; a layer is computed again when its gradient is due
      x = self.noisy(self.embed(ids, w), ids.size(1), s)
      inputs = annotate(List[Tensor], [])
      for i in range(self.layers):
        inputs.append(x)
        x = self.layer(x, b, cos, sin, near if i >= self.window_from else mask, w, i, s)
      loss, dx = self.finish(x, labels, w, f)
      torch.set_grad_enabled(True)
      for r in range(self.layers):
        leaf = inputs.pop().detach().requires_grad_(True)
        i = self.layers - 1 - r
        y = self.layer(leaf, b, cos, sin, near if i >= self.window_from else mask, w, i, s)
        torch.backward(y, dx)
        dx = leaf.grad
      if w["model.embed_tokens.weight"].requires_grad:
        torch.backward(self.embed(ids, w), dx)
    else:
      torch.set_grad_enabled(True)
      x = self.noisy(self.embed(ids, w), ids.size(1), s)
      for i in range(self.layers):
        x = self.layer(x, b, cos, sin, near if i >= self.window_from else mask, w, i, s)
      loss, dx = self.finish(x.detach(), labels, w, f)
      torch.set_grad_enabled(True)
      torch.backward(x, dx)
    torch.set_grad_enabled(False)
    self.dropping = False
    return loss

  def magnitudes(self: __torch__.llama.Llama, rows: Tensor, columns: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # the norm of every row of the layer "m" without an adapter
    return __torch__.lora.norms(__torch__.llama.weight(w, "m.weight", int(rows), int(columns), self.dt, self.block))

  def caches(self: __torch__.llama.Llama, b: Tensor, length: Tensor, like: Tensor) -> Tuple[Tensor, Tensor]:
    # keys and values of all layers (layers, b, kv, length, head_dim)
    size = [self.layers, int(b), self.kv, int(length), self.head_dim]
    return torch.zeros(size, dtype=self.dt, device=like.device), torch.zeros(size, dtype=self.dt, device=like.device)

  def decode(self: __torch__.llama.Llama, ids: Tensor, start: Tensor, padding: Tensor, keys: Tensor, values: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # the next t ids of each row at column start; padding (b) columns on the left are not looked at;
    # keys and values are written in place -> logits after the last column (b, vocabulary), float32
    self.dropping = False
    b, t = ids.size(0), ids.size(1)
    at = int(start)
    end = at + t
    columns = torch.arange(end, device=ids.device)
    queries = columns[at:].view(1, t, 1)
    cos, sin = self.angles(torch.clamp(columns[at:].unsqueeze(0) - padding.unsqueeze(1), 0), w)
    real = torch.ge(columns.view(1, 1, end), padding.view(b, 1, 1))
    seen = torch.logical_and(real, torch.le(columns.view(1, 1, end), queries))
    # a padding column sees itself, so that its softmax is not over nothing
    full = torch.logical_or(seen, torch.eq(columns.view(1, 1, end), queries)).unsqueeze(1)
    near = full
    if self.window > 0:
      near = torch.logical_and(full, torch.lt(queries - columns.view(1, 1, end), self.window).unsqueeze(1))
    x = self.embed(ids, w)
    groups = self.heads // self.kv
    for i in range(self.layers):
      layer = "model.layers." + str(i) + "."
      mask = near if i >= self.window_from else full
      q, k, v = self.project(x, b, cos, sin, w, layer)
      kc = keys[i]
      vc = values[i]
      kc[:, :, at:end] = k
      vc[:, :, at:end] = v
      k = kc[:, :, :end]
      v = vc[:, :, :end]
      if t > 1:
        o = self.attend(q, k, v, mask)
      else:
        z = torch.matmul(q.reshape(b, self.kv, groups, self.head_dim), k.transpose(2, 3)).to(6) * (1.0 / float(self.head_dim) ** 0.5)
        z = torch.masked_fill(z, torch.logical_not(mask), float("-inf"))
        o = torch.matmul(torch.softmax(z, -1).to(self.dt), v).reshape(b, self.heads * self.head_dim)
      x = x + self.linear(o, w, layer + "self_attn.o_proj", self.hidden, self.heads * self.head_dim)
      x = self.mlp(x, w, layer)
    last = x.view(b, t, -1)[:, -1]
    h = __torch__.llama.rms_norm(last, w["model.norm.weight"], self.eps, self.dt)
    return torch.matmul(h, self.head(w).to(self.dt).t()).to(6)
