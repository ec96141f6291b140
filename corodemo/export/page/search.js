// Search: the events whose sentences hold some words, where they are on the timeline, and the way from one to the next.

const wanted = { words: "", found: [] };
let sentences = null; // made when somebody first looks for something

function search(words) {
  sentences ??= page.text.map((text) => text.toLowerCase());
  wanted.words = words.trim().toLowerCase();
  wanted.found = [];
  if (wanted.words) sentences.forEach((text, nth) => text.includes(wanted.words) && wanted.found.push(first + nth));
}

// What is said beside the field: which of the events that were found is under the cursor, and how many there are.
function searchResult(cursor) {
  if (!wanted.words) return "";
  const row = wanted.found.indexOf(cursor), many = wanted.found.length.toLocaleString("en");
  if (!wanted.found.length) return "in no event";
  return row < 0 ? `in ${many} ${wanted.found.length === 1 ? "event" : "events"}` : `${(row + 1).toLocaleString("en")} of ${many}`;
}

// The next event that was found, in a direction; at the end it begins again from the other.
function nextFound(cursor, direction) {
  const { found } = wanted;
  if (!found.length) return null;
  const row = rowAt(found, direction > 0 ? cursor : cursor - 1) + (direction > 0 ? 1 : 0);
  return found[(row + found.length) % found.length];
}

// A sentence, with the words that are looked for marked in it.
function withMarks(text) {
  const element = make("span");
  if (!wanted.words) {
    element.textContent = text;
    return element;
  }
  const lower = text.toLowerCase();
  let done = 0;
  // Where small letters take another length, places would not agree: then nothing is marked.
  for (let at = lower.length === text.length ? lower.indexOf(wanted.words) : -1; at >= 0; at = lower.indexOf(wanted.words, done)) {
    element.append(text.slice(done, at), make("mark", "", text.slice(at, at + wanted.words.length)));
    done = at + wanted.words.length;
  }
  element.append(text.slice(done));
  return element;
}
