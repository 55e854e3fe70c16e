# The Llama transformer: forward, training step, generation. Weights are a dict by the names of a
# Hugging Face checkpoint; a quantized one is NAME.packed and NAME.absmax instead of NAME. Adapters
# are MODULE.lora_A.weight, MODULE.lora_B.weight, the 0-d MODULE.lora_scale and for DoRA
# MODULE.lora_magnitude_vector. Whatever requires a gradient is trained. Types by number: int64 4, float32 6, float64 7, bfloat16 15.
# b rows, t positions, n = b * t tokens, d hidden size.

def absmax(w: Dict[str, Tensor], name: str) -> Tensor:
  # the scales of a quantized weight's blocks, float32
  scales = w[name + ".absmax"]
  if (name + ".nested_absmax") in w:
    scales = __torch__.nf4.dequantize_absmax(scales, w[name + ".nested_absmax"], w[name + ".offset"], w["nf4.nested_code"])
  return scales

def weight(w: Dict[str, Tensor], name: str, rows: int, columns: int, dt: int, block: int) -> Tensor:
  if name in w:
    return w[name].to(dt)
  return __torch__.nf4.dequantize(w[name + ".packed"], __torch__.llama.absmax(w, name), w["nf4.pairs"], rows, columns, block, dt)

def weight_into(out: Tensor, w: Dict[str, Tensor], name: str, block: int) -> int:
  if name in w:
    out.copy_(w[name])
    return 0
  return __torch__.nf4.dequantize_into(out, w[name + ".packed"], __torch__.llama.absmax(w, name), w["nf4.pairs"], block)

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

  def by_hand(self: __torch__.llama.Llama, w: Dict[str, Tensor]) -> bool:
    # whether adapters alone are trained, without what they may have beside A and B
    simple = not self.dropping
    for name in w.keys():
      if name.endswith(".lora_magnitude_vector"):
        simple = False
      elif w[name].requires_grad and name.find(".lora_A.") < 0 and name.find(".lora_B.") < 0:
        simple = False
    return simple

  def sizes(self: __torch__.llama.Llama, group: str) -> List[int]:
    # the outputs of the linear layers of a group, whose input is one
    q, kv = self.heads * self.head_dim, self.kv * self.head_dim
    if group == "qkv":
      return [q, kv, kv]
    return [self.ffn, self.ffn] if group == "gate_up" else [self.hidden]

  def columns(self: __torch__.llama.Llama, group: str) -> int:
    if group == "o_proj":
      return self.heads * self.head_dim
    return self.ffn if group == "down_proj" else self.hidden

  def stacked(self: __torch__.llama.Llama, w: Dict[str, Tensor], layer: str, group: str, kept: Dict[str, Tensor]) -> Tensor:
    # the layers of a group as one matrix, see manual.py
    if group in kept:
      return kept[group]
    modules = __torch__.manual.modules(layer, group)
    sizes = self.sizes(group)
    rows, columns = sum(sizes), self.columns(group)
    rank = __torch__.manual.rank(w, modules)
    m = torch.empty([rows + rank, columns + rank], dtype=self.dt, device=w["model.embed_tokens.weight"].device)
    row = 0
    for j in range(len(modules)):
      __torch__.llama.weight_into(m[row:row + sizes[j], :columns], w, modules[j] + ".weight", self.block)
      row = row + sizes[j]
    __torch__.manual.adapters_into(m, w, modules, sizes, columns)
    if self.checkpointing:
      # the backward comes next; without checkpointing all layers' weights would be there at once
      kept[group] = m
    return m

  def kept_linear(self: __torch__.llama.Llama, x: Tensor, m: Tensor, w: Dict[str, Tensor], layer: str, group: str) -> Tensor:
    # x with room for A x -> the outputs of a group side by side
    sizes = self.sizes(group)
    __torch__.manual.low_into(x, m, sum(sizes), self.columns(group))
    y = torch.matmul(x, m[:sum(sizes)].t())
    __torch__.manual.add_biases(y, w, __torch__.manual.modules(layer, group), sizes)
    return y

  def linear_backward(self: __torch__.llama.Llama, d: Tensor, x: Tensor, m: Tensor, w: Dict[str, Tensor], layer: str, group: str) -> Tensor:
    return __torch__.manual.linear_backward(d, x, m, w, __torch__.manual.modules(layer, group), self.sizes(group), self.columns(group))

  def with_room(self: __torch__.llama.Llama, x: Tensor, columns: int) -> Tensor:
    # a copy of x (n, d) in the first of more columns
    y = torch.empty([x.size(0), columns], dtype=x.dtype, device=x.device)
    y[:, :x.size(1)].copy_(x)
    return y

  def kept_head_norm(self: __torch__.llama.Llama, x: Tensor, w: Dict[str, Tensor], name: str, kept: Dict[str, Tensor]) -> Tensor:
    if (name + ".weight") in w:
      kept[name] = x
      x, kept[name + ".r"] = __torch__.manual.rms_norm(x, w[name + ".weight"], self.eps, self.dt)
    return x

  def head_norm_backward(self: __torch__.llama.Llama, d: Tensor, w: Dict[str, Tensor], name: str, kept: Dict[str, Tensor]) -> Tensor:
    if name in kept:
      d = __torch__.manual.rms_norm_backward(d, kept[name], kept[name + ".r"], w[name + ".weight"])
    return d

  def kept_attend(self: __torch__.llama.Llama, q: Tensor, k: Tensor, v: Tensor, mask: Optional[Tensor], kept: Dict[str, Tensor]) -> Tensor:
    if q.is_cpu:
      kept["q"] = q
      kept["k"] = k
      kept["v"] = v
      if "lse" not in kept:
        groups = self.heads // self.kv
        o, lse = torch._scaled_dot_product_flash_attention_for_cpu(q, torch.repeat_interleave(k, groups, 1), torch.repeat_interleave(v, groups, 1), 0.0, mask is None, attn_mask=__torch__.manual.added(mask, self.dt))
        kept["o"] = o
        kept["lse"] = lse
      return kept["o"].transpose(1, 2).reshape(-1, self.heads * self.head_dim)
    torch.set_grad_enabled(True)
    kept["q"] = q.detach().requires_grad_(True)
    kept["k"] = k.detach().requires_grad_(True)
    kept["v"] = v.detach().requires_grad_(True)
    kept["o"] = self.attend(kept["q"], kept["k"], kept["v"], mask)
    torch.set_grad_enabled(False)
    return kept["o"].detach()

  def attend_backward(self: __torch__.llama.Llama, do: Tensor, b: int, mask: Optional[Tensor], kept: Dict[str, Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
    if "lse" in kept:
      g = do.view(b, -1, self.heads, self.head_dim).transpose(1, 2)
      q, k, v = kept["q"], kept["k"], kept["v"]
      if self.dt == 15:
        return __torch__.manual.attention_backward(g, q, k, v, kept["o"], kept["lse"], mask)
      groups = self.heads // self.kv
      dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward(g, q, torch.repeat_interleave(k, groups, 1), torch.repeat_interleave(v, groups, 1), kept["o"], kept["lse"], 0.0, mask is None, attn_mask=__torch__.manual.added(mask, self.dt))
      return dq, torch.sum(dk.unflatten(1, [self.kv, groups]), [2]), torch.sum(dv.unflatten(1, [self.kv, groups]), [2])
    torch.backward(kept["o"], do)
    return kept["q"].grad, kept["k"].grad, kept["v"].grad

  def kept_layer(self: __torch__.llama.Llama, x: Tensor, b: int, cos: Tensor, sin: Tensor, mask: Optional[Tensor], w: Dict[str, Tensor], i: int, kept: Dict[str, Tensor]) -> Tensor:
    # what the backward needs of a layer -> what stands before the last sum: the output of attention
    # with its input
    layer = "model.layers." + str(i) + "."
    hd = self.head_dim
    q_end = self.heads * hd
    k_end = q_end + self.kv * hd
    kept["x"] = x
    m = self.stacked(w, layer, "qkv", kept)
    h = torch.empty([x.size(0), m.size(1)], dtype=self.dt, device=x.device)
    kept["r"] = __torch__.manual.rms_norm_into(h[:, :self.hidden], x, w[layer + "input_layernorm.weight"], self.eps)
    kept["h"] = h
    y = self.kept_linear(h, m, w, layer, "qkv")
    q = y[:, :q_end].view(b, -1, self.heads, hd)
    k = y[:, q_end:k_end].view(b, -1, self.kv, hd)
    v = y[:, k_end:].view(b, -1, self.kv, hd)
    q = __torch__.llama.rotate(self.kept_head_norm(q, w, layer + "self_attn.q_norm", kept), cos, sin)
    k = __torch__.llama.rotate(self.kept_head_norm(k, w, layer + "self_attn.k_norm", kept), cos, sin)
    o = self.kept_attend(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), mask, kept)
    m = self.stacked(w, layer, "o_proj", kept)
    kept["a"] = self.with_room(o, m.size(1))
    y = torch.add_(self.kept_linear(kept["a"], m, w, layer, "o_proj"), x)
    kept["y"] = y
    m = self.stacked(w, layer, "gate_up", kept)
    h = torch.empty([x.size(0), m.size(1)], dtype=self.dt, device=x.device)
    kept["s"] = __torch__.manual.rms_norm_into(h[:, :self.hidden], y, w[layer + "post_attention_layernorm.weight"], self.eps)
    kept["m"] = h
    wide = self.kept_linear(h, m, w, layer, "gate_up")
    kept["gate"] = wide[:, :self.ffn]
    kept["up"] = wide[:, self.ffn:]
    kept["silu"] = torch.silu(kept["gate"])
    m = self.stacked(w, layer, "down_proj", kept)
    product = torch.empty([x.size(0), m.size(1)], dtype=self.dt, device=x.device)
    torch.mul(kept["silu"], kept["up"], out=product[:, :self.ffn])
    kept["product"] = product
    return y

  def kept_output(self: __torch__.llama.Llama, y: Tensor, w: Dict[str, Tensor], i: int, kept: Dict[str, Tensor]) -> Tensor:
    layer = "model.layers." + str(i) + "."
    return torch.add_(self.kept_linear(kept["product"], self.stacked(w, layer, "down_proj", kept), w, layer, "down_proj"), y)

  def layer_backward(self: __torch__.llama.Llama, dy: Tensor, b: int, cos: Tensor, sin: Tensor, mask: Optional[Tensor], w: Dict[str, Tensor], i: int, kept: Dict[str, Tensor]) -> Tensor:
    layer = "model.layers." + str(i) + "."
    n = dy.size(0)
    m = self.stacked(w, layer, "down_proj", kept)
    __torch__.manual.low_into(kept["product"], m, self.hidden, self.ffn)
    d = self.linear_backward(self.with_room(dy, m.size(0)), kept["product"], m, w, layer, "down_proj")
    m = self.stacked(w, layer, "gate_up", kept)
    wide = torch.empty([n, m.size(0)], dtype=self.dt, device=dy.device)
    torch.mul(d, kept["silu"], out=wide[:, self.ffn:2 * self.ffn])
    torch.silu_backward(torch.mul_(d, kept["up"]), kept["gate"], grad_input=wide[:, :self.ffn])
    d = self.linear_backward(wide, kept["m"], m, w, layer, "gate_up")
    dy = dy + __torch__.manual.rms_norm_backward(d, kept["y"], kept["s"], w[layer + "post_attention_layernorm.weight"])
    m = self.stacked(w, layer, "o_proj", kept)
    d = self.linear_backward(self.with_room(dy, m.size(0)), kept["a"], m, w, layer, "o_proj")
    q, k, v = self.attend_backward(d, b, mask, kept)
    q = self.head_norm_backward(__torch__.llama.rotate(q.transpose(1, 2), cos, torch.neg(sin)), w, layer + "self_attn.q_norm", kept)
    k = self.head_norm_backward(__torch__.llama.rotate(k.transpose(1, 2), cos, torch.neg(sin)), w, layer + "self_attn.k_norm", kept)
    m = self.stacked(w, layer, "qkv", kept)
    wide = torch.empty([n, m.size(0)], dtype=self.dt, device=dy.device)
    q_end = self.heads * self.head_dim
    k_end = q_end + self.kv * self.head_dim
    v_end = k_end + self.kv * self.head_dim
    wide[:, :q_end].copy_(q.reshape(n, -1))
    wide[:, q_end:k_end].copy_(k.reshape(n, -1))
    wide[:, k_end:v_end].view(b, -1, self.kv, self.head_dim).copy_(v.transpose(1, 2))
    d = self.linear_backward(wide, kept["h"], m, w, layer, "qkv")
    return dy + __torch__.manual.rms_norm_backward(d, kept["x"], kept["r"], w[layer + "input_layernorm.weight"])

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
      z = torch.log_softmax(torch.matmul(h[lo:hi], e.t()).to(wide), -1)
      yy = y[lo:hi].unsqueeze(1)
      loss = loss - torch.sum(torch.gather(z, 1, yy))
      if gradients:
        z = torch.exp_(z)
        z = torch.scatter_add_(z, 1, yy, torch.full([hi - lo, 1], -1.0, dtype=wide, device=h.device)).to(dt)
        dh[lo:hi] = torch.matmul(z, e).mul_(factor)
        if trained:
          de = de + torch.matmul(z.t(), h[lo:hi]) * factor
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
    if self.by_hand(w):
      # nothing is recorded; with checkpointing a layer's values live from its own second forward to
      # its backward, and what attention gave from its first
      x = self.noisy(self.embed(ids, w), ids.size(1), s)
      all = annotate(List[Dict[str, Tensor]], [])
      for i in range(self.layers):
        kept = annotate(Dict[str, Tensor], {})
        y = self.kept_layer(x, b, cos, sin, near if i >= self.window_from else mask, w, i, kept)
        if self.checkpointing:
          all.append(__torch__.manual.attended(x, kept))
        else:
          all.append(kept)
        x = self.kept_output(y, w, i, kept)
      loss, dx = self.finish(x, labels, w, f)
      for r in range(self.layers):
        i = self.layers - 1 - r
        m = near if i >= self.window_from else mask
        kept = all.pop()
        if self.checkpointing:
          y = self.kept_layer(kept["x"], b, cos, sin, m, w, i, kept)
        dx = self.layer_backward(dx, b, cos, sin, m, w, i, kept)
    elif self.checkpointing:
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

  def join(self: __torch__.llama.Llama, parts: List[Tensor]) -> List[Tensor]:
    # all of them below each other, then every one as a part of that
    all = torch.cat(parts)
    out = [all]
    row = 0
    for part in parts:
      out.append(all[row:row + part.size(0)])
      row = row + part.size(0)
    return out

  def next_projections(self: __torch__.llama.Llama, x: Tensor, b: int, cos: Tensor, sin: Tensor, w: Dict[str, Tensor], layer: str) -> Tuple[Tensor, Tensor, Tensor]:
    # as project; where the projections are joined, queries and keys turn together
    joined = layer + "self_attn.qkv_proj.weight"
    if joined not in w:
      return self.project(x, b, cos, sin, w, layer)
    hd = self.head_dim
    h = __torch__.llama.rms_norm(x, w[layer + "input_layernorm.weight"], self.eps, self.dt)
    y = torch.matmul(h, w[joined].t())
    if (layer + "self_attn.qkv_proj.bias") in w:
      y = torch.add_(y, w[layer + "self_attn.qkv_proj.bias"])
    all = y.view(b, -1, self.heads + 2 * self.kv, hd)
    turning = all[:, :, :self.heads + self.kv]
    if (layer + "self_attn.q_norm.weight") in w:
      q = __torch__.llama.rms_norm(turning[:, :, :self.heads], w[layer + "self_attn.q_norm.weight"], self.eps, self.dt)
      k = __torch__.llama.rms_norm(turning[:, :, self.heads:], w[layer + "self_attn.k_norm.weight"], self.eps, self.dt)
      turning = torch.cat([q, k], 2)
    turning = __torch__.llama.rotate(turning, cos, sin).transpose(1, 2)
    return turning[:, :self.heads], turning[:, self.heads:], all[:, :, self.heads + self.kv:].transpose(1, 2)

  def next_mlp(self: __torch__.llama.Llama, x: Tensor, w: Dict[str, Tensor], layer: str) -> Tensor:
    joined = layer + "mlp.gate_up_proj.weight"
    if joined not in w:
      return self.mlp(x, w, layer)
    h = __torch__.llama.rms_norm(x, w[layer + "post_attention_layernorm.weight"], self.eps, self.dt)
    y = torch.matmul(h, w[joined].t())
    if (layer + "mlp.gate_up_proj.bias") in w:
      y = torch.add_(y, w[layer + "mlp.gate_up_proj.bias"])
    return x + self.linear(torch.silu(y[:, :self.ffn]) * y[:, self.ffn:], w, layer + "mlp.down_proj", self.hidden, self.ffn)

  def decode_hidden(self: __torch__.llama.Llama, ids: Tensor, start: Tensor, padding: Tensor, keys: Tensor, values: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # -> the head's input after the last column (b, d)
    self.dropping = False
    b, t = ids.size(0), ids.size(1)
    at = int(start)
    end = at + t
    columns = torch.arange(end, device=ids.device)
    positions = columns[at:].unsqueeze(0)
    queries = columns[at:].view(1, t, 1)
    full = annotate(Optional[Tensor], None)
    if padding.numel() > 0 or t > 1:
      seen = torch.le(columns.view(1, 1, end), queries)
      if padding.numel() > 0:
        positions = torch.clamp(positions - padding.unsqueeze(1), 0)
        seen = torch.logical_and(torch.ge(columns.view(1, 1, end), padding.view(b, 1, 1)), seen)
        # a padding column sees itself, so that its softmax is not over nothing
        seen = torch.logical_or(seen, torch.eq(columns.view(1, 1, end), queries))
      full = seen.unsqueeze(1)
    near = full
    if self.window > 0 and end > self.window:
      inside = torch.lt(queries - columns.view(1, 1, end), self.window).unsqueeze(1)
      near = inside if full is None else torch.logical_and(full, inside)
    cos, sin = self.angles(positions, w)
    x = self.embed(ids, w)
    groups = self.heads // self.kv
    for i in range(self.layers):
      layer = "model.layers." + str(i) + "."
      mask = near if i >= self.window_from else full
      q, k, v = self.next_projections(x, b, cos, sin, w, layer)
      kc = keys[i]
      vc = values[i]
      kc[:, :, at:end] = k
      vc[:, :, at:end] = v
      k = kc[:, :, :end]
      v = vc[:, :, :end]
      if t > 1:
        o = self.attend(q, k, v, mask)
      else:
        # the queries that share keys stand where positions would
        o = torch.scaled_dot_product_attention(q.reshape(b, self.kv, groups, self.head_dim), k, v, mask, 0.0, False).reshape(b, self.heads * self.head_dim)
      x = x + self.linear(o, w, layer + "self_attn.o_proj", self.hidden, self.heads * self.head_dim)
      x = self.next_mlp(x, w, layer)
    last = x.view(b, t, -1)[:, -1]
    return __torch__.llama.rms_norm(last, w["model.norm.weight"], self.eps, self.dt)

  def decode(self: __torch__.llama.Llama, ids: Tensor, start: Tensor, padding: Tensor, keys: Tensor, values: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # the next t ids of each row at column start; padding (b, or 0 where no row has any) columns on
    # the left are not looked at; keys and values are written in place -> logits after the last
    # column (b, vocabulary), float32
    h = self.decode_hidden(ids, start, padding, keys, values, w)
    return torch.matmul(h, self.head(w).to(self.dt).t()).to(6)

  def decode_likeliest(self: __torch__.llama.Llama, ids: Tensor, start: Tensor, padding: Tensor, keys: Tensor, values: Tensor, w: Dict[str, Tensor]) -> Tensor:
    # as decode -> the id of the largest logit (b)
    h = self.decode_hidden(ids, start, padding, keys, values, w)
    return torch.argmax(torch.matmul(h, self.head(w).to(self.dt).t()), -1)
