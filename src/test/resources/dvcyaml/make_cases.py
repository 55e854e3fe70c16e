"""make_cases.py > cases.json: what DVC (3.67) makes of small dvc.yaml files, or that it refuses them."""
import json
import os
import subprocess
import sys
import tempfile

CASES = {
    # --- templating
    "value keeps its type": {"params.yaml": "f: true\n", "dvc.yaml": "stages: {a: {cmd: x, frozen: '${f}'}}"},
    "scalars in a text": {
        "params.yaml": "b: true\ni: 7\nf: 1.5\ne: 2e-5\nn: null\ns: a b\nbig: 1e20\n",
        "dvc.yaml": "stages: {a: {cmd: 'x ${b} ${i} ${f} ${e} ${n} ${s} ${big}'}}",
    },
    "one scalar is the command": {"params.yaml": "c: echo hi\n", "dvc.yaml": "stages: {a: {cmd: '${c}'}}"},
    "escaped": {"dvc.yaml": "stages: {a: {cmd: 'x \\${HOME} \\${b} $C'}}"},
    "escape only": {"dvc.yaml": "stages: {a: {cmd: 'x \\${HOME}'}}"},
    "nested names": {
        "params.yaml": "a: {b: [{c: 1}, {c: 2}], d-e: 3}\n",
        "dvc.yaml": "stages: {a: {cmd: 'x ${a.b[0].c} ${ a.b[1].c } ${a.d-e} ${a.b.1.c}'}}",
    },
    "negative index": {"params.yaml": "a: [1, 2]\n", "dvc.yaml": "stages: {a: {cmd: 'x ${a[-1]}'}}"},
    "unknown name": {"params.yaml": "a: 1\n", "dvc.yaml": "stages: {a: {cmd: 'x ${b}'}}"},
    "index too large": {"params.yaml": "a: [1]\n", "dvc.yaml": "stages: {a: {cmd: 'x ${a[1]}'}}"},
    "part of a scalar": {"params.yaml": "a: 1\n", "dvc.yaml": "stages: {a: {cmd: 'x ${a.b}'}}"},
    "no name": {"params.yaml": "a: 1\n", "dvc.yaml": "stages: {a: {cmd: 'x ${a.}'}}"},
    "list in a text": {"params.yaml": "a: [1, 2]\n", "dvc.yaml": "stages: {a: {cmd: 'x ${a}'}}"},
    "mapping in a path": {"params.yaml": "a: {b: 1}\n", "dvc.yaml": "stages: {a: {cmd: x, deps: ['${a}']}}"},
    "list for a list": {"params.yaml": "a: [d1, d2]\n", "dvc.yaml": "stages: {a: {cmd: x, deps: '${a}'}}"},
    "templates in keys": {"params.yaml": "o: out\n", "dvc.yaml": "stages: {a: {cmd: x, outs: ['${o}.txt': {cache: false}]}}"},
    "a template across lines": {"params.yaml": "a: 1\n", "dvc.yaml": "stages:\n  a:\n    cmd: |\n      x ${a\n      } y\n"},
    "foreach over two that read alike": {"dvc.yaml": "stages: {a: {foreach: [1, '1'], do: {cmd: 'run ${item}'}}}"},
    "a tuple of Python is a param": {"p.py": "F = (1, 2)\nG: int = 0x10\nH = {'a': [True, None]}\nI = 'a' 'b'\nJ = 1_000\nK, L = 1, 2\n", "dvc.yaml": "stages: {a: {cmd: x, params: [p.py: [F, G, H, I, J]]}}"},
    # --- flags
    "flags": {
        "params.yaml": "o: {lr: 0.1, name: a b, quiet: true, loud: false, sizes: [1, 2], n: {x: 1, y: it's}, z: null, w: [a, b c], e: ''}\n",
        "dvc.yaml": "stages: {a: {cmd: 'x ${o}'}}",
    },
    "flags with a list of bools": {"params.yaml": "o: {b: [true, false, null, 1.5]}\n", "dvc.yaml": "stages: {a: {cmd: 'x ${o}'}}"},
    "flags with nested lists": {"params.yaml": "o: {b: [[1], 2]}\n", "dvc.yaml": "stages: {a: {cmd: 'x ${o}'}}"},
    "flags with a list of mappings": {"params.yaml": "o: {b: [{c: 1}]}\n", "dvc.yaml": "stages: {a: {cmd: 'x ${o}'}}"},
    "flags in a list of commands": {"params.yaml": "o: {b: 1}\n", "dvc.yaml": "stages: {a: {cmd: ['x ${o}', 'y ${o.b}']}}"},
    "flags with empty ones": {"params.yaml": "o: {b: {}, c: [], d: 1}\n", "dvc.yaml": "stages: {a: {cmd: 'x ${o} y'}}"},
    "bools as pairs of flags": {
        "params.yaml": "o: {b: true, c: false}\n",
        ".dvc/config": "[parsing]\n    bool = boolean_optional\n    list = append\n",
        "dvc.yaml": "vars: [{l: {m: [1, 2]}}]\nstages: {a: {cmd: 'x ${o} ${l}'}}",
    },
    # --- vars
    "vars inline and of files": {
        "params.yaml": "a: 1\n", "v.yaml": "b: 2\nc: {d: 3}\n", "w.json": '{"e": 4}', "t.toml": "f = 5\n",
        "dvc.yaml": "vars: [v.yaml, w.json, t.toml, {g: 6, c: {h: 7}}]\nstages: {a: {cmd: 'x ${a} ${b} ${c.d} ${c.h} ${e} ${f} ${g}'}}",
    },
    "some keys of a file": {"v.yaml": "b: 2\nc: 3\n", "dvc.yaml": "vars: ['v.yaml:b,c']\nstages: {a: {cmd: 'x ${b} ${c}'}}"},
    "a key that is not asked for": {"v.yaml": "b: 2\nc: 3\n", "dvc.yaml": "vars: ['v.yaml:b']\nstages: {a: {cmd: 'x ${c}'}}"},
    "a key that lacks in a file": {"v.yaml": "b: 2\n", "dvc.yaml": "vars: ['v.yaml:q']\nstages: {a: {cmd: x}}"},
    "keys of a file in two steps": {"v.yaml": "b: 2\nc: 3\n", "dvc.yaml": "vars: ['v.yaml:b', 'v.yaml:c']\nstages: {a: {cmd: 'x ${b} ${c}'}}"},
    "one key twice": {"v.yaml": "b: 2\nc: 3\n", "dvc.yaml": "vars: ['v.yaml:b', 'v.yaml:b']\nstages: {a: {cmd: x}}"},
    "a file after some of it": {"v.yaml": "b: 2\nc: 3\n", "dvc.yaml": "vars: ['v.yaml:b', v.yaml]\nstages: {a: {cmd: x}}"},
    "some of a file after it": {"v.yaml": "b: 2\nc: 3\n", "dvc.yaml": "vars: [v.yaml, 'v.yaml:b']\nstages: {a: {cmd: x}}"},
    "a file twice": {"v.yaml": "b: 2\n", "dvc.yaml": "vars: [v.yaml, v.yaml]\nstages: {a: {cmd: 'x ${b}'}}"},
    "params.yaml named again": {"params.yaml": "b: 2\n", "dvc.yaml": "vars: [params.yaml]\nstages: {a: {cmd: 'x ${b}'}}"},
    "some of params.yaml again": {"params.yaml": "b: 2\n", "dvc.yaml": "vars: ['params.yaml:b']\nstages: {a: {cmd: 'x ${b}'}}"},
    "a name defined twice": {"params.yaml": "b: 2\n", "dvc.yaml": "vars: [{b: 3}]\nstages: {a: {cmd: 'x ${b}'}}"},
    "a name defined twice inside": {"params.yaml": "b: {c: 2}\n", "dvc.yaml": "vars: [{b: {c: 3}}]\nstages: {a: {cmd: x}}"},
    "mappings are merged": {"params.yaml": "b: {c: 2}\n", "dvc.yaml": "vars: [{b: {d: 3}}]\nstages: {a: {cmd: 'x ${b.c} ${b.d}'}}"},
    "a missing file": {"dvc.yaml": "vars: [v.yaml]\nstages: {a: {cmd: x}}"},
    "a file that is a list": {"v.yaml": "[1]\n", "dvc.yaml": "vars: [v.yaml]\nstages: {a: {cmd: x}}"},
    "an empty file": {"v.yaml": "", "dvc.yaml": "vars: [v.yaml]\nstages: {a: {cmd: x}}"},
    "templates in vars": {"params.yaml": "a: 1\n", "dvc.yaml": "vars: [{b: '${a}'}]\nstages: {a: {cmd: x}}"},
    "vars of a stage": {
        "params.yaml": "a: 1\n", "v.yaml": "b: 2\n",
        "dvc.yaml": "stages: {a: {vars: [v.yaml, {c: 3}], cmd: 'x ${a} ${b} ${c}'}, b: {cmd: y}}",
    },
    "vars of a stage stay there": {"dvc.yaml": "stages: {a: {vars: [{c: 3}], cmd: x}, b: {cmd: 'y ${c}'}}"},
    "vars of a stage in its folder": {"sub/v.yaml": "b: 2\n", "dvc.yaml": "stages: {a: {wdir: sub, vars: [v.yaml], cmd: 'x ${b}'}}"},
    "vars of a stage define again": {"params.yaml": "a: 1\n", "dvc.yaml": "stages: {a: {vars: [{a: 2}], cmd: x}}"},
    "python vars": {
        "p.py": "# c\nA = 1\nB: float = 2.5\nC = 'x' \nclass T:\n    lr = 1e-3\n    def __init__(self):\n        self.n = 5\n        m = 6\nD = {'k': 1, 'l': [1, 2]}\nE = f(3)\nG = -4\nH = None\nI = True\n",
        "dvc.yaml": "vars: [p.py]\nstages: {a: {cmd: 'x ${A} ${B} ${C} ${T.lr} ${T.n} ${D.k} ${D.l[1]} ${G} ${I}'}}",
    },
    # --- foreach
    "foreach over a list": {"dvc.yaml": "stages: {a: {foreach: [x, 2, 1.5, true, null], do: {cmd: 'run ${item}'}}}"},
    "foreach over a mapping": {"dvc.yaml": "stages: {a: {foreach: {p: {e: 1}, q: {e: 2}}, do: {cmd: 'run ${key} ${item.e}'}}}"},
    "foreach over a mapping of scalars": {"dvc.yaml": "stages: {a: {foreach: {p: 1, q: 2}, do: {cmd: 'run ${key} ${item}'}}}"},
    "foreach over mappings": {"dvc.yaml": "stages: {a: {foreach: [{n: x}, {n: y}], do: {cmd: 'run ${item.n}'}}}"},
    "foreach over mixed": {"dvc.yaml": "stages: {a: {foreach: [x, {n: y}], do: {cmd: 'run'}}}"},
    "foreach over lists": {"dvc.yaml": "stages: {a: {foreach: [[1, 2], [3]], do: {cmd: 'run ${item[0]}'}}}"},
    "foreach over a variable": {"params.yaml": "l: [u, v]\n", "dvc.yaml": "stages: {a: {foreach: '${l}', do: {cmd: 'run ${item}'}}}"},
    "templates inside foreach": {"params.yaml": "n: u\nm: {k: 1}\n", "dvc.yaml": "stages: {a: {foreach: ['${n}', 'x${n}'], do: {cmd: 'run ${item}'}}}"},
    "a mapping inside foreach": {"params.yaml": "m: {k: 1}\n", "dvc.yaml": "stages: {a: {foreach: ['${m}'], do: {cmd: 'run ${item.k}'}}}"},
    "templates inside foreach of mappings": {"params.yaml": "n: u\n", "dvc.yaml": "stages: {a: {foreach: {p: {e: '${n}'}}, do: {cmd: 'run ${item.e}'}}}"},
    "foreach twice the same": {"dvc.yaml": "stages: {a: {foreach: [x, x], do: {cmd: 'run ${item}'}}}"},
    "foreach over nothing": {"dvc.yaml": "stages: {a: {foreach: [], do: {cmd: 'run ${item}'}}}"},
    "foreach over a text": {"dvc.yaml": "stages: {a: {foreach: abc, do: {cmd: 'run ${item}'}}}"},
    "key in a foreach over a list": {"dvc.yaml": "stages: {a: {foreach: [x], do: {cmd: 'run ${key}'}}}"},
    "item of the params is hidden": {"params.yaml": "item: p\nkey: k\n", "dvc.yaml": "stages: {a: {foreach: [x], do: {cmd: 'run ${item} ${key}'}}}"},
    "item may not be redefined": {"dvc.yaml": "stages: {a: {foreach: [x], do: {vars: [{item: 2}], cmd: 'run ${item}'}}}"},
    "foreach without do": {"dvc.yaml": "stages: {a: {foreach: [x]}}"},
    "foreach beside a command": {"dvc.yaml": "stages: {a: {foreach: [x], do: {cmd: y}, cmd: z}}"},
    "wdir of each": {"sub1/.keep": "", "sub2/.keep": "", "dvc.yaml": "stages: {a: {foreach: [1, 2], do: {wdir: 'sub${item}', cmd: x, outs: [o]}}}"},
    "vars of each": {"va.yaml": "z: 1\n", "dvc.yaml": "stages: {a: {foreach: [1, 2], do: {vars: [va.yaml, {w: 2}], cmd: 'x ${item} ${z} ${w}'}}}"},
    # --- matrix
    "matrix": {"dvc.yaml": "stages: {a: {matrix: {m: [u, v], n: [1, 2]}, cmd: 'run ${item.m} ${item.n} ${key}'}}"},
    "matrix of mappings": {"dvc.yaml": "stages: {a: {matrix: {m: [{e: 1}, [2]], n: [1]}, cmd: 'run ${item.n}'}}"},
    "matrix of a variable": {"params.yaml": "l: [u, v]\nk: z\n", "dvc.yaml": "stages: {a: {matrix: {m: '${l}', n: ['${k}', 2]}, cmd: 'run ${item.m} ${item.n}'}}"},
    "matrix with an empty axis": {"dvc.yaml": "stages: {a: {matrix: {m: [], n: [1]}, cmd: 'run'}}"},
    "matrix and foreach": {"dvc.yaml": "stages: {a: {matrix: {m: [1]}, foreach: [1], do: {cmd: x}}}"},
    "matrix in do": {"dvc.yaml": "stages: {a: {foreach: [1], do: {matrix: {m: [1]}, cmd: x}}}"},
    "matrix and outs": {"dvc.yaml": "stages: {a: {matrix: {m: [u, v]}, cmd: x, outs: ['o-${item.m}', 'p-${key}']}}"},
    "matrix with bools": {"dvc.yaml": "stages: {a: {matrix: {m: [true, false, null, 1.0]}, cmd: 'run ${item.m}'}}"},
    # --- files of a stage
    "list of commands": {"dvc.yaml": "stages: {a: {cmd: [x, y]}}"},
    "wdir": {"sub/in": "", "dvc.yaml": "stages: {a: {wdir: sub, cmd: x, deps: [in, ../top], outs: [o, ./p/]}}", "top": ""},
    "params of params.yaml": {"params.yaml": "a: {b: 1}\nc: 2\n", "dvc.yaml": "stages: {a: {cmd: x, params: [a.b, c]}}"},
    "params of other files": {"p.yaml": "a: 1\n", "q.json": '{"b": {"c": 2}}', "r.toml": "[d]\ne = 3\n", "s.py": "F = 4\nclass G:\n    h = 5\n",
        "dvc.yaml": "stages: {a: {cmd: x, params: [p.yaml: [a], q.json: [b.c], r.toml: [d.e], s.py: [F, G.h]]}}"},
    "a params file as a whole": {"p.yaml": "a: 1\nb: {c: 2}\n", "dvc.yaml": "stages: {a: {cmd: x, params: [p.yaml: ]}}"},
    "params in the folder": {"sub/params.yaml": "a: 1\n", "sub/q.yaml": "b: 1\n", "params.yaml": "a: 2\n", "dvc.yaml": "stages: {a: {wdir: sub, cmd: x, params: [a, q.yaml: [b]]}}"},
    "templated params": {"params.yaml": "n: a\na: 1\n", "dvc.yaml": "stages: {a: {cmd: x, params: ['${n}']}}"},
    "outs with settings": {"dvc.yaml": "stages: {a: {cmd: x, outs: [o, p: {cache: false, persist: true}, q: {push: false, remote: r, desc: d, type: model, labels: [l], meta: {m: 1}}]}}"},
    "metrics and plots": {"dvc.yaml": "stages: {a: {cmd: x, metrics: [m.json: {cache: false}, n.json], plots: [p.csv: {x: i, y: j, title: T, x_label: X, y_label: Y, template: t, header: false}, q.csv]}}"},
    "frozen and always changed": {"dvc.yaml": "stages: {a: {cmd: x, frozen: true, always_changed: true, desc: D, meta: {a: 1}}}"},
    "an unknown key": {"dvc.yaml": "stages: {a: {cmd: x, dep: [y]}}"},
    "no command": {"dvc.yaml": "stages: {a: {deps: [y]}}"},
    "a point in a name": {"dvc.yaml": "stages: {a.b: {cmd: x}}"},
    "one output twice": {"dvc.yaml": "stages: {a: {cmd: x, outs: [o]}, b: {cmd: y, outs: [o]}}"},
    "outputs that overlap": {"dvc.yaml": "stages: {a: {cmd: x, outs: [o]}, b: {cmd: y, outs: [o/p]}}"},
    "a cycle": {"dvc.yaml": "stages: {a: {cmd: x, deps: [q], outs: [p]}, b: {cmd: y, deps: [p], outs: [q]}}"},
    "an output that is a dependency": {"dvc.yaml": "stages: {a: {cmd: x, deps: [p], outs: [p]}}"},
    "a dependency in an output": {"dvc.yaml": "stages: {a: {cmd: x, outs: [o]}, b: {cmd: y, deps: [o/p]}}"},
    "a folder around outputs": {"dvc.yaml": "stages: {a: {cmd: x, outs: [o/p]}, b: {cmd: y, deps: [o]}}"},
    "a number as the command": {"dvc.yaml": "stages: {a: {cmd: 3}}"},
    "an empty list of stages": {"dvc.yaml": "stages: {}"},
    "a duplicate key": {"dvc.yaml": "stages:\n  a: {cmd: x}\n  a: {cmd: y}\n"},
    "anchors and merge keys": {"dvc.yaml": "stages:\n  a: &a {cmd: x, deps: [d]}\n  b: {<<: *a, cmd: y}\n"},
    "yaml 1.2 scalars": {"params.yaml": "y: yes\no: 010\nh: 0x10\nf: 1e3\nn: ~\ns: 1_000\n", "dvc.yaml": "stages: {a: {cmd: 'x ${y} ${o} ${h} ${f} ${n} ${s}'}}"},
}

