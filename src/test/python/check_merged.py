"""Loads a model folder that ftpipe merged with Transformers.

usage: check_merged.py MERGED BASE ADAPTER [--result CSV --max-new-tokens N]

Compares the logits with those of base and adapter in PEFT (float32; 1e-4 where the merged model is
stored in float32, else one percent of the largest logit). With the result of a sanity_check at temperature 0, compares
the column results_finetuned with Transformers' own greedy answers. Exit 1 when something differs.
"""
import argparse
import csv
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("merged")
parser.add_argument("base")
parser.add_argument("adapter")
parser.add_argument("--result")
parser.add_argument("--max-new-tokens", type=int, default=128)
args = parser.parse_args()


def load(folder, dtype=torch.float32):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()


stored = load(args.merged, "auto").dtype
merged = load(args.merged)
adapted = PeftModel.from_pretrained(load(args.base), args.adapter).eval()
ids = torch.arange(3, 35)[None]
with torch.no_grad():
    ours, theirs = merged(ids).logits, adapted(ids).logits
difference, largest = (ours - theirs).abs().max().item(), theirs.abs().max().item()
limit = 1e-4 if stored == torch.float32 else largest / 100
print(f"stored as {stored}; largest difference of logits {difference:.3g}, allowed {limit:.3g}")
failed = difference > limit

if args.result:
    tokenizer = AutoTokenizer.from_pretrained(args.merged)
    with open(args.result, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        text = tokenizer.apply_chat_template(
            [{"role": "user", "content": row["prompt"]}], tokenize=False, add_generation_prompt=True)
        prompt = tokenizer(text, add_special_tokens=False, return_tensors="pt")
        with torch.no_grad():
            out = merged.generate(**prompt, max_new_tokens=args.max_new_tokens, do_sample=False,
                                  pad_token_id=tokenizer.pad_token_id or 0)
        answer = tokenizer.decode(out[0, prompt["input_ids"].shape[1]:], skip_special_tokens=True).strip()
        if answer != row["results_finetuned"].strip():
            failed = True
            print(f"{row['prompt']!r}:\n  ftpipe       {row['results_finetuned']!r}\n  transformers {answer!r}")
    print(f"{len(rows)} answers compared")
sys.exit(failed)
