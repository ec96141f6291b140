// The timeline: a lane for each task up to the cursor, drawn on a canvas that is as large as what is seen of it.

const lanesBox = document.getElementById("lanes"), canvas = document.getElementById("canvas");
const TOP = 30, QUEUE = 34;
const view = { from: 0, to: 1 }; // the shares of the whole that stand at the left and the right edge
let laneHeight = 22, gutter = 120, showsFuture = false, colours = {};

function readColours() {
  const style = getComputedStyle(document.documentElement);
  const names = ["text", "quiet", "edge", "pane", "running", "ready", "waiting", "done", "failed", "cancelled", "arrow", "band", "select", "found"];
  colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  colours.branch = colours.waiting;
  const size = parseFloat(style.fontSize);
  colours.font = `${size * 0.92}px ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace`;
  colours.small = `${size * 0.85}px system-ui, sans-serif`;
  // Few tasks have room to be seen from the last row.
  laneHeight = Math.round(Math.min(size * 2.5, Math.max(size * 1.7, (innerHeight * 0.22) / page.tasks.length)));
}

function layOutTimeline() {
  readColours();
  const pen = canvas.getContext("2d");
  pen.font = colours.font;
  const widest = Math.max(104, ...page.tasks.map((task) => pen.measureText(task.label).width + 14 * task.depth));
  gutter = Math.min(widest + 24, lanesBox.clientWidth * 0.3);
  const height = TOP + QUEUE + laneHeight * page.tasks.length;
  const seen = Math.max(90, Math.min(height, innerHeight * 0.38));
  lanesBox.style.height = `${seen}px`;
  canvas.style.height = `${seen}px`;
  document.getElementById("lanes-height").style.height = `${Math.max(0, height - seen)}px`;
  canvas.width = Math.round(lanesBox.clientWidth * devicePixelRatio);
  canvas.height = Math.round(seen * devicePixelRatio);
}

const drawingWidth = () => lanesBox.clientWidth - gutter - 14;
const xOf = (place) => gutter + ((place - view.from) / (view.to - view.from)) * drawingWidth();
const shareAt = (x) => view.from + ((x - gutter) / drawingWidth()) * (view.to - view.from);

// The last event that stands at a share of the whole, or before it.
function eventAt(share) {
  return Math.max(lowest, Math.min(last, first + rowAt(places, share * 1e8)));
}

function drawTimeline(cursor, chosen) {
  const pen = canvas.getContext("2d"), width = lanesBox.clientWidth, height = canvas.height / devicePixelRatio;
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.fillStyle = colours.pane;
  pen.fillRect(0, 0, width, height);
  const yOf = (row) => TOP + row * laneHeight - lanesBox.scrollTop;
  if (rows.has(chosen)) {
    pen.fillStyle = colours.select;
    pen.fillRect(0, yOf(rows.get(chosen)), width, laneHeight);
  }
  drawAxis(pen, width, height);
  drawLeftOut(pen, width, height);
  drawFound(pen);
  pen.save();
  pen.beginPath();
  pen.rect(0, TOP, width, height - TOP - QUEUE);
  pen.clip();
  const named = page.tasks.filter((task) => task.at[0] <= cursor || showsFuture), branches = branchesOf(named);
  named.forEach((task, nth) => drawName(pen, task, yOf(rows.get(task.id)), cursor, branches[nth]));
  pen.beginPath();
  pen.rect(gutter - 3, TOP, width, height - TOP - QUEUE);
  pen.clip();
  for (const [until, alpha] of showsFuture ? [[last, 0.3], [cursor, 1]] : [[cursor, 1]]) {
    pen.globalAlpha = alpha;
    page.tasks.forEach((task, row) => {
      if (yOf(row) > -laneHeight && yOf(row) < height) drawLane(pen, task, yOf(row), until);
    });
    drawArrows(pen, yOf, until);
    page.tasks.forEach((task, row) => drawMarks(pen, task, yOf(row), until));
  }
  pen.restore();
  pen.globalAlpha = 1;
  drawQueue(pen, width, height, cursor);
  canvas.setAttribute("aria-label", `Timeline, a lane for each task: events ${eventAt(view.from)} to ${eventAt(view.to)}`);
  const x = xOf(placeOf(cursor));
  if (x >= gutter - 1 && x <= width) {
    pen.fillStyle = colours.running;
    pen.fillRect(x - 0.75, TOP - 8, 1.5, height - TOP + 8);
    pen.beginPath();
    pen.moveTo(x - 6, TOP - 10);
    pen.lineTo(x + 6, TOP - 10);
    pen.lineTo(x, TOP - 2);
    pen.fill();
  }
}

