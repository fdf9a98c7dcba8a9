// The one place that knows what draws the page: everything else imports from here.

export {
  createContext,
  html,
  render,
  useCallback,
  useContext,
  useEffect,
  useErrorBoundary,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from "../vendor/preact-htm.js";

let last = 0;

/** An id that no other element has, for tying a label to its field. */
export function newId(word) {
  last += 1;
  return `${word}-${last}`;
}
