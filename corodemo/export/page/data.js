// The columns, and how to look something up in them. Nothing here knows what an event is: a column says since which
// event each of its values is true, and `rowAt` finds the one that is true after a given event.

const page = JSON.parse(document.getElementById("data").textContent);

// How many numbers of `at`, which grow, are not beyond `index`; less one: the row that is true there, or -1.
function rowAt(at, index) {
  let low = 0, high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] <= index) low = middle + 1; else high = middle;
  }
  return low - 1;
}

// Columns that grow are written as differences.
function summed(differences) {
  let sum = 0;
  return differences.map((difference) => (sum += difference));
}

function column([differences, values]) {
  const at = summed(differences);
  return { at, values, after: (index) => values[rowAt(at, index)] };
}

const first = page.first;
const last = page.first + page.text.length - 1;
const lowest = first === 0 ? -1 : first; // -1: before the first event
const times = summed(page.ns);
const places = summed(page.x);
const status = column(page.status), here = column(page.here), names = column(page.names), meanwhile = column(page.meanwhile), queue = column(page.queue);
const STATES = ["", "ready", "running", "waiting", "done", "failed", "cancelled"];
const GLYPHS = { ready: "◌", running: "▶", waiting: "‖", done: "✓", failed: "✗", cancelled: "⊘" };
const RUNNING = 2, WAITING = 3, DONE = 4;

for (const task of page.tasks) {
  task.at = summed(task.at);
  task.label = task.title ? `T${task.id} ${task.title}` : `T${task.id}`;
}
const rows = new Map(page.tasks.map((task, row) => [task.id, row]));
const starts = page.tasks
  .flatMap((task) => task.at.filter((at, row) => task.state[row] === RUNNING && at >= first))
  .sort((one, other) => one - other); // the events at which a step starts
const timeOf = (index) => (index < first ? (first === 0 ? 0 : times[0]) : times[index - first]);
const placeOf = (index) => (index < first ? 0 : places[Math.min(index, last) - first]) / 1e8;

// The branches before the names of tasks that stand below each other in the order of the tree.
function branchesOf(tasks) {
  const goesOn = []; // by depth: whether one more child comes further down
  const found = [];
  for (let row = tasks.length - 1; row >= 0; row--) {
    const { depth } = tasks[row];
    let text = "";
    for (let at = 1; at < depth; at++) text += goesOn[at] ? "│\u00a0" : "\u00a0\u00a0";
    found[row] = depth ? text + (goesOn[depth] ? "├\u00a0" : "└\u00a0") : "";
    goesOn.length = depth + 1;
    goesOn[depth] = true;
  }
  return found;
}

// A duration as the terminal's views write it: three digits and a unit, halves to even.
function brief(ns) {
  if (ns < 0) return "-" + brief(-ns);
  if (ns === 0) return "0";
  if (ns >= 59950000000) {
    let seconds = Math.floor((ns + 500000000) / 1000000000), minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
    const two = (number) => String(number).padStart(2, "0");
    if (hours >= 72) return `${Math.floor(hours / 24)}d`;
    return hours ? `${hours}h${two(minutes % 60)}m` : `${minutes}m${two(seconds % 60)}s`;
  }
  for (const [size, unit] of [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]]) {
    if (ns * 10000 < size * 9995 && size > 1) continue;
    const number = ns / size, digits = number < 9.995 ? 2 : number < 99.95 ? 1 : 0, scaled = number * 10 ** digits;
    const isHalf = (number * 8) % 1 === 0 && scaled % 1 === 0.5;
    const text = isHalf ? (2 * Math.round(scaled / 2) / 10 ** digits).toFixed(digits) : number.toFixed(digits);
    return (text.includes(".") ? text.replace(/\.?0+$/, "") : text) + unit;
  }
}
