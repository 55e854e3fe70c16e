"use strict";
// All text of the data is set as text, never as markup.
(function () {
  const COLORS = ["#945dd6", "#13adc7", "#f46837", "#2ca02c", "#d62780", "#8c6d31", "#1f77b4", "#7f7f7f"];
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("charts");
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  Chart.defaults.color = ink;
  Chart.defaults.borderColor = "#8884";
  Chart.defaults.animation = false;

  function add(parent, tag, text) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  }

  function axis(label, type) {
    return { type: type, title: { display: label !== "", text: label } };
  }

  function draw(section, chart) {
    const holder = add(section, "div");
    holder.className = "canvas";
    const bars = chart.kind === "bar";
    const x = axis(chart.x_label, chart.categories ? "category" : "linear");
    const y = axis(chart.y_label, "linear");
    if (chart.categories) {
      x.labels = [...new Set(chart.series.flatMap(s => s.points.map(p => p.x)))];
    }
    new Chart(add(holder, "canvas"), {
      type: chart.kind,
      data: {
        datasets: chart.series.map((series, i) => ({
          label: series.name,
          data: bars ? series.points.map(p => ({ y: p.x, x: p.y })) : series.points,
          borderColor: COLORS[i % COLORS.length],
          backgroundColor: COLORS[i % COLORS.length] + (bars ? "" : "66"),
          borderWidth: 1.5,
          pointRadius: chart.kind === "scatter" ? 3 : series.points.length > 60 ? 0 : 2,
          pointHitRadius: 8
        }))
      },
      options: {
        maintainAspectRatio: false,
        indexAxis: bars ? "y" : "x",
        parsing: chart.kind === "line" && !chart.categories ? false : undefined,
        interaction: { mode: chart.kind === "scatter" ? "nearest" : "index", intersect: false },
        scales: bars ? { x: y, y: x } : { x: x, y: y },
        plugins: {
          legend: { display: true, position: "top" },
          decimation: { enabled: true, algorithm: "lttb", samples: 2000, threshold: 5000 }
        }
      }
    });
  }

  function matrix(parent, chart, each) {
    const figure = add(parent, "figure");
    const table = add(figure, "table");
    const head = add(table, "tr");
    add(head, "th", chart.x_label + " \\ " + chart.y_label);
    each.labels.forEach(label => add(head, "th", label));
    const most = Math.max(...each.cells.flat(), Number.MIN_VALUE);
    each.cells.forEach((row, i) => {
      const line = add(table, "tr");
      add(line, "th", each.labels[i]);
      row.forEach(value => {
        const cell = add(line, "td", each.normalized ? value.toFixed(2) : String(value));
        cell.style.backgroundColor = "rgba(148, 93, 214, " + 0.85 * value / most + ")";
      });
    });
    add(figure, "figcaption", each.name);
  }

  function image(parent, each) {
    const figure = add(parent, "figure");
    const picture = add(figure, "img");
    picture.src = each.source;
    picture.alt = each.name;
    add(figure, "figcaption", each.name);
  }

  if (data.charts.length === 0) add(main, "p", "There is nothing to show.");
  data.charts.forEach(chart => {
    const section = add(main, "section");
    add(section, "h2", chart.title);
    if (chart.kind === "image" || chart.kind === "confusion") {
      const side = add(section, "div");
      side.className = "side";
      if (chart.matrices.length + chart.images.length > 1) section.className = "wide";
      chart.matrices.forEach(each => matrix(side, chart, each));
      chart.images.forEach(each => image(side, each));
    } else {
      draw(section, chart);
    }
  });
})();
