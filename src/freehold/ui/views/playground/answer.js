// One answer as it comes: a pure account of the events of a stream, and of how it ended.

/** An answer that has been asked for: `model` is the route or target, `at` a moment in milliseconds. */
export function asked(model, at) {
  return {
    model,
    state: "waiting",
    text: "",
    thought: "",
    annotations: [],
    calls: [],
    id: null,
    target: null,
    label: null,
    began: at,
    firstMs: null,
    totalMs: null,
    usage: null,
    finish: null,
    error: null,
    record: null,
    feedback: null,
  };
}

/** Whether more may come of it. */
export function isOpen(answer) {
  return answer.state === "waiting" || answer.state === "streaming";
}

/** What the head of the response says; `read(name)` gives a header or `null`. */
export function headed(answer, read) {
  const said = (name) => {
    const value = read(`x-freehold-${name}`);
    return value && value !== "none" ? value : null;
  };
  return { ...answer, id: said("id"), target: said("target"), label: said("label") };
}

/** The answer with one chunk of OpenAI's stream added; `at` is when it came. */
export function heard(answer, chunk, at) {
  if (chunk.error) return failed(answer, faultOf(chunk.error), at);
  const next = { ...answer };
  if (chunk.usage) next.usage = chunk.usage;
  const choice = chunk.choices?.[0];
  if (!choice) return next;
  const delta = choice.delta ?? {};
  if (delta.content) next.text += delta.content;
  if (delta.refusal) next.text += delta.refusal;
  if (delta.reasoning_content) next.thought += delta.reasoning_content;
  if (delta.annotations) next.annotations = [...next.annotations, ...delta.annotations];
  if (delta.tool_calls) next.calls = called(next.calls, delta.tool_calls);
  if (choice.finish_reason) next.finish = choice.finish_reason;
  const said = next.text || next.thought || next.calls.length;
  if (said && next.firstMs === null) {
    next.firstMs = at - next.began;
    next.state = "streaming";
  }
  return next;
}

function called(calls, pieces) {
  const found = calls.map((call) => ({ ...call }));
  for (const piece of pieces) {
    const at = piece.index ?? 0;
    found[at] ??= { name: "", arguments: "" };
    found[at].name += piece.function?.name ?? "";
    found[at].arguments += piece.function?.arguments ?? "";
  }
  return found.filter(Boolean);
}

/** An error of the API as what the page shows: its body's `error`, whichever way it came. */
export function faultOf(error, status = null) {
  const more = error.freehold ?? {};
  return {
    message: error.message ?? "the answer failed, and nothing said why",
    code: error.code ?? null,
    status,
    label: more.label ?? null,
    allowed: more.allowed ?? [],
    attempts: more.attempts ?? [],
    renews: more.renews ?? null,
    retryAfter: null,
  };
}

/** The end of the stream. One that ended with neither its end mark nor a reason to finish is not whole, and says so. */
export function ended(answer, at, whole) {
  if (!isOpen(answer)) return answer;
  if (!whole && answer.finish === null) {
    return failed(answer, faultOf({ message: "The answer broke off before its end.", code: "cut_short" }), at);
  }
  return { ...answer, state: "done", totalMs: at - answer.began };
}

/** The person has stopped it, or has left the page while it came. */
export function stopped(answer, at) {
  return isOpen(answer) ? { ...answer, state: "stopped", totalMs: at === null ? null : at - answer.began } : answer;
}

/** It failed, before or after its first word. */
export function failed(answer, error, at) {
  return { ...answer, state: "failed", error, totalMs: at === null ? null : at - answer.began };
}

/** The numbers to show of an answer: what the ledger has where it has it, what the page has seen until then. */
export function numbers(answer) {
  const { record, usage } = answer;
  return {
    firstMs: answer.firstMs,
    totalMs: answer.totalMs,
    input: record?.usage?.input_tokens ?? usage?.prompt_tokens ?? null,
    output: record?.usage?.output_tokens ?? usage?.completion_tokens ?? null,
    estimated: record?.usage?.estimated ?? false,
    cost: record?.cost ?? null,
  };
}
