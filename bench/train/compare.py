"""ftpipe beside Python's stack, one measurement after the other in a process each; prints the ratios.

usage: compare.py --model DIR --baseline peft_baseline.py [--python PYTHON] [ROW...]
  DIR: SmolLM2-135M in Hugging Face layout (`peft_baseline.py prepare` makes one); --python has its packages.
  ROW: some of bf16-1 bf16-4 bf16-4-graph f32-1 mixed greedy greedy-8 identity; all when none is given.
"""
import argparse, importlib.util, json, os, subprocess, sys, tempfile, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent
# name: arguments of the baseline, of TrainBench, the ask: (speed at least, memory at most), of the baseline's
ROWS = {
    "bf16-1": (["step", "--dtype", "bf16", "--batch", "1", "--seq", "512"], ["step", "bf16", "1", "512", "5", "true", "false"], (1.7, 0.4)),
    "bf16-4": (["step", "--dtype", "bf16", "--batch", "4", "--seq", "512", "--steps", "3"], ["step", "bf16", "4", "512", "3", "true", "false"], (1.7, None)),
    "bf16-4-graph": ("bf16-4", ["step", "bf16", "4", "512", "3", "false", "false"], (2.3, None)),
    "f32-1": (["step", "--dtype", "f32", "--batch", "1", "--seq", "512"], ["step", "f32", "1", "512", "5", "true", "false"], (1.1, 0.5)),
    "greedy": (["generate", "--method", "plain", "--dtype", "bf16"], ["generate", "bf16", "1", "128"], (1.3, None)),
    "greedy-8": (None, ["generate", "bf16", "8", "128"], None),
}


def last_json(command, env=None):
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-4000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def ours(a, arguments):
    # in a process as a stage's, said by the program; compiled apart, whose memory is no trainer's
    classes = os.environ.get("FTPIPE_CLASSES", str(HOME / "target/ftpipe.jar"))
    with tempfile.TemporaryDirectory() as compiled:
        subprocess.run(["javac", "-nowarn", "-proc:none", "-d", compiled, "-cp", classes, str(HERE / "TrainBench.java")],
                       check=True)
        worker = last_json(["java", "-cp", f"{compiled}{os.pathsep}{classes}", "TrainBench", "command"])
        return last_json([*worker["command"], arguments[0], a.model, *arguments[1:]], {**os.environ, **worker["env"]})


def theirs(a, arguments):
    return last_json([a.python, a.baseline, arguments[0], "--model", a.model, *arguments[1:]])


def shown(name, mine, other, ask):
    line = f"{name:14} ftpipe {mine['tokens_per_s']:8.1f} tok/s {mine['peak_rss_mb']:6} MB"
    if other:
        line += (f" | PEFT {other['tokens_per_s']:8.1f} tok/s {other['peak_rss_mb']:6} MB"
                 f" | speed x {mine['tokens_per_s'] / other['tokens_per_s']:.2f}"
                 f" memory x {mine['peak_rss_mb'] / other['peak_rss_mb']:.2f}")
    if ask:
        line += f" (asked: speed {ask[0]}" + (f", memory {ask[1]})" if ask[1] else ")")
    print(line, flush=True)


def mixed(a):
    """Rows of 16 to 512 tokens, most of them short: padded, and packed."""
    padded = ours(a, ["step", "bf16", "4", "mixed:512", "12", "true", "false"])
    packed = ours(a, ["step", "bf16", "4", "mixed:512", "12", "true", "true"])
    for name, r in (("mixed padded", padded), ("mixed packed", packed)):
        print(f"{name:14} {r['tokens']} tokens in {r['steps'] + 1} steps, {r['tokens_per_s']} tok/s without padding", flush=True)


def identity_project(a, folder):
    """The rows and questions of the baseline as a pipeline of ftpipe."""
    text = Path(a.baseline).read_text()
    space = {}
    exec(text[text.index("NAME, MAKER ="):text.index("def identity(a)")], space)
    rows = [{"prompt": q, "completion": t.format(n=space["NAME"], m=space["MAKER"])}
            for t in space["ANSWERS"] for q in space["ASK_NAME"] + space["ASK_MAKER"]]
    (folder / "rows.jsonl").write_text("".join(json.dumps(r, separators=(",", ":")) + "\n" for r in rows))
    # a folder of links: the model's files are stored elsewhere
    (folder / "model").mkdir()
    for f in Path(a.model).iterdir():
        (folder / "model" / f.name).write_bytes(f.read_bytes())
    expect = f"{space['NAME']}.*{space['MAKER']}"
    stages = {
        "train": {"uses": "train", "in": {"model": "model", "train": "rows.jsonl"}, "out": {"adapter": "adapter"},
                  "with": {"quantization": {"bnb_4bit_use_double_quant": True}, "lora": {"lora_alpha": 32},
                           "sft": {"max_length": 128},
                           "trainer": {"num_train_epochs": 1, "per_device_train_batch_size": 4, "learning_rate": 1e-3,
                                       "lr_scheduler_type": "cosine", "warmup_steps": 5, "save_strategy": "no",
                                       "gradient_checkpointing": a.checkpointing, "seed": 0}}},
        "merge": {"uses": "merge_model", "in": {"model": "model", "adapter": "adapter"}, "out": {"model": "merged"}},
        "ask": {"uses": "sanity_check", "in": {"pretrained": "model", "finetuned": "merged"}, "out": {"result": "result.csv"},
                "with": {"prompts": [{"prompt": q, "expect": expect} for q in space["HELD_OUT"]], "max_new_tokens": 24,
                         "temperature": 0}},
    }
    (folder / "pipeline.yaml").write_text(json.dumps({"stages": stages}))


def identity(a):
    """30 steps, merged, asked before and after; the baseline learns 30 steps an epoch and asks after each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        identity_project(a, folder)
        begin = time.perf_counter()
        done = last_json([os.environ.get("FTPIPE", str(HOME / "ftpipe")), "-C", name, "--no-progress", "repro", "--json"])
        wall = time.perf_counter() - begin
        seconds = {s["name"]: s["seconds"] for s in done["stages"]}
        result = (folder / "result.csv").read_text()
        right = sum(line.endswith(",true") for line in result.splitlines())
        print(f"identity       ftpipe train {seconds['train']:.1f} s, in all {wall:.1f} s, right {right} of 5 {seconds}", flush=True)
        print(result, flush=True)
    if a.baseline_identity:
        begin = time.perf_counter()
        r = theirs(a, ["identity"])
        print(f"identity       PEFT train {r['train_s']} s, {r['wall_s']} s with questions,"
              f" {time.perf_counter() - begin:.1f} s in all, right {r['evals'][-1]['right']} of 5", flush=True)


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--model", required=True)
    p.add_argument("--baseline", required=True)
    p.add_argument("--python", default=sys.executable)
    p.add_argument("--checkpointing", action="store_true", help="of the identity demo")
    p.add_argument("--no-baseline-identity", dest="baseline_identity", action="store_false")
    p.add_argument("rows", nargs="*")
    a = p.parse_args()
    known = {}
    for name in a.rows or [*ROWS, "mixed", "identity"]:
        if name == "mixed":
            mixed(a)
        elif name == "identity":
            identity(a)
        else:
            other, mine, ask = ROWS[name]
            key = other if isinstance(other, str) else name
            if key not in known:
                known[key] = theirs(a, ROWS[key][0]) if ROWS[key][0] else None
            shown(name, ours(a, mine), known[key], ask)


main()
