// The fields of a key as a person fills them in, and as the API takes them. Pure.

/** A form without a key: what a new one begins with. */
export const BLANK = {
  name: "",
  role: "user",
  label: "",
  models: null,
  groups: [],
  collections: [],
  team: "",
  days: "",
  may_declare: false,
  capture: false,
};

/** The form of a key that there is. `days` stays empty, which leaves its end as it is. */
export function formOf(row) {
  return { ...BLANK, ...pick(row), label: row.label ?? "", team: row.team ?? "", days: "" };
}

function pick({ name, role, models, groups, collections, may_declare, capture }) {
  return { name, role, models, groups, collections, may_declare, capture };
}

/** The body that makes such a key. */
export function creation(form) {
  const { name, role, models, groups, collections, may_declare, capture } = form;
  const more = { label: form.label || null, team: form.team.trim() || null, days: number(form.days) };
  return { name: name.trim(), role, models, groups, collections, may_declare, capture, ...more };
}

/** The body that changes a key into what the form has: nothing but what is different. */
export function changes(row, form) {
  const { days, ...now } = creation(form);
  const before = creation(formOf(row));
  const changed = Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  if (form.days === "never") changed.push(["days", null]);
  else if (days !== null) changed.push(["days", days]);
  return Object.fromEntries(changed);
}

/** A whole number; null for what is empty or none. */
export function number(text) {
  const value = Number(text);
  return String(text).trim() !== "" && Number.isInteger(value) && value > 0 ? value : null;
}

/** Whether a text says an amount of money: more than nothing, with a dot or without. */
export function isAmount(text) {
  return /^\d{1,9}(\.\d{1,9})?$/.test(text.trim()) && Number(text) > 0;
}