READ = """
import json, sys
from dvc.repo import Repo
def flags(out):
    return {"path": out.def_path, "cache": out.use_cache, "persist": out.persist, "push": out.can_push,
            "remote": out.remote or "", "metric": bool(out.metric), "plot": bool(out.plot)}
repo = Repo(".")
repo.index.check_graph()
stages = {}
for s in repo.index.stages:
    from dvc.dependency import ParamsDependency
    params = {}
    for dep in s.deps:
        if isinstance(dep, ParamsDependency):
            found = dep.read_params()
            import os
            params[os.path.relpath(dep.fs_path, repo.root_dir)] = found if not dep.params else {k: found[k] for k in dep.params}
    stages[s.addressing] = {
        "cmd": s.cmd if isinstance(s.cmd, list) else [s.cmd],
        "wdir": repo.fs.relpath(s.wdir, repo.root_dir),
        "deps": [d.def_path for d in s.deps if not isinstance(d, ParamsDependency)],
        "params": params,
        "outs": [flags(o) for o in s.outs],
        "frozen": s.frozen, "always_changed": s.always_changed, "desc": s.desc or "",
        "upstream": sorted(u.addressing for u in repo.index.graph.successors(s)),
    }
print(json.dumps(stages))
"""


def run(files):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        subprocess.run([os.path.join(os.path.dirname(sys.executable), "dvc"), "init", "-q"], cwd=folder, check=True)
        for name, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)) or folder, exist_ok=True)
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)
        done = subprocess.run([sys.executable, "-c", READ], cwd=folder, capture_output=True, text=True)
        if done.returncode == 0:
            return {"stages": json.loads(done.stdout)}
        return {"error": done.stderr.strip().splitlines()[-1].replace(folder, "")}


if __name__ == "__main__":
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, CASES.values()))
    print(json.dumps([{"name": n, "files": f, "dvc": r} for (n, f), r in zip(CASES.items(), results)], indent=1))
