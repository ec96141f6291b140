// The panes: each is filled anew for the event under the cursor. A program's text goes into the document as text.

const $ = (id) => document.getElementById(id);

function make(tag, names, text) {
  const element = document.createElement(tag);
  if (names) element.className = names;
  if (text !== undefined) element.textContent = text;
  return element;
}

function fill(id, children) {
  $(id).replaceChildren(...children);
}

function quiet(text) {
  return make("div", "quiet", text);
}

// What is open for a while, after an event: rows of [first event, event after the last, ...].
function openAt(spans, index) {
  return spans.filter(([start, end]) => start <= index && index < end);
}

const many = (number) => number.toLocaleString("en");

function drawStatus(index) {
  const [word, sentence] = status.after(index);
  $("where").textContent = index < 0 ? `before the first of ${many(page.count)} events` : `event ${many(index)} of ${many(page.count - 1)} · at ${brief(timeOf(index))}`;
  $("found").textContent = searchResult(index);
  $("status").textContent = sentence;
  $("status").className = word;
}

function drawTasks(index, chosen) {
  const queued = openAt(page.ready, index).map((span) => span[2]);
  const children = [], there = page.tasks.filter((task) => task.at[0] <= index), branches = branchesOf(there);
  for (const [nth, task] of there.entries()) {
    const row = rowAt(task.at, index);
    const word = STATES[task.state[row]], line = make("tr", task.id === chosen ? "chosen" : "");
    const spent = { running: task.ran[row], ready: task.queued[row], waiting: task.waited[row] };
    if (word in spent) spent[word] += Math.max(0, timeOf(index) - task.since[row]);
    const name = make("td");
    if (task.depth) name.append(make("span", "branch", branches[nth]));
    name.append(make("span", "", task.title || `task ${task.id}`));
    if (task.input) name.append(make("span", "origin", ` [${task.input}]`));
    name.title = task.made;
    const place = task.file[row] >= 0 ? `${page.files[task.file[row]].name}:${task.line[row]}` : "";
    let on = page.strings[task.on[row]];
    if (word === "ready") on = queued.indexOf(task.id) === 0 ? "runs next" : queued.includes(task.id) ? `number ${queued.indexOf(task.id) + 1} in the queue` : "";
    const what = make("td", "", on);
    const [file, at, runner] = here.after(index);
    if (word === "running" && runner === task.id) what.append(make("span", "quiet", `at ${page.files[file].name}:${at}`));
    if (word === "waiting" && place) what.append(make("span", "quiet", `  ${place}`));
    line.append(
      make("td", "number quiet", task.id), make("td", word, `${GLYPHS[word]} ${word}`), name, what,
      ...["running", "ready", "waiting"].map((key) => make("td", spent[key] ? "number" : "number quiet", brief(spent[key]))),
      make("td", "number", task.steps[row]), make("td", "", page.strings[task.woken[row]]),
    );
    line.dataset.task = task.id;
    children.push(line);
  }
  fill("tasks", children);
}

function drawSource(index) {
  const [number, line, task, isParked] = here.after(index);
  if (number === undefined) {
    $("source-title").textContent = "source";
    return fill("source", [quiet("no line has run yet")]);
  }
  const file = page.files[number], isNow = !isParked;
  $("source-title").textContent = file.name;
  if (!file.lines) {
    const isInput = file.name.startsWith("<input ");
    const why = isInput ? "what was typed at the prompt is not kept in a trace" : "its text was not to be had when this page was made";
    return fill("source", [quiet(`${file.name}, line ${line}: ${why}`)]);
  }
  const parked = new Map();
  for (const other of page.tasks) {
    const row = rowAt(other.at, index);
    if (row < 0 || other.file[row] !== number || other.state[row] >= DONE || (isNow && other.id === task)) continue;
    if (other.state[row] !== RUNNING) parked.set(other.line[row], [...(parked.get(other.line[row]) ?? []), other]);
  }
  const digits = String(file.lines.length).length;
  // Of a long file the part around the line: a step must not cost what the file is long.
  const above = Math.max(0, line - 200);
  const children = file.lines.slice(above, line + 200).map((text, nth) => {
    const at = above + nth;
    const isHere = at + 1 === line, names = parked.get(at + 1) ?? [];
    const element = make("div", isHere && isNow ? "line now" : "line");
    element.append(make("span", "at", isHere && isNow ? "▶" : names.length ? "‖" : " "), make("span", "nr", String(at + 1).padStart(digits)));
    element.append(code(text));
    const who = make("span", "who");
    if (isHere && isNow && task) who.append(make("span", "", rows.has(task) ? page.tasks[rows.get(task)].label : `T${task}`));
    for (const other of names.slice(0, 5)) who.append(make("span", "", names.length === 1 ? other.label : `T${other.id}`));
    if (names.length > 5) who.append(make("span", "", `and ${names.length - 5} more`));
    element.append(who);
    return element;
  });
  fill("source", children);
  const box = $("source"), target = children[line - 1 - above];
  if (target) box.scrollTop = target.offsetTop - box.offsetTop - box.clientHeight / 2 + target.offsetHeight / 2;
}

