"use strict";
// All text of the data is set as text, never as markup.
(function () {
  const ON_LIGHT = ["#8250df", "#0f8ea3", "#d9541e", "#2c8a3d", "#c2255c", "#8c6d31", "#1f6fc4", "#777777"];
  const ON_DARK = ["#b794ff", "#4fc8dc", "#ff9466", "#69cf7b", "#ff85ad", "#d6b568", "#78b7ff", "#b0b0b0"];
  const FIRST_ROWS = 100;
  const BARS = 40;
  const LAST_LINES = 15;
  const data = JSON.parse(document.getElementById("data").textContent);
  let view = data.view;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const open = new Set();
  const all = new Set();
  const charts = new Map();

  function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function add(parent, tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    if (className) element.className = className;
    parent.appendChild(element);
    return element;
  }

  function svg(parent, tag, attributes, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  }

  function duration(seconds) {
    if (seconds === null || seconds === undefined) return "";
    if (seconds < 60) return seconds.toFixed(1) + " s";
    const whole = Math.round(seconds);
    const two = n => String(n).padStart(2, "0");
    return whole < 3600
      ? Math.floor(whole / 60) + ":" + two(whole % 60) + " min"
      : Math.floor(whole / 3600) + ":" + two(Math.floor(whole % 3600 / 60)) + " h";
  }

  function size(bytes) {
    if (bytes < 0) return "";
    let value = bytes, unit = 0;
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
    return (unit === 0 ? value : value.toFixed(1)) + " " + units[unit];
  }

  // Six digits are what one compares; all of them stay at hand.
  function value(row, text, className) {
    const cell = add(row, "td", text, className);
    if (/^-?[0-9.]+(e-?[0-9]+)?$/i.test(text) && text.replace(/e.*|[^0-9]/gi, "").length > 7) {
      cell.textContent = String(Number(Number(text).toPrecision(6)));
      cell.title = text;
    }
    return cell;
  }

  function when(iso) {
    return iso.slice(0, 19).replace("T", " ") + " UTC";
  }

  // A region that scrolls has to be reachable by keyboard.
  function scroll(parent, label) {
    const box = add(parent, "div", undefined, "scroll");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
    return box;
  }

  // The first rows at once, all on demand: thousands of them are not what anybody looks for first.
  function table(parent, label, columns, rows, fill) {
    const box = scroll(parent, label);
    const element = add(box, "table");
    const head = add(add(element, "thead"), "tr");
    columns.forEach(column => {
      const cell = add(head, "th", column.name, column.number ? "number" : "");
      cell.scope = "col";
    });
    const body = add(element, "tbody");
    const shown = all.has(label) ? rows.length : Math.min(rows.length, FIRST_ROWS);
    const show = (from, to) => { for (let i = from; i < to; i++) fill(add(body, "tr"), rows[i], i); };
    show(0, shown);
    if (shown < rows.length) {
      const more = add(parent, "button", "Show all " + rows.length);
      more.type = "button";
      more.onclick = () => { all.add(label); show(shown, rows.length); more.remove(); };
    }
    return element;
  }

  function details(parent, key, title, fill) {
    const element = add(parent, "details");
    element.dataset.key = key;
    add(element, "summary", title);
    let filled = false;
    const fillOnce = () => { if (!filled) { filled = true; fill(element); } };
    element.ontoggle = () => { if (element.open) fillOnce(); };
    if (open.has(key)) { element.open = true; fillOnce(); }
    return element;
  }

  function summary(section) {
    const run = view.run;
    const list = add(section, "dl", undefined, "facts");
    const fact = (name, value, className) => {
      const pair = add(list, "div");
      add(pair, "dt", name);
      return add(pair, "dd", value, className);
    };
    fact("state", run.state, "state " + run.state);
    fact("command", run.command, "mono");
    if (run.begun !== "") fact("begun", when(run.begun));
    if (run.seconds !== null) fact("took", duration(run.seconds));
    const counts = {};
    view.stages.forEach(stage => counts[stage.action] = (counts[stage.action] || 0) + 1);
    fact("stages", Object.keys(counts).map(key => counts[key] + " " + key).join(", "));
    const rows = view.answers.flatMap(each => each.rows).filter(row => row.pass !== "");
    if (rows.length > 0) {
      fact("answers", rows.filter(row => row.pass.toLowerCase() === "true").length + " of " + rows.length + " as expected");
    }
    run.details.forEach(each => fact(each[0], each[1]));
    view.stages.filter(stage => stage.failure !== "").slice(0, 5).forEach(stage => {
      add(section, "h3", stage.name + " failed").className = "failed";
      const last = stage.log.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
      const said = add(section, "pre", stage.failure + (last === "" ? "" : "\n\n" + last));
      said.tabIndex = 0;
      said.scrollTop = said.scrollHeight;
    });
  }

  const STATES = ["failed", "running", "interrupted", "run", "restored", "skipped", "waiting", "unchanged"];

  function worst(stages) {
    return STATES.find(state => stages.some(stage => stage.action === state)) || "unchanged";
  }

  function cut(text, length) {
    return text.length <= length ? text : text.slice(0, length - 1) + "…";
  }

  function graph(section) {
    const WIDTH = 210, HEIGHT = 62, GAP_X = 22, GAP_Y = 34;
    const nodes = view.graph;
    if (nodes.length === 0) { add(section, "p", "There are no stages."); return; }
    const columns = Math.max(...nodes.map(node => node.place)) + 1;
    const widths = new Map();
    nodes.forEach(node => widths.set(node.layer, Math.max(widths.get(node.layer) || 0, node.place + 1)));
    const layers = Math.max(...nodes.map(node => node.layer)) + 1;
    const step = WIDTH + GAP_X;
    const left = node => 10 + (columns - widths.get(node.layer)) * step / 2 + node.place * step;
    const top = node => 10 + node.layer * (HEIGHT + GAP_Y);
    const height = 20 + layers * (HEIGHT + GAP_Y) - GAP_Y;
    const box = scroll(section, "Graph of stages");
    const picture = svg(box, "svg", {
      class: "graph", role: "img", "aria-label": "Graph of " + nodes.length + " stages; the table below lists them",
      width: 20 + columns * step, height, viewBox: "0 0 " + (20 + columns * step) + " " + height
    });
    nodes.forEach(node => node.after.forEach(index => {
      const from = nodes[index];
      const x1 = left(from) + WIDTH / 2, y1 = top(from) + HEIGHT, x2 = left(node) + WIDTH / 2, y2 = top(node);
      svg(picture, "path", { d: "M" + x1 + " " + y1 + "C" + x1 + " " + (y1 + 20) + " " + x2 + " " + (y2 - 20) + " " + x2 + " " + y2 });
    }));
    nodes.forEach(node => {
      const stages = node.stages.map(index => view.stages[index]);
      const state = worst(stages);
      const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
      const group = svg(picture, "g", { class: state, transform: "translate(" + left(node) + " " + top(node) + ")" });
      const label = stages.length === 1 ? node.label : node.label + " (" + stages.length + ")";
      const causes = [...new Set(stages.map(stage => stage.cause))];
      const cause = causes.length === 1 ? causes[0] : causes.length + " causes";
      svg(group, "title", {}, label + ": " + state + "\n" + cause);
      svg(group, "rect", { width: WIDTH, height: HEIGHT, rx: 6 });
      svg(group, "text", { x: 10, y: 18 }, cut(label, 30));
      svg(group, "text", { x: 10, y: 35, class: "small state" }, state + (seconds >= .05 ? ", " + duration(seconds) : ""));
      svg(group, "text", { x: 10, y: 51, class: "small" }, cut(cause, 31));
      group.onclick = () => show(stages[0].name);
    });
    // What one looks for first, or else what all stages come from and lead to, stands in the middle.
    const sought = ["failed", "running"].map(state => picture.querySelector("." + state)).find(found => found);
    if (sought) {
      const [x, y] = sought.getAttribute("transform").match(/[\d.]+/g).map(Number);
      [box.scrollLeft, box.scrollTop] = [x + WIDTH / 2 - box.clientWidth / 2, y + HEIGHT / 2 - box.clientHeight / 2];
    } else box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
    if (nodes.length < view.stages.length) add(section, "p", "Stages of one group are one box.", "soft");
  }

  // The pointer's way to a stage of the graph; the keyboard's is the table itself.
  function show(name) {
    const key = "stage " + name;
    const at = listed().findIndex(stage => stage.name === name);
    if (at >= FIRST_ROWS && !all.has("Stages")) { all.add("Stages"); drawn.delete(STAGES); draw(STAGES); }
    const element = document.querySelector('details[data-key="' + CSS.escape(key) + '"]');
    element.open = true;
    element.scrollIntoView({ block: "center" });
    element.querySelector("summary").focus({ preventScroll: true });
  }

  function chart(holder, key, label, config) {
    const known = charts.get(key);
    if (known) known.destroy();
    const canvas = add(holder, "canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    charts.set(key, new Chart(canvas, config));
  }

  function gantt(section) {
    const timed = view.stages.filter(stage => stage.begin !== null && stage.action !== "unchanged");
    if (timed.length === 0) { add(section, "p", view.run.id === "" ? "No stage has run yet." : "No stage had to run, or their times were not recorded."); return; }
    const chosen = timed.slice().sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1)).slice(0, BARS)
      .sort((a, b) => a.begin - b.begin || (a.name < b.name ? -1 : 1));
    const holder = add(section, "div", undefined, "canvas");
    holder.style.height = Math.max(7, 3 + chosen.length * 1.4) + "rem";
    chart(holder, "gantt", "When each stage ran; the table of stages has the same times", {
      type: "bar",
      data: {
        labels: chosen.map(stage => cut(stage.name, 34)),
        datasets: [{
          data: chosen.map(stage => [stage.begin, stage.begin + Math.max(stage.seconds, .02)]),
          backgroundColor: chosen.map(stage => css("--" + (stage.action === "interrupted" ? "skipped" : stage.action)) || css("--run")),
          minBarLength: 3
        }]
      },
      options: {
        indexAxis: "y", maintainAspectRatio: false,
        scales: {
          x: { min: 0, title: { display: true, text: "seconds after the beginning" } },
          y: { ticks: { autoSkip: false, font: { size: 11 } } }
        },
        plugins: {
          legend: { display: false },
          tooltip: { callbacks: { label: item => { const stage = chosen[item.dataIndex]; return stage.action + ", " + duration(stage.seconds) + ": " + cut(stage.cause, 80); } } }
        }
      }
    });
    const legend = add(section, "p", undefined, "legend");
    [...new Set(chosen.map(stage => stage.action))].forEach(action => add(legend, "span", action, action));
    if (chosen.length < timed.length) add(section, "p", "The " + chosen.length + " longest of " + timed.length + " stages.", "soft");
  }

  function files(parent, title, list) {
    if (list.length === 0) return;
    add(parent, "h3", title);
    const items = add(parent, "ul");
    list.forEach(file => {
      const item = add(items, "li");
      add(item, "code", file.path);
      add(item, "span", " " + file.digest.slice(0, 12) + (file.size >= 0 ? ", " + size(file.size) : ""), "soft");
    });
  }

  // What needed no work is what nobody looks for.
  function listed() {
    return view.stages.filter(stage => stage.action !== "unchanged").concat(view.stages.filter(stage => stage.action === "unchanged"));
  }

  function stages(section) {
    const columns = [{ name: "Stage" }, { name: "Done" }, { name: "Began", number: true }, { name: "Took", number: true }, { name: "Why" }];
    table(section, "Stages", columns, listed(), (row, stage) => {
      details(add(row, "td"), "stage " + stage.name, stage.name, body => {
        if (stage.description) add(body, "p", stage.description);
        if (stage.does) add(body, "code", stage.does);
        if (stage.key) add(body, "p", "key " + stage.key, "mono soft");
        files(body, "Read", stage.inputs);
        files(body, "Wrote", stage.outputs);
        if (stage.failure) add(body, "pre", stage.failure).tabIndex = 0;
        if (stage.log) {
          add(body, "h3", "Said");
          const log = add(body, "pre", stage.log);
          log.tabIndex = 0;
          log.scrollTop = log.scrollHeight;
        }
      });
      add(row, "td", stage.action, "state " + stage.action);
      add(row, "td", stage.begin === null ? "" : stage.begin.toFixed(1) + " s", "number");
      add(row, "td", stage.seconds >= .05 ? duration(stage.seconds) : "", "number");
      add(row, "td", stage.progress || stage.cause, "text");
    });
  }

  function makers() {
    const made = new Map();
    view.stages.forEach(stage => stage.outputs.forEach(file => made.set(file.path, stage)));
    return path => {
      for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
        if (made.has(at)) return made.get(at);
      }
      return undefined;
    };
  }

  function trace(parent, file, maker, depth) {
    const stage = maker(file.path);
    const item = add(parent, "li");
    add(item, "code", file.path);
    add(item, "span", " " + file.digest.slice(0, 12), "soft");
    if (!stage) { add(item, "span", " source", "soft"); return; }
    add(item, "span", " made by " + stage.name + (stage.key ? ", key " + stage.key.slice(0, 12) : ""), "soft");
    if (stage.inputs.length === 0) { add(item, "span", "; reads nothing", "soft"); return; }
    const list = add(item, "ul", undefined, "tree");
    if (depth > 12) { add(list, "li", "…"); return; }
    stage.inputs.forEach(input => trace(list, input, maker, depth + 1));
  }

  function provenance(section) {
    const maker = makers();
    const memo = new Map();
    const sources = stage => {
      if (memo.has(stage)) return memo.get(stage);
      const found = new Set();
      memo.set(stage, found);
      stage.inputs.forEach(input => {
        const before = maker(input.path);
        if (before && before !== stage) sources(before).forEach(path => found.add(path)); else if (!before) found.add(input.path);
      });
      return found;
    };
    const outputs = view.stages.flatMap(stage => stage.outputs.map(file => ({ stage, file })));
    const columns = [{ name: "Output" }, { name: "Digest" }, { name: "Size", number: true }, { name: "Made by" }, { name: "From the sources" }];
    table(section, "Outputs", columns, outputs, (row, each) => {
      details(add(row, "td", undefined, "text"), "output " + each.file.path, each.file.path, body =>
        trace(add(body, "ul", undefined, "tree"), each.file, maker, 0));
      add(row, "td", each.file.digest.slice(0, 12), "mono");
      add(row, "td", size(each.file.size), "number");
      add(row, "td", each.stage.name);
      const from = [...sources(each.stage)].sort();
      add(row, "td", from.slice(0, 6).join(", ") + (from.length > 6 ? " and " + (from.length - 6) + " more" : ""), "text");
    });
    if (view.sources.length > 0) {
      add(section, "h3", "Sources").style.marginTop = "1rem";
      table(section, "Sources", [{ name: "Source" }, { name: "Digest" }, { name: "Size", number: true }], view.sources, (row, file) => {
        add(add(row, "td"), "code", file.path);
        add(row, "td", file.digest.slice(0, 12), "mono");
        add(row, "td", size(file.size), "number");
      });
    }
  }

  function title(chart) {
    const live = chart.title.indexOf("/plots/metrics/");
    return live < 0 ? chart.title : chart.title.slice(live + 15).replace(/\.tsv$/, "");
  }

  function datasets(each) {
    const colors = dark.matches ? ON_DARK : ON_LIGHT;
    return each.series.map((series, i) => ({
      label: series.name,
      data: each.kind === "bar" ? series.points.map(p => ({ y: p.x, x: p.y })) : series.points,
      borderColor: colors[i % colors.length],
      backgroundColor: colors[i % colors.length] + (each.kind === "bar" ? "" : "66"),
      borderWidth: 1.5,
      pointRadius: each.kind === "scatter" ? 3 : series.points.length > 60 ? 0 : 2,
      pointHitRadius: 8
    }));
  }

  function curve(parent, each) {
    const box = add(parent, "div", undefined, "chart");
    add(box, "h3", title(each));
    if (each.kind === "image") {
      each.images.forEach(image => {
        const picture = add(add(box, "figure"), "img");
        picture.src = image.source;
        picture.alt = image.name;
        picture.style.maxWidth = "100%";
      });
      return;
    }
    if (each.kind === "confusion") { each.matrices.forEach(matrix => confusion(box, each, matrix)); return; }
    const bars = each.kind === "bar";
    // Half a step is no place.
    const whole = values => values.every(Number.isInteger) ? 0 : undefined;
    const axis = (label, type, precision) => ({ type, title: { display: label !== "", text: label }, ticks: { precision } });
    const x = axis(each.x_label, each.categories ? "category" : "linear", whole(each.series.flatMap(s => s.points.map(p => p.x))));
    const y = axis(each.y_label, "linear");
    if (each.categories) x.labels = [...new Set(each.series.flatMap(s => s.points.map(p => p.x)))];
    chart(add(box, "div", undefined, "canvas"), "curve " + each.title, title(each), {
      type: each.kind,
      data: { datasets: datasets(each) },
      options: {
        maintainAspectRatio: false,
        indexAxis: bars ? "y" : "x",
        parsing: each.kind === "line" && !each.categories ? false : undefined,
        interaction: { mode: each.kind === "scatter" ? "nearest" : "index", intersect: false },
        scales: bars ? { x: y, y: x } : { x, y },
        plugins: {
          legend: { display: each.series.length > 1, position: "top", labels: { boxWidth: 14, boxHeight: 2 } },
          decimation: { enabled: true, algorithm: "lttb", samples: 1000, threshold: 2000 }
        }
      }
    });
  }

  function confusion(parent, each, matrix) {
    const box = add(parent, "div", undefined, "table-wrap");
    const grid = add(box, "table");
    const head = add(grid, "tr");
    add(head, "th", each.x_label + " \\ " + each.y_label).scope = "col";
    matrix.labels.forEach(label => add(head, "th", label).scope = "col");
    matrix.cells.forEach((row, i) => {
      const line = add(grid, "tr");
      add(line, "th", matrix.labels[i]).scope = "row";
      row.forEach(value => add(line, "td", matrix.normalized ? value.toFixed(2) : String(value), "number"));
    });
  }

  function curves(section) {
    if (view.charts.length === 0) { add(section, "p", view.run.id === "" ? "There are no curves yet." : "This run left no curves."); return; }
    const grid = add(section, "div", undefined, "charts");
    view.charts.forEach(each => curve(grid, each));
  }

  function answers(section) {
    if (view.answers.length === 0) { add(section, "p", "No questions have been asked yet."); return; }
    view.answers.forEach(each => {
      add(section, "h3", each.file);
      const judged = each.rows.some(row => row.pass !== "");
      const columns = [{ name: "Question" }, { name: "Before" }, { name: "After" }].concat(judged ? [{ name: "Result" }] : []);
      table(section, "Answers in " + each.file, columns, each.rows, (row, answer) => {
        add(row, "td", answer.prompt);
        add(row, "td", answer.before);
        add(row, "td", answer.after);
        const pass = answer.pass.toLowerCase();
        if (judged) add(row, "td", pass === "true" ? "✓ pass" : pass === "false" ? "✗ fail" : "", "state " + pass);
      }).classList.add("answers");
    });
  }

  function values(section) {
    if (view.values.length === 0) { add(section, "p", "There are no params and no metrics."); return; }
    const before = view.runs.rows.length > 1;
    const columns = [{ name: "Kind" }, { name: "Name" }, { name: "This run" }];
    if (before) columns.push({ name: "Run before" }, { name: "Change", number: true });
    const changed = view.values.filter(each => each.value !== each.before && before);
    const rows = changed.concat(view.values.filter(each => !changed.includes(each)));
    table(section, "Values", columns, rows, (row, each) => {
      add(row, "td", each.kind);
      add(row, "td", each.name || each.file, "mono");
      value(row, each.value);
      if (!before) return;
      value(row, each.before);
      value(row, each.change === "-" ? "" : each.change, "number");
      if (changed.includes(each)) row.className = "this";
    });
  }

  const asked = new URLSearchParams(location.search);

  function link(parent, text, query) {
    const all = new URLSearchParams(query);
    all.append("token", asked.get("token") || "");
    add(parent, "a", text).href = "?" + all;
  }

  function runs(section) {
    if (view.runs.rows.length === 0) { add(section, "p", "There is no run yet; ftpipe repro makes one."); return; }
    const runs = view.runs;
    const columns = [{ name: "Run" }, { name: "Begun" }, { name: "State" }, { name: "Took", number: true }, { name: "Revision" }]
      .concat(runs.metrics.map(name => ({ name, number: true })), runs.params.map(name => ({ name, number: true })));
    const rows = runs.rows.slice().reverse();
    table(section, "Runs", columns, rows, (row, run) => {
      if (run.id === view.run.id) row.className = "this";
      const cell = add(row, "td", undefined, "short");
      if (data.events) {
        link(cell, run.id, [["run", run.id]]);
        const others = asked.getAll("with");
        if (run.id !== view.run.id) {
          add(cell, "span", " ");
          const drawn = others.includes(run.id);
          const left = drawn ? others.filter(id => id !== run.id) : others.concat(run.id);
          link(cell, drawn ? "not compare" : "compare", [["run", view.run.id]].concat(left.map(id => ["with", id])));
        }
      } else cell.textContent = run.id;
      add(row, "td", when(run.begun), "short");
      add(row, "td", run.state, "state " + run.state);
      add(row, "td", duration(run.seconds), "number");
      add(row, "td", run.revision, "mono");
      run.metrics.concat(run.params).forEach(text => value(row, text, "number"));
    });
  }

  // What each section shows: it is drawn anew when that has changed.
  const SECTIONS = [
    ["Run", summary, v => [v.run, v.stages.map(s => s.action), v.answers]],
    ["Graph", graph, v => [v.graph, v.stages.map(s => [s.action, s.seconds])]],
    ["Times", gantt, v => v.stages.map(s => [s.name, s.action, s.begin, s.seconds])],
    ["Answers", answers, v => v.answers],
    ["Curves", curves, v => v.charts],
    ["Stages", stages, v => v.stages],
    ["Provenance", provenance, v => [v.sources, v.stages.map(s => [s.name, s.inputs, s.outputs])]],
    ["Params and metrics", values, v => v.values],
    ["Runs", runs, v => v.runs]
  ];
  const STAGES = SECTIONS.findIndex(each => each[0] === "Stages");
  const main = document.getElementById("main");
  const nav = document.getElementById("nav");
  const drawn = new Map();

  function draw(index) {
    const [name, fill, part] = SECTIONS[index];
    const now = JSON.stringify(part(view));
    if (drawn.get(index) === now) return;
    drawn.set(index, now);
    const section = document.getElementById("section-" + index);
    // What somebody has opened, scrolled to or is at with the keyboard stays so.
    section.querySelectorAll("details").forEach(each => each.open ? open.add(each.dataset.key) : open.delete(each.dataset.key));
    const within = each => each.closest("details").dataset.key;
    const logs = new Map([...section.querySelectorAll("details pre")]
      .filter(each => each.scrollTop + each.clientHeight < each.scrollHeight - 4).map(each => [within(each), each.scrollTop]));
    const focused = section.contains(document.activeElement) && document.activeElement.closest("details");
    const height = section.offsetHeight;
    const places = [...section.querySelectorAll(".scroll")].map(box => [box.scrollLeft, box.scrollTop]);
    // What is drawn anew must not make the page jump meanwhile.
    section.style.minHeight = height + "px";
    section.replaceChildren();
    add(section, "h2", name);
    fill(section);
    section.style.minHeight = "";
    section.querySelectorAll("details pre").forEach(each => { if (logs.has(within(each))) each.scrollTop = logs.get(within(each)); });
    if (focused) section.querySelector('details[data-key="' + CSS.escape(focused.dataset.key) + '"] > summary')?.focus({ preventScroll: true });
    section.querySelectorAll(".scroll").forEach((box, i) => { if (places[i]) [box.scrollLeft, box.scrollTop] = places[i]; });
  }

  function theme() {
    Chart.defaults.color = css("--soft");
    Chart.defaults.borderColor = css("--line");
    Chart.defaults.animation = false;
  }

  function drawAll() {
    document.title = view.title;
    document.querySelector("h1").textContent = view.title;
    for (let i = 0; i < SECTIONS.length; i++) draw(i);
  }

  theme();
  SECTIONS.forEach((each, i) => {
    if (each[0] === "Answers" && view.answers.length === 0 && !data.events) return;
    const link = add(nav, "a", each[0]);
    link.href = "#section-" + i;
  });
  SECTIONS.forEach((each, i) => add(main, "section").id = "section-" + i);
  if (view.answers.length === 0 && !data.events) document.getElementById("section-3").hidden = true;
  // The first screen at once; the rest when it has been painted.
  draw(0);
  draw(1);
  requestAnimationFrame(() => setTimeout(drawAll, 0));

  dark.addEventListener("change", () => { theme(); drawn.delete(2); drawn.delete(4); drawAll(); });
  addEventListener("beforeprint", () => charts.forEach(each => each.resize()));

  if (data.events) {
    const status = add(nav, "span", "", "soft");
    status.setAttribute("role", "status");
    const source = new EventSource(data.events + location.search);
    source.addEventListener("view", event => { view = JSON.parse(event.data); drawAll(); });
    source.onopen = () => { status.textContent = "live"; };
    source.onerror = () => { status.textContent = "the server does not answer"; };
  }
})();
