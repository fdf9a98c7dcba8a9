// The admin API as functions. Every failure is an `ApiError` whose message is one sentence for people.

/** What went wrong: `status` is 0 where Freehold did not answer at all; `id` is the request's, where it has a record. */
export class ApiError extends Error {
  constructor(message, { status = 0, kind = null, retryAfter = null, body = null, id = null } = {}) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.retryAfter = retryAfter;
    this.body = body;
    this.id = id;
  }
}

let token = null;
let enterAgain = null;
let renew = null;

/** Sent with every request that changes something, so that no other site can send one in this person's name. */
export function useToken(value) {
  token = value;
}

/** That token, for a request made without `api`: an upload that shows how far it is. */
export function csrf() {
  return token;
}

/** `ask()` resolves once the person has signed in again. `fetchToken()` finds the token of a session that another tab has
 * begun since. */
export function whenLost(ask, fetchToken) {
  [enterAgain, renew] = [ask, fetchToken];
}

/** The JSON at a path. `query`: names and values; `body`: sent as JSON; `form`: a FormData, for files. */
export async function api(path, options = {}) {
  const response = await answer(path, options);
  if (response.status === 204) return null;
  const kind = response.headers.get("content-type") ?? "";
  return kind.includes("json") ? response.json() : response.text();
}

/** A streamed answer: `{ headers, events }`, where `events` yields `{ event, data }` with `data` still text. */
export async function stream(path, options = {}) {
  const response = await answer(path, options);
  return { headers: response.headers, events: frames(response.body) };
}

/** The response itself, once it is a good one; throws `ApiError`. A lost session is asked for again, once. */
export async function answer(path, options = {}, again = true) {
  const response = await sent(path, options);
  if (response.ok) return response;
  if (response.status === 401 && again && enterAgain && !options.entering) {
    await enterAgain();
    return answer(path, options, false);
  }
  const error = await failure(response);
  if (error.kind === "csrf_refused" && again && renew && !options.entering) {
    await renew();
    return answer(path, options, false);
  }
  throw error;
}

async function sent(path, { method, query, body, form, headers = {}, signal } = {}) {
  const verb = method ?? (body !== undefined || form ? "POST" : "GET");
  const all = { accept: "application/json", ...headers };
  if (token && verb !== "GET") all["x-freehold-csrf"] = token;
  if (body !== undefined) all["content-type"] = "application/json";
  const payload = form ?? (body === undefined ? undefined : JSON.stringify(body));
  try {
    return await fetch(address(path, query), {
      method: verb,
      headers: all,
      body: payload,
      signal,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("Freehold does not answer; see whether it is running, then try again.");
  }
}

/** A path with its query; empty values are left out. */
export function address(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(kept).toString();
  return search ? `${path}?${search}` : path;
}

async function failure(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    // A proxy between here and Freehold answers in its own way.
  }
  const told = body?.error?.message ?? `Freehold answered ${response.status}, and did not say why.`;
  const seconds = Number(response.headers.get("retry-after"));
  return new ApiError(told, {
    status: response.status,
    kind: body?.error?.code ?? body?.error?.type ?? null,
    retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : null,
    body,
    id: response.headers.get("x-freehold-id"),
  });
}

/** Server-sent events as they come: the fields `event` and `data` of the HTML standard, 9.2.6. */
export async function* frames(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      held += value ?? "";
      const blocks = held.split(/\r\n\r\n|\n\n|\r\r/);
      held = done ? "" : blocks.pop();
      for (const block of blocks) {
        const found = frame(block);
        if (found) yield found;
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {}); // The reader left early, or the stream has broken and said so above.
  }
}

function frame(block) {
  let event = "message";
  const data = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const at = line.indexOf(":");
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
    if (name === "event") event = value;
    if (name === "data") data.push(value);
  }
  return data.length ? { event, data: data.join("\n") } : null;
}
