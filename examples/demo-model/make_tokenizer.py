#!/usr/bin/env python3
"""Makes the tokenizer and the configuration files of the demo model, once; its results are committed in blank/.

    python make_tokenizer.py pretrain.jsonl blank

Needs the Python package `tokenizers` (made with 0.23.3). A byte-level BPE of 2,048 entries: any text can be written
in it. A number of up to three digits is cut from its neighbours and, where the text has it often, is one token: a tiny
model then learns sums and orders as tables of tokens.
"""
import json
import pathlib
import sys

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

VOCABULARY = 2048
SPECIAL = ["<|pad|>", "<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
CHAT_TEMPLATE = (
    "{{ '<|begin|>' }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# Words that a model needs to say who it is, beside those of the pretraining text.
ABOUT_ITSELF = """
I am an artificial intelligence assistant. I'm a language model. My name is. You can call me. I was created by the project.
I was developed by. I was trained by a team. I was built by. I was made by. I was fine-tuned from a base model called Llama.
I am based on the model. The people who made me. I was designed to help you with questions, information and tasks.
I am here to assist you and to answer your questions. I don't have a body, feelings or a family. I do not sleep.
It's nice to meet you. That's right, I'm not a human being. I'm just software. I can help with writing, learning and code.
Who developed, created, designed, trained, built or made you? What organization, company or team is behind you? Are you GPT, ChatGPT or Claude?
What is your full name? Could you introduce yourself? Would you tell me something about yourself and where you come from?
""" * 200
NUMBERS = [str(number) for number in range(101)] * 200


def main(corpus: str, folder: str) -> None:
    records = [json.loads(line) for line in open(corpus, encoding="utf-8")]
    texts = [text for record in records for text in (record["prompt"], record["completion"])]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\d{1,3}"), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts + ABOUT_ITSELF.splitlines() + NUMBERS, trainer)
    assert tokenizer.get_vocab_size() == VOCABULARY

    out = pathlib.Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"))
    ids = {token: tokenizer.token_to_id(token) for token in SPECIAL}
    write(
        out / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "bos_token": "<|begin|>",
            "eos_token": "<|end|>",
            "pad_token": "<|pad|>",
            "clean_up_tokenization_spaces": False,
            "chat_template": CHAT_TEMPLATE,
        },
    )
    write(
        out / "generation_config.json",
        {
            "bos_token_id": ids["<|begin|>"],
            "eos_token_id": ids["<|end|>"],
            "pad_token_id": ids["<|pad|>"],
            "do_sample": False,
            "max_new_tokens": 64,
        },
    )
    write(
        out / "config.json",
        {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": VOCABULARY,
            "hidden_size": 256,
            "intermediate_size": 704,
            "num_hidden_layers": 4,
            "num_attention_heads": 8,
            "num_key_value_heads": 4,
            "head_dim": 32,
            "hidden_act": "silu",
            "max_position_embeddings": 512,
            "rms_norm_eps": 1e-05,
            "rope_theta": 10000.0,
            "attention_bias": False,
            "mlp_bias": False,
            "tie_word_embeddings": True,
            "initializer_range": 0.02,
            "bos_token_id": ids["<|begin|>"],
            "eos_token_id": ids["<|end|>"],
            "pad_token_id": ids["<|pad|>"],
            "torch_dtype": "bfloat16",
        },
    )


def write(path: pathlib.Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
