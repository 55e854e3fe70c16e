"""Writes src/test/resources/fourbit/fourbit.safetensors: weights quantized by bitsandbytes 0.50.2.

usage: make_fourbit.py FILE

FP4 and NF4 in several block sizes, with and without double quantization, on the CPU.
"""
import json
import sys

import bitsandbytes.functional as F
import torch
from safetensors.torch import save_file

generator = torch.Generator().manual_seed(5)
tensors, cases = {}, {}
for shape, kind in (((24, 64), "normal"), ((7, 45), "odd"), ((8, 64), "zeros")):
    weight = torch.randn(shape, generator=generator) * 0.05
    if kind == "zeros":
        weight.view(-1)[64:192] = 0
        weight.view(-1)[::5] = 0
    tensors[f"{kind}.weight"] = weight
    for quant_type, blocksize in (("fp4", 64), ("fp4", 128), ("nf4", 32), ("nf4", 256)):
        for double in (False, True):
            key = f"{kind}.{quant_type}.{blocksize}{'.double' if double else ''}"
            packed, state = F.quantize_4bit(weight, blocksize=blocksize, quant_type=quant_type, compress_statistics=double)
            absmax = F.dequantize_blockwise(state.absmax, state.state2) + state.offset if double else state.absmax
            tensors[f"{key}.packed"] = packed.reshape(-1).clone()
            tensors[f"{key}.absmax"] = absmax.clone()
            # by the table: the CPU kernel takes another block's absmax where a row is not a multiple of the block
            nibbles = torch.stack([packed.reshape(-1) >> 4, packed.reshape(-1) & 15], 1).view(-1).long()
            values = state.code[nibbles][: weight.numel()] * absmax.repeat_interleave(blocksize)[: weight.numel()]
            if shape[1] % blocksize == 0:
                assert torch.equal(values.view(shape), F.dequantize_4bit(packed, state)), key
            tensors[f"{key}.values"] = values.view(shape).clone()
            cases[key] = {"weight": f"{kind}.weight", "quant_type": quant_type, "blocksize": blocksize, "double": double}
save_file(tensors, sys.argv[1], metadata={"cases": json.dumps(cases)})
