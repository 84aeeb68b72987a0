/* The second layer: htmx, which weighs more than the page, swaps the fragments where study.js did not start.
   What it cannot send or swap is said, and what was picked stays. */
(() => {
  const { htmx } = document.currentScript.dataset;
  if (document.documentElement.dataset.layer) return;
  addEventListener("load", () => document.head.append(Object.assign(document.createElement("script"), { src: htmx })));

  const token = document.querySelector("meta[name=csrf-token]").content;
  document.addEventListener("htmx:configRequest", ({ detail }) => { detail.headers["X-CSRFToken"] = token; });
  const say = text => { document.getElementById("status").textContent = text; };
  document.addEventListener("htmx:beforeRequest", () => say(""));
  document.addEventListener("htmx:sendError", () => say("Offline. This cannot be saved or checked now; what you picked is kept."));
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    const notice = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("#notice");
    say(notice?.textContent ?? (xhr.status === 401 ? xhr.responseText : "That was not saved. What you picked is kept; try again."));
  });
})();