// A line of a program: text, or text with the stretches that have a colour.
function code(line) {
  const element = make("span", "code");
  if (typeof line === "string") {
    element.textContent = line;
    return element;
  }
  const [text, ...spans] = line;
  let done = 0;
  for (const [start, end, kind] of spans) {
    element.append(text.slice(done, start), make("span", kind, text.slice(start, end)));
    done = end;
  }
  element.append(text.slice(done));
  return element;
}

function drawQueues(index) {
  const ready = openAt(page.ready, index);
  fill("ready", ready.length ? ready.slice(0, 200).map((span) => make("li", "", page.strings[span[3]])) : [quiet("nobody")]);
  if (ready.length > 200) $("ready").append(quiet(`and ${ready.length - 200} more`));
  const timers = openAt(page.timers, index).sort((one, other) => one[2] - other[2]);
  const found = timers.slice(0, 200).map(([, , deadline, what, who, since]) => {
    const item = make("li"), left = deadline - timeOf(index);
    const isWaitedFor = since >= 0 && since <= index && page.strings[who];
    item.append(make("span", "left", (left >= 0 ? "+" : "") + brief(left)));
    item.append(make("span", "", isWaitedFor ? `${page.strings[who]}  ${page.strings[what]}` : page.strings[what]));
    return item;
  });
  if (timers.length > 200) found.push(quiet(`and ${timers.length - 200} more`));
  for (const span of openAt(page.threads, index)) found.push(make("li", "", `thread: ${page.strings[span[2]]}`));
  fill("timers", found.length ? found : [quiet("none")]);
}

// The past only: what comes next is for the reader to say.
function drawEvents(index) {
  const found = [];
  const digits = String(last).length;
  for (let at = Math.max(first, index - 60); at <= index; at++) {
    const item = make("li", at === index ? "now" : "");
    item.append(make("span", "nr", String(at).padStart(digits)), withMarks(page.text[at - first]));
    found.push(item);
  }
  fill("events", found.length ? found : [quiet("before the first event")]);
  $("events").scrollTop = $("events").scrollHeight;
}

// What happened while the present task awaited: headings, who ran, and what others changed.
function drawMeanwhile(index) {
  const found = (meanwhile.after(index) ?? []).map((number) => {
    const text = page.strings[number];
    return make("div", text.startsWith("~ ") ? "line new" : /^[A-Z ]+$/.test(text) ? "line title" : "line", text);
  });
  fill("meanwhile", found.length ? found : [quiet("no task here")]);
}

function drawNames(index) {
  const found = (names.after(index) ?? []).map((number) => {
    const text = page.strings[number];
    return make("div", text.startsWith("* ") ? "line new" : "line", text);
  });
  fill("names", found.length ? found : [quiet("none")]);
}

function drawOutput(index) {
  const found = [make("div", "line")];
  for (const [event, isError, lines] of page.output) {
    if (event > index) break;
    lines.forEach((text, at) => {
      if (at) found.push(make("div", "line"));
      if (text) found[found.length - 1].append(make("span", (isError ? "stderr" : "") + (event === index ? " new" : ""), text));
    });
  }
  if (!found[found.length - 1].textContent) found.pop();
  fill("output", found.length ? found.slice(-500) : [quiet("nothing printed yet")]);
  $("output").scrollTop = $("output").scrollHeight;
}
