// The report of a comparison as a file.

import { answer } from "../../api.js";

/** Have the browser keep the report of runs, whose ids stand with commas between. */
export async function download(runs, name) {
  const response = await answer("/api/eval/comparison", { query: { runs, form: "html" }, headers: { accept: "text/html" } });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
