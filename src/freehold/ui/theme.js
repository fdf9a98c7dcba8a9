// Runs before the first paint, so that a chosen theme never flashes. Not a module: modules wait for the document.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("freehold-theme");
  } catch (_) {
    // A browser that keeps nothing shows what its system prefers.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
