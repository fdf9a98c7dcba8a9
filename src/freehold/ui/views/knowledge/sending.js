// Sends files into a collection, one after another, and follows the job that reads them. It goes on while another view
// is open, and shows how far each is.

import { address, api, ApiError, csrf } from "../../api.js";
import { useEffect, useState } from "../../parts/html.js";
import { amended, queued, reported, tally } from "./queue.js";

const LOOKS = [300, 600, 1000, 2000];

let last = 0;
let state = { collection: null, items: [], held: [] };
let working = false;
let stopping = null;
const listeners = new Set();

/** The files that were given last, with the collection they went to; `held` is what holds their reading up now. */
export function useUploads() {
  const [found, set] = useState(state);
  useEffect(() => {
    listeners.add(set);
    set(state);
    return () => listeners.delete(set);
  }, []);
  return found;
}

function become(next) {
  state = next;
  listeners.forEach((listen) => listen(state));
}

const put = (id, change) => become({ ...state, items: amended(state.items, id, change) });

/** Take files. `how`: `{ collection, label, groups }`, where an empty label leaves it to the collection. */
export async function give(files, how) {
  if (working || !files.length) return;
  working = true;
  stopping = new AbortController();
  become({ collection: how.collection, items: queued(files, () => (last += 1)), held: [] });
  try {
    const job = await sendAll(how, stopping.signal);
    if (job && tally(state.items).open) await follow(job);
  } finally {
    working = false;
    become({ ...state, held: [] });
  }
}

/** Send no more files. What has been sent is read all the same. */
export function stop() {
  stopping?.abort();
}

/** Forget what is shown of them. */
export function dismiss() {
  if (!working) become({ collection: null, items: [], held: [] });
}

async function sendAll(how, signal) {
  let job = null;
  for (const { id, file, name } of state.items) {
    if (signal.aborted) {
      put(id, { state: "stopped", reason: "not sent", file: null });
      continue;
    }
    put(id, { state: "sending" });
    try {
      const progress = (sent) => put(id, { sent });
      const { label, groups, collection } = how;
      const query = { collection, name, label, groups: groups?.join(","), job };
      job = (await post(address("/api/documents", query), file, { progress, signal })).job;
      put(id, { state: "reading" });
      await look(job);
    } catch (error) {
      const left = error.name === "AbortError";
      put(id, { state: left ? "stopped" : "failed", reason: left ? "stopped" : error.message, file: null });
    }
  }
  return job;
}

async function follow(job) {
  for (let round = 0; ; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOKS[Math.min(round, LOOKS.length - 1)]));
    if (await look(job)) return;
  }
}

/** Whether all that was sent has been read. A look that fails is not the end of the work: the next may not. */
async function look(job) {
  try {
    const report = await api(`/api/jobs/${encodeURIComponent(job)}`);
    become({ ...state, items: reported(state.items, report), held: report.notes });
    return !tally(state.items).open;
  } catch (error) {
    if (error.status === 0 || error.status >= 500) return false;
    const change = (item) => (item.state === "reading" ? { ...item, state: "failed", reason: error.message } : item);
    become({ ...state, items: state.items.map(change) });
    return true;
  }
}

async function post(path, file, how, again = true) {
  try {
    return await sent(path, file, how);
  } catch (error) {
    if (error.status !== 401 || !again) throw error;
    await api("/api/collections"); // Which asks the person to sign in again, and goes on once they have.
    return post(path, file, how, false);
  }
}

function sent(path, file, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // Of `fetch` nobody can tell how much of a body has been sent.
    request.open("POST", path);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    if (csrf()) request.setRequestHeader("x-freehold-csrf", csrf());
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => (request.status < 300 ? resolve(JSON.parse(request.responseText)) : reject(refusal(request)));
    request.onerror = () => reject(new ApiError("The connection closed while this was being sent; see whether Freehold runs and takes files of this size."));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function refusal(request) {
  let told = null;
  try {
    told = JSON.parse(request.responseText).error;
  } catch {
    // A proxy between here and Freehold answers in its own way.
  }
  return new ApiError(told?.message ?? `Freehold answered ${request.status}, and did not say why.`, {
    status: request.status,
    kind: told?.code ?? null,
  });
}
