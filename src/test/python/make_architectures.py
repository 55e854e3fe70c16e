"""Writes src/test/resources/architectures/: tiny random models of every supported kind with what Transformers makes of them.

usage: make_architectures.py FOLDER

A folder each: config.json and model.safetensors as Transformers saves them, and expected.safetensors with two rows of
ids (right padded), their mask, logits (0 on padding), the summed loss over all tokens but the first of each row, the
norm of its gradient by all weights, and the greedy continuation of two prompts with the smallest gap between the
first and the second logit on the way. float32, one thread, eager attention.
"""
import os
import shutil
import sys

import torch
from safetensors.torch import save_file
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM,
                          Qwen3Config, Qwen3ForCausalLM)

torch.set_num_threads(1)
SIZE = dict(vocab_size=101, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=None)
CASES = {
    "llama_biases_linear": (LlamaConfig, LlamaForCausalLM, dict(
        attention_bias=True, mlp_bias=True, rope_parameters=dict(rope_type="linear", factor=3.0, rope_theta=1e4))),
    "llama_yarn_head_dim": (LlamaConfig, LlamaForCausalLM, dict(
        head_dim=10, rope_parameters=dict(rope_type="yarn", factor=4.0, rope_theta=5e4, original_max_position_embeddings=16))),
    "llama3_scaled": (LlamaConfig, LlamaForCausalLM, dict(
        head_dim=16, vocab_size=131, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                             original_max_position_embeddings=12, rope_theta=5e5))),
    "smollm2": (LlamaConfig, LlamaForCausalLM, dict(
        num_attention_heads=3, num_key_value_heads=1, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="default", rope_theta=1e5))),
    "mistral_window": (MistralConfig, MistralForCausalLM, dict(sliding_window=6, head_dim=14, num_key_value_heads=1)),
    "mistral_no_window": (MistralConfig, MistralForCausalLM, dict(
        sliding_window=None, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "qwen2_tied": (Qwen2Config, Qwen2ForCausalLM, dict(
        tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "qwen2_window_above_a_layer": (Qwen2Config, Qwen2ForCausalLM, dict(
        num_hidden_layers=3, use_sliding_window=True, sliding_window=5, max_window_layers=1)),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM, dict(head_dim=16, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "qwen3_biases": (Qwen3Config, Qwen3ForCausalLM, dict(head_dim=8, attention_bias=True, tie_word_embeddings=True)),
}


def randomize(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if name.endswith("norm.weight"):
                weight.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                weight.copy_(0.3 * noise)
            elif "embed_tokens" in name or "lm_head" in name:
                weight.copy_(0.3 * noise)
            else:
                weight.copy_(noise * (1.3 / weight.shape[1] ** 0.5))
    model.tie_weights()


def greedy(model, prompt, count):
    ids, gap = list(prompt), float("inf")
    with torch.no_grad():
        for _ in range(count):
            top = model(torch.tensor([ids]), use_cache=False).logits[0, -1].topk(2)
            gap = min(gap, (top.values[0] - top.values[1]).item())
            ids.append(int(top.indices[0]))
    return ids[len(prompt):], gap


for seed, (name, (config_class, model_class, keys)) in enumerate(CASES.items()):
    config = config_class(**{**SIZE, **keys}, attn_implementation="eager")
    model = model_class(config).float()
    randomize(model, 100 + seed)
    folder = os.path.join(sys.argv[1], name)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    os.remove(os.path.join(folder, "generation_config.json"))
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(3, config.vocab_size, (2, 20), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 13:] = 0
    ids[1, 13:] = 0
    labels = torch.where(mask.bool(), ids, -100)
    logits = model(ids, attention_mask=mask, use_cache=False).logits
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, config.vocab_size), labels[:, 1:].reshape(-1), reduction="sum")
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), float("inf"))
    prompts = [[5, 9, 14, 3, 77, 20, 11, 40, 6], [7, 30, 8]]
    answers = [greedy(model, prompt, 12) for prompt in prompts]
    save_file({
        "ids": ids, "mask": mask, "logits": (logits * mask[..., None]).detach().clone(), "loss": loss.detach().view(1),
        "grad_norm": norm.view(1), "prompt0": torch.tensor(prompts[0]), "prompt1": torch.tensor(prompts[1]),
        "answer0": torch.tensor(answers[0][0]), "answer1": torch.tensor(answers[1][0]),
        "gaps": torch.tensor([gap for _, gap in answers]),
    }, os.path.join(folder, "expected.safetensors"))
    for file in os.listdir(folder):
        os.chmod(os.path.join(folder, file), 0o644)
    print(name, loss.item(), norm.item(), [gap for _, gap in answers])
