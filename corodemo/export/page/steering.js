// Where the reader is, and how they get elsewhere: keys, buttons, slider, the timeline, and `#at=17` in the address.

let cursor = page.at, chosen = 0, player = 0;

function draw() {
  drawStatus(cursor);
  drawTasks(cursor, chosen);
  drawSource(cursor);
  drawQueues(cursor);
  drawEvents(cursor);
  drawNames(cursor);
  drawMeanwhile(cursor);
  drawOutput(cursor);
  drawTimeline(cursor, chosen);
  $("slider").value = cursor;
  $("slider").setAttribute("aria-valuetext", cursor < 0 ? "before the first event" : `${cursor}: ${page.text[cursor - first]}`);
}

function go(index) {
  cursor = Math.max(lowest, Math.min(last, index));
  follow(cursor);
  draw();
}

// To the next of some events in a direction; to the end if there is none.
function goAmong(events, direction) {
  const row = rowAt(events, direction > 0 ? cursor : cursor - 1);
  const found = events[direction > 0 ? row + 1 : row];
  go(found ?? (direction > 0 ? last : lowest));
}

function eventsOfChosen() {
  const task = page.tasks[rows.get(chosen)];
  return task ? [...new Set([...task.at, ...task.cuts])].filter((at) => at >= first).sort((one, other) => one - other) : starts;
}

function choose(task) {
  chosen = task === chosen ? 0 : task;
  draw();
}

// The next of the tasks that are there, down the page or up; from none, the first or the last.
function chooseNext(direction) {
  const there = page.tasks.filter((task) => task.at[0] <= cursor).map((task) => task.id);
  const row = there.indexOf(chosen);
  const next = row < 0 ? (direction > 0 ? 0 : there.length - 1) : Math.max(0, Math.min(there.length - 1, row + direction));
  if (there[next] && there[next] !== chosen) choose(there[next]);
  $("tasks").querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
}

function play(isOn) {
  clearInterval(player);
  player = isOn ? setInterval(() => (cursor < last ? go(cursor + 1) : play(false)), 400) : 0;
  $("play").textContent = isOn ? "❚❚" : "▶";
}

function toggleFuture() {
  showsFuture = !showsFuture;
  $("future").setAttribute("aria-pressed", showsFuture);
  draw();
}

function toggleTheme() {
  const root = document.documentElement, isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = root.dataset.theme ?? (isDark ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  resize();
}

function resize() {
  layOutTimeline();
  draw();
}

const centre = () => (placeOf(cursor) >= view.from && placeOf(cursor) <= view.to ? placeOf(cursor) : (view.from + view.to) / 2);
const showAll = () => ((view.from = 0), (view.to = 1), draw());
const zoomBy = (factor) => (zoom(factor, centre()), draw());

const KEYS = {
  ArrowRight: (event) => go(cursor + (event.shiftKey ? 10 : 1)),
  ArrowLeft: (event) => go(cursor - (event.shiftKey ? 10 : 1)),
  ArrowDown: () => chooseNext(1),
  ArrowUp: () => chooseNext(-1),
  PageDown: () => goAmong(starts, 1),
  PageUp: () => goAmong(starts, -1),
  n: () => goAmong(eventsOfChosen(), 1),
  p: () => goAmong(eventsOfChosen(), -1),
  Home: () => go(lowest),
  End: () => go(last),
  " ": () => play(!player),
  "+": () => zoomBy(2),
  "=": () => zoomBy(2),
  "-": () => zoomBy(0.5),
  0: showAll,
  f: toggleFuture,
  t: toggleTheme,
  "/": () => ($("search").focus(), $("search").select()),
  Enter: (event) => goToFound(event.shiftKey ? -1 : 1),
  "?": () => $("keys").showModal(),
  Escape: () => (wanted.words ? leaveSearch() : choose(chosen)),
};

function goToFound(direction) {
  const next = nextFound(cursor, direction);
  if (next !== null) go(next);
}

function leaveSearch() {
  $("search").value = "";
  search("");
  $("search").blur();
  draw();
}

$("search").addEventListener("input", (event) => (play(false), search(event.target.value), draw()));
$("search").addEventListener("keydown", (event) => {
  event.stopPropagation(); // here letters are letters
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  if (event.key === "Escape") leaveSearch();
  else goToFound(event.shiftKey ? -1 : 1);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || $("keys").open) return;
  if (event.key === "Enter" && event.target instanceof HTMLButtonElement) return; // it presses the button
  if (event.key === " " && event.target instanceof HTMLButtonElement) return; // it presses the button
  const isVertical = event.key === "ArrowDown" || event.key === "ArrowUp";
  if (isVertical && event.target.closest(".body:not(#tasks-pane .body)")) return; // it scrolls the pane
  const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  if (event.key !== " ") play(false);
  act(event);
});

