// Files on their way into a collection: a pure account of where each stands.

/** `waiting` for its turn, `sending`, `reading` (sent, and its job is under way), or what became of it. */
const ENDS = new Set(["done", "unchanged", "failed", "stopped"]);

/** Items for files; `next` gives each an id that no other has. */
export function queued(files, next) {
  return files.map((file) => ({
    id: next(),
    file,
    name: file.webkitRelativePath || file.name,
    size: file.size,
    state: "waiting",
    sent: 0,
    reason: "",
    notes: [],
    document: null,
  }));
}

/** The items with one of them changed. */
export function amended(items, id, change) {
  return items.map((item) => (item.id === id ? { ...item, ...change } : item));
}

/** The items as the report of their job has them. A report names all failures, and of the others the last. */
export function reported(items, report) {
  const told = new Map(report.files.map((file) => [file.name, file]));
  return items.map((item) => {
    if (item.state !== "reading") return item;
    const file = told.get(item.name);
    if (file && file.state !== "waiting") {
      const { state, reason, notes, document } = file;
      return { ...item, state, reason, notes, document, file: null };
    }
    return report.state === "done" && !file ? { ...item, state: "done", file: null } : item;
  });
}

/** What came of them, in numbers. */
export function tally(items) {
  const count = (...states) => items.filter((item) => states.includes(item.state)).length;
  return {
    all: items.length,
    open: items.filter((item) => !ENDS.has(item.state)).length,
    done: count("done"),
    unchanged: count("unchanged"),
    failed: count("failed"),
  };
}

/** How far the sending of an item is, from 0 to 1. */
export function share(item) {
  if (item.state === "waiting") return 0;
  return item.state === "sending" ? item.sent / Math.max(1, item.size) : 1;
}
