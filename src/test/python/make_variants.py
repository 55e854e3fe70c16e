"""Writes src/test/resources/variants/: adapters of every kind that PEFT makes on the tiny models, and how they train.

usage: make_variants.py MODELS FOLDER

A folder each: start/ (the adapter before training, with B away from 0; not for PiSSA, which the trainer starts itself),
end/ (after 5 steps of AdamW at rate 0.01 without weight decay, clipped at 1) and run.json: base, ids, losses, gradient
norms, and for the first row the logits of the last position at the end. float32, one thread. PiSSA's end/ is converted
to a plain adapter by PEFT.
"""
import json
import os
import shutil
import sys

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
CASES = {
    "bias_all": ("qwen2_tied", dict(bias="all", target_modules=["q_proj", "down_proj"])),
    "bias_lora_only": ("llama_biases_linear", dict(bias="lora_only", target_modules=["k_proj", "up_proj"])),
    "embedding_and_norms": ("smollm2", dict(modules_to_save=["embed_tokens", "norm"], target_modules=["v_proj"])),
    "head_of_a_tied_model": ("qwen2_tied", dict(modules_to_save=["lm_head"], target_modules=["o_proj"])),
    "linear_as_a_whole": ("mistral_window", dict(modules_to_save=["layers.1.mlp.down_proj"], target_modules=["down_proj", "q_proj"])),
    "dora_rslora_patterns": ("qwen3", dict(use_dora=True, use_rslora=True, target_modules=["q_proj", "gate_proj"],
                                           rank_pattern={"layers.0.mlp.gate_proj": 3}, alpha_pattern={"q_proj": 9})),
    "dora_on_biases": ("qwen2_tied", dict(use_dora=True, target_modules=["q_proj", "v_proj"])),
    "layers": ("qwen2_window_above_a_layer", dict(layers_to_transform=[0, 2], target_modules=["q_proj", "v_proj"])),
    "expression": ("qwen3_biases", dict(target_modules=r"model\.layers\.1\.(self_attn|mlp)\.(k|down)_proj")),
    "pissa": ("llama_yarn_head_dim", dict(init_lora_weights="pissa", target_modules=["q_proj", "down_proj"], alpha_pattern={"q_proj": 4})),
}


def save(model, folder, **more):
    model.save_pretrained(folder, **more)
    os.remove(os.path.join(folder, "README.md"))
    path = os.path.join(folder, "adapter_config.json")
    config = json.load(open(path))
    config["base_model_name_or_path"] = "base"
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()
    json.dump(config, open(path, "w"), indent=1)
    for file in os.listdir(folder):
        os.chmod(os.path.join(folder, file), 0o644)


for seed, (name, (base, keys)) in enumerate(CASES.items()):
    torch.manual_seed(seed)
    folder = os.path.join(sys.argv[2], name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    model = AutoModelForCausalLM.from_pretrained(os.path.join(sys.argv[1], base), dtype=torch.float32, attn_implementation="eager")
    model = get_peft_model(model, LoraConfig(**{**dict(r=4, lora_alpha=8, task_type="CAUSAL_LM"), **keys}))
    pissa = keys.get("init_lora_weights") == "pissa"
    if pissa:
        model.peft_config["default"].init_lora_weights = True  # what PEFT demands of a start that is to be taken off
        start = os.path.join(folder, "start")
        model.save_pretrained(start)
        model.peft_config["default"].init_lora_weights = "pissa"
    else:
        with torch.no_grad():
            for key, weight in model.named_parameters():
                if "lora_B" in key:
                    weight.copy_(torch.randn(weight.shape) * 0.05)
        save(model, os.path.join(folder, "start"))
    ids = torch.randint(3, 100, (2, 16))
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0.01, weight_decay=0.0)
    losses, norms = [], []
    for _ in range(5):
        loss = model(ids, labels=ids, use_cache=False).loss
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(trained, 1.0).item())
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    with torch.no_grad():
        logits = model(ids, use_cache=False).logits[0, -1].tolist()
    if pissa:
        save(model, os.path.join(folder, "end"), path_initial_model_for_weight_conversion=start)
        shutil.rmtree(start)
    else:
        save(model, os.path.join(folder, "end"))
    json.dump({"base": base, "ids": ids.tolist(), "losses": losses, "norms": norms, "logits": logits},
              open(os.path.join(folder, "run.json"), "w"))
    print(name, losses[0], losses[-1], norms[0])