function drawName(pen, task, y, cursor, branches) {
  pen.globalAlpha = task.at[0] <= cursor ? 1 : 0.4;
  pen.font = colours.font;
  pen.textBaseline = "middle";
  const x = 10 + 14 * task.depth, middle = y + laneHeight / 2;
  pen.strokeStyle = colours.branch;
  pen.lineWidth = 1.2;
  pen.beginPath();
  for (let depth = 1; depth <= task.depth; depth++) {
    const sign = branches[2 * (depth - 1)], at = 10.5 + 14 * (depth - 1) + 4;
    if (sign !== "│" && sign !== "├" && sign !== "└") continue;
    pen.moveTo(at, y);
    pen.lineTo(at, sign === "└" ? middle : y + laneHeight);
    if (sign === "│") continue;
    pen.moveTo(at, middle);
    pen.lineTo(at + 7, middle);
  }
  pen.stroke();
  pen.fillStyle = colours.text;
  pen.save();
  pen.beginPath();
  pen.rect(0, y, gutter - 8, laneHeight);
  pen.clip();
  pen.fillText(task.label, x, y + laneHeight / 2 + 1);
  pen.restore();
  pen.globalAlpha = 1;
}

function drawLane(pen, task, y, until) {
  const middle = y + laneHeight / 2, tall = laneHeight * 0.62;
  for (let row = Math.max(0, rowAt(task.at, eventAt(view.from) - 1)); row < task.at.length && task.at[row] <= until; row++) {
    if (task.state[row] >= DONE) continue;
    const start = xOf(placeOf(Math.max(first, task.at[row])));
    if (start > lanesBox.clientWidth) break;
    const end = xOf(placeOf(Math.min(until, row + 1 < task.at.length ? task.at[row + 1] : last)));
    const wide = Math.max(task.state[row] === RUNNING ? 2.5 : 0.5, end - start);
    if (task.state[row] === WAITING) {
      pen.fillStyle = colours.waiting;
      pen.fillRect(start, middle - 2.5, wide, 5);
    } else if (task.state[row] === RUNNING) {
      pen.fillStyle = colours.running;
      pen.fillRect(start, middle - tall / 2, wide, tall);
    } else {
      drawHatched(pen, start, middle - tall * 0.34, wide, tall * 0.68);
    }
  }
}

function drawHatched(pen, x, y, wide, tall) {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, wide, tall);
  pen.clip();
  pen.strokeStyle = colours.ready;
  pen.lineWidth = 2.2;
  pen.beginPath();
  const left = Math.max(x, 0), right = Math.min(x + wide, lanesBox.clientWidth);
  for (let at = left - (left % 5) - tall; at < right; at += 5) {
    pen.moveTo(at, y + tall);
    pen.lineTo(at + tall, y);
  }
  pen.stroke();
  pen.strokeRect(x, y, wide, tall);
  pen.restore();
}