const BUTTONS = {
  first: () => go(lowest), last: () => go(last), back: () => go(cursor - 1), forward: () => go(cursor + 1),
  "back-step": () => goAmong(starts, -1), "forward-step": () => goAmong(starts, 1), play: () => play(!player),
  "zoom-in": () => zoomBy(2), "zoom-out": () => zoomBy(0.5), "zoom-all": showAll,
  future: toggleFuture, theme: toggleTheme, help: () => $("keys").showModal(),
};
for (const [id, act] of Object.entries(BUTTONS)) {
  $(id).addEventListener("click", () => {
    if (id !== "play") play(false);
    act();
  });
}

$("slider").min = lowest;
$("slider").max = last;
$("slider").addEventListener("input", (event) => (play(false), go(Number(event.target.value))));
$("tasks").addEventListener("click", (event) => {
  const row = event.target.closest("tr");
  if (row) choose(Number(row.dataset.task));
});

let drag = null;
canvas.addEventListener("pointerdown", (event) => {
  drag = { x: event.offsetX, from: view.from, hasMoved: false };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (!drag) return;
  drag.hasMoved ||= Math.abs(event.offsetX - drag.x) > 4;
  if (!drag.hasMoved) return;
  pan(drag.from - ((event.offsetX - drag.x) / drawingWidth()) * (view.to - view.from) - view.from);
  drawTimeline(cursor, chosen);
});
canvas.addEventListener("pointerup", (event) => {
  const wasDrag = drag?.hasMoved;
  drag = null;
  if (wasDrag) return;
  play(false);
  const task = page.tasks[Math.floor((event.offsetY - TOP + lanesBox.scrollTop) / laneHeight)];
  if (event.offsetX < gutter) return task && choose(task.id);
  go(eventAt(Math.max(0, Math.min(1, shareAt(event.offsetX)))));
});
lanesBox.addEventListener("wheel", (event) => {
  const hasMore = lanesBox.scrollHeight > lanesBox.clientHeight + 1;
  if (hasMore && !event.ctrlKey) return; // the lanes scroll
  event.preventDefault();
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(((event.deltaX || event.deltaY) / drawingWidth()) * (view.to - view.from));
  else zoom(Math.exp(-event.deltaY / 300), Math.max(view.from, Math.min(view.to, shareAt(event.clientX - lanesBox.getBoundingClientRect().left))));
  drawTimeline(cursor, chosen);
}, { passive: false });
lanesBox.addEventListener("scroll", () => drawTimeline(cursor, chosen));
addEventListener("resize", resize);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", resize);

function goToAddress() {
  const asked = /[#&]at=(-?\d+)/.exec(location.hash);
  if (asked) go(Number(asked[1]));
}
addEventListener("hashchange", goToAddress);

$("program").textContent = page.program;
$("facts").textContent = `${page.count.toLocaleString("en")} events · ${page.clock} clock · Python ${page.python} · corodemo`;
if (page.leftOut.length) {
  $("left-out").hidden = false;
  $("left-out").textContent = `Not all is here: ${page.leftOut.join("; ")}.`;
}
$("hidden").textContent = page.hidden ? `and ${page.hidden.toLocaleString("en")} more tasks that are not shown` : "";
if (!page.names[0].length) document.body.classList.add("no-names");
resize();
goToAddress();
