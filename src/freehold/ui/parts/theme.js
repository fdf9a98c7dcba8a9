// Light, dark, or as the system has it.

const KEPT = "freehold-theme";

export const THEMES = [
  { value: "auto", text: "As the system has it", icon: "auto" },
  { value: "light", text: "Light", icon: "sun" },
  { value: "dark", text: "Dark", icon: "moon" },
];

/** `light`, `dark` or `auto`. */
export function chosenTheme() {
  return document.documentElement.dataset.theme ?? "auto";
}

/** Have it from now on, and when the page is opened again. Whoever draws with colours hears a `themechange`. */
export function chooseTheme(theme) {
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  dispatchEvent(new Event("themechange"));
}
