"""Loads an adapter folder that ftpipe wrote with PEFT.

usage: check_adapter.py BASE ADAPTER [REFERENCE_ADAPTER]

Exit 1 when a tensor that PEFT expects is missing, one is unknown to it, or, with a reference adapter,
the logits of the two differ by more than 1e-5.
"""
import argparse
import sys

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM


def adapted(base, adapter):
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    return PeftModel.from_pretrained(model, adapter).eval()


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("base")
parser.add_argument("adapter")
parser.add_argument("reference", nargs="?")
args = parser.parse_args()

stored = load_file(f"{args.adapter}/adapter_model.safetensors")
model = adapted(args.base, args.adapter)
expected = get_peft_model_state_dict(model)
missing, unknown = sorted(set(expected) - set(stored)), sorted(set(stored) - set(expected))
unequal = [name for name in stored if name in expected and not torch.equal(stored[name].float(), expected[name].float())]
print(f"{len(stored)} tensors, missing {missing}, unknown {unknown}, not loaded as stored {unequal}")
failed = bool(missing or unknown or unequal)

if args.reference:
    ids = torch.arange(3, 35)[None]
    with torch.no_grad():
        difference = (model(ids).logits - adapted(args.base, args.reference)(ids).logits).abs().max().item()
    print(f"largest difference of logits from the reference: {difference:.3g}")
    failed |= difference > 1e-5
sys.exit(failed)