function drawArrows(pen, yOf, until) {
  let free = 0; // arrows that stand closer than this are a thicket, and tell nothing: zoom in to see them
  const shown = page.wakeups.filter(([event, source, target]) => {
    const x = xOf(placeOf(event));
    if (event > until || x < Math.max(gutter, free) || x > lanesBox.clientWidth || !rows.has(source) || !rows.has(target)) return false;
    free = event < last && placeOf(event) === placeOf(event + 1) ? x : x + 5;
    return true;
  });
  if (shown.length > drawingWidth() / 8) return;
  pen.strokeStyle = pen.fillStyle = colours.arrow;
  pen.lineWidth = 1.3;
  for (const [event, source, target] of shown) {
    const x = xOf(placeOf(event)), step = rows.get(source) < rows.get(target) ? 1 : -1;
    const from = yOf(rows.get(source)) + laneHeight / 2 + step * laneHeight * 0.3;
    const to = yOf(rows.get(target)) + laneHeight / 2 - step * laneHeight * 0.24;
    pen.beginPath();
    pen.moveTo(x, from);
    pen.lineTo(x, to - step * 4);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(x, to);
    pen.lineTo(x - 3.5, to - step * 6);
    pen.lineTo(x + 3.5, to - step * 6);
    pen.fill();
  }
}

function drawMarks(pen, task, y, until) {
  pen.textBaseline = "middle";
  pen.font = `bold ${colours.font}`;
  const end = task.at.length - 1;
  for (const cut of task.cuts) {
    pen.font = `bold ${laneHeight * 0.8}px sans-serif`;
    if (cut > until) break;
    const x = xOf(placeOf(cut));
    pen.fillStyle = colours.pane;
    pen.beginPath();
    pen.arc(x, y + laneHeight / 2, laneHeight * 0.42, 0, 7);
    pen.fill();
    pen.fillStyle = colours.failed;
    pen.fillText("✂", x - pen.measureText("✂").width / 2, y + laneHeight / 2 + 1);
  }
  pen.font = `bold ${colours.font}`;
  if (task.state[end] < DONE || task.at[end] > until || task.at[end] < first) return;
  const word = STATES[task.state[end]];
  pen.fillStyle = colours[word];
  const x = Math.min(xOf(placeOf(task.at[end])) + 4, xOf(1) - 2);
  pen.fillText(GLYPHS[word], x, y + laneHeight / 2 + 1);
}

// Where time stands, and what for: a tick for each round time, or each instant of a virtual clock, or each so many events.
function ticks() {
  if (page.axis === "both") {
    const found = [];
    for (let at = 0; at < times.length; at++) {
      if (!at || times[at] !== times[at - 1]) found.push([placeOf(first + at), brief(times[at])]);
    }
    return found;
  }
  const [start, end] = page.axis === "time" ? [times[0], times[times.length - 1]] : [first, last];
  const span = (end - start) * (view.to - view.from), least = (span * 90) / drawingWidth();
  let every = 1;
  while (every < least) every *= [2, 2.5, 2][Math.round(Math.log10(every) * 3) % 3];
  const from = Math.ceil((start + (end - start) * view.from) / every) * every, found = [];
  for (let at = from; at <= start + (end - start) * view.to && found.length < 100; at += every) {
    found.push([(at - start) / Math.max(1, end - start), at]);
  }
  const labels = labelsOf(found.map(([, at]) => at), every);
  return found.map(([place], nth) => [place, labels[nth]]);
}

// As short as times are elsewhere, but so long that no two say the same.
function labelsOf(found, every) {
  if (page.axis !== "time") return found.map((at) => at.toLocaleString("en"));
  const short = found.map(brief);
  if (new Set(short).size === short.length) return short;
  const [unit, name] = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]].find(([size]) => found[found.length - 1] >= size);
  const digits = Math.max(0, Math.ceil(-Math.log10(every / unit) - 1e-9) + (every / 10 ** Math.floor(Math.log10(every) + 1e-9) === 2.5 ? 1 : 0));
  return found.map((at) => (at / unit).toFixed(digits) + name);
}

function drawAxis(pen, width, height) {
  pen.font = colours.small;
  pen.textBaseline = "middle";
  pen.fillStyle = colours.quiet;
  pen.fillText({ time: "time", both: "time and order", events: "event" }[page.axis], 10, 13);
  let free = 0;
  for (const [place, label] of ticks()) {
    const x = xOf(place), wide = pen.measureText(label).width;
    if (x < gutter - 1 || x + wide / 2 > width) continue;
    pen.fillStyle = colours.edge;
    pen.fillRect(x, TOP - 4, 1, height - TOP);
    if (x < free) continue;
    pen.fillStyle = colours.quiet;
    pen.fillText(label, x + 3, 13);
    free = x + wide + 14;
  }
}

