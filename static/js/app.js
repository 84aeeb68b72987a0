/* What every page shares: single keys, a guess of the time zone. */
(() => {
  const root = document.documentElement;
  const GO_MILLISECONDS = 1200;
  let goUntil = 0;

  const inField = target => target.closest("input, textarea, select, [contenteditable]");
  const reading = () => document.querySelector("dialog:popover-open, dialog[open]");

  document.addEventListener("keydown", event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (root.dataset.keys === "off" || event.key.length !== 1 || inField(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "?") return document.getElementById("keys")?.togglePopover();
    if (reading()) return;
    if (key === "g") { goUntil = performance.now() + GO_MILLISECONDS; return; }
    const going = performance.now() < goUntil;
    goUntil = 0;
    const control = document.querySelector(going ? `[data-go="${CSS.escape(key)}"]` : `[data-key="${CSS.escape(key)}"]`);
    if (!control) return;
    event.preventDefault();
    control.click();
  });

  document.querySelector("[data-focus]")?.focus();

  const zone = document.querySelector("select[data-guess-zone]");
  if (zone) {
    const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...zone.options].some(option => option.value === guess)) zone.value = guess;
  }
})();
