// The tags that a label may have: those that some target's clearance carries.

import { useAnswer } from "../../parts/asking.js";
import { tags } from "../fields/models.js";

/** Sorted; empty until they are known. */
export function useTags() {
  const { data } = useAnswer("/v1/models");
  return data ? tags(data.data) : [];
}
