// Which runs can be laid side by side: pure.

const MOST = 12;
const ENDED = ["done", "partial", "stopped"];

/** The datasets that runs were asked for, the newest first: `{ dataset, name, runs }`, with the newest run that has ended of
 * each subject, scored where there is one. The first is the oldest, which the others are held against. */
export function comparable(runs, names) {
  const found = new Map();
  for (const run of runs) {
    if (!ENDED.includes(run.state)) continue;
    const subjects = found.get(run.dataset) ?? new Map();
    const before = subjects.get(run.subject);
    if (!before || (!before.scorers.length && run.scorers.length)) subjects.set(run.subject, run);
    found.set(run.dataset, subjects);
  }
  return [...found].map(([dataset, subjects]) => {
    const all = [...subjects.values()].sort((one, other) => one.created.localeCompare(other.created));
    return { dataset, name: names.get(dataset) ?? dataset, runs: all.slice(-MOST).map((run) => run.id) };
  });
}

/** How far a run is, from 0 to 1. */
export function progress({ counts, total }) {
  const seen = (counts?.answered ?? 0) + (counts?.refused ?? 0) + (counts?.failed ?? 0);
  return total ? seen / total : 0;
}