// Where the page begins or ends though the trace does not: a broken edge, and how much is missing there.
function drawLeftOut(pen, width, height) {
  const before = page.first, after = page.count - last - 1;
  pen.font = colours.small;
  pen.textBaseline = "middle";
  for (const [missing, place, step, words] of [[before, 0, 1, "before"], [after, 1, -1, "after"]]) {
    const x = xOf(place);
    if (!missing || x < gutter - 1 || x > width) continue;
    pen.strokeStyle = pen.fillStyle = colours.failed;
    pen.lineWidth = 1.4;
    pen.beginPath();
    pen.moveTo(x, TOP - 4);
    for (let y = TOP - 4, side = 1; y < height - QUEUE; y += 6, side = -side) pen.lineTo(x - step * (side > 0 ? 4 : 0), y);
    pen.stroke();
    const text = `${missing.toLocaleString("en")} events ${words} are not here`, wide = pen.measureText(text).width;
    const from = step > 0 ? x : Math.max(gutter, x - wide);
    pen.fillStyle = colours.pane;
    pen.fillRect(from - 6, 0, wide + 12, TOP - 7);
    pen.fillStyle = colours.failed;
    pen.fillText(text, from, 13);
  }
}

// The events that a search has found, as small marks below the times.
function drawFound(pen) {
  pen.fillStyle = colours.arrow;
  let free = -1;
  for (const event of wanted.found) {
    const x = xOf(placeOf(event));
    if (x < gutter - 1 || x < free) continue;
    pen.fillRect(x - 1, TOP - 9, 2, 7);
    free = x + 2;
  }
}

function drawQueue(pen, width, height, cursor) {
  const most = Math.max(1, ...queue.values), floor = height - 6, tall = QUEUE - 14;
  pen.fillStyle = colours.pane;
  pen.fillRect(0, height - QUEUE, width, QUEUE);
  pen.fillStyle = colours.edge;
  pen.fillRect(0, height - QUEUE, width, 1);
  pen.fillStyle = colours.ready;
  for (const [until, alpha] of showsFuture ? [[last, 0.3], [cursor, 1]] : [[cursor, 1]]) {
    pen.globalAlpha = alpha;
    queue.values.forEach((length, row) => {
      if (!length || queue.at[row] > until) return;
      const start = Math.max(gutter, xOf(placeOf(queue.at[row])));
      const end = xOf(placeOf(Math.min(until, row + 1 < queue.at.length ? queue.at[row + 1] : last)));
      if (end >= gutter) pen.fillRect(start, floor - (tall * length) / most, Math.max(1, end - start), (tall * length) / most);
    });
  }
  pen.font = colours.small;
  pen.textBaseline = "middle";
  pen.fillStyle = colours.quiet;
  const words = [`ready queue, up to ${most.toLocaleString("en")}`, `queue, up to ${most.toLocaleString("en")}`, `up to ${most.toLocaleString("en")}`];
  pen.fillText(words.find((text) => pen.measureText(text).width <= gutter - 14) ?? words[2], 10, height - QUEUE / 2 + 1, gutter - 14);
}

function zoom(factor, around) {
  const size = Math.min(1, Math.max(1e-7, (view.to - view.from) / factor));
  const share = (around - view.from) / (view.to - view.from);
  view.from = Math.max(0, Math.min(1 - size, around - share * size));
  view.to = view.from + size;
}

function pan(by) {
  const size = view.to - view.from;
  view.from = Math.max(0, Math.min(1 - size, view.from + by));
  view.to = view.from + size;
}

// The cursor is always seen: a step beyond the edge moves the view.
function follow(cursor) {
  const place = placeOf(cursor), size = view.to - view.from;
  if (place < view.from || place > view.to) pan(place - view.from - size / 2);
}
