/* Answers not yet acknowledged. They lie in localStorage under the learner's id, and whichever page is open sends
   them: in order, one at a time, one tab at a time. Their keys make a repeat harmless. */
const outbox = (() => {
  const place = `recall.unsent.${document.documentElement.dataset.learner}`;
  const signIn = document.currentScript.dataset.signIn;
  const token = document.querySelector("meta[name=csrf-token]").content;
  const status = document.getElementById("status");
  const PATIENCE = 30_000, SLOWEST = 60, NOT_NOW = [408, 425, 429];
  const mine = new Set();
  let memory = null, busy = false, timer = 0, wait = 0, trouble = "", aside = 0;

  const entries = () => {
    if (memory) return memory;
    try { return JSON.parse(localStorage.getItem(place)) ?? []; } catch { return []; }
  };
  const write = list => {
    try {
      if (list.length) localStorage.setItem(place, JSON.stringify(list)); else localStorage.removeItem(place);
      memory = null;
    } catch { memory = list; }                      /* no room or no permission: this page alone keeps them */
  };
  const drop = key => write(entries().filter(entry => entry.key !== key));
  const mark = (key, tried) => write(entries().map(entry => entry.key === key ? { ...entry, tried } : entry));

  const fieldsOf = (form, button) => {
    const fields = {};
    for (const [name, value] of new FormData(form, button)) fields[name] = name in fields ? `${fields[name]} ${value}` : value;
    delete fields.csrfmiddlewaretoken;
    return fields;
  };
  const parse = text => new DOMParser().parseFromString(text, "text/html");
  const sentence = page => page.querySelector("#notice:not([hidden])")?.textContent;
  const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
  const say = (text, doing, href) => {
    const link = document.createElement("a");
    Object.assign(link, { href, textContent: doing });
    status.replaceChildren(...doing ? [link, text] : text ? [text] : [], ...api.beside);
  };
  /* The way out of a refusal that only the learner can lift; 403: signed in again elsewhere, so the token is old. */
  const door = code => ({
    401: ["Sign in", `${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`],
    403: ["Reload this page", ""],
  })[code];

  const ask = async (url, fields) => {
    const response = await fetch(url, {
      method: "POST",
      redirect: "error",
      headers: { "HX-Request": "true", "X-CSRFToken": token },
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { response, page: parse(await response.text()) };
  };

  const kept = why => {
    const grades = entries().filter(entry => entry.fields.grade).length;
    trouble = why;
    say(`${why} ${grades ? plural(grades, "grade is", "grades are") : plural(entries().length, "change is", "changes are")} kept here and will be sent.`);
  };
  const later = (why, seconds) => {
    wait = seconds || Math.min(SLOWEST, wait * 2 || 2);
    timer = setTimeout(flush, wait * 1000, true);
    kept(why);
  };
  const settle = (entry, response, page) => {
    const words = sentence(page) ?? "";
    wait = 0;
    drop(entry.key);
    if (!response.ok) {
      write(entries().filter(({ fields }) => fields.undoes !== entry.key));   /* what was not stored needs no undo */
      trouble = "";
      say(response.status === 409 ? words : `${plural(++aside, "answer was", "answers were")} set aside. ${words}`);
    }
    api.received(entry, response, page);
    return true;
  };
  /* Sends one entry; true when the next one may go. */
  const deliver = async entry => {
    const offline = !navigator.onLine;
    mark(entry.key, true);
    const reply = await ask(entry.url, { ...entry.fields, held: api.held(entry) }).catch(() => null);
    if (!reply) {
      if (offline) mark(entry.key, false);
      return later("Offline.");
    }
    const { response, page } = reply, code = response.status;
    if (door(code)) return say(` to save ${plural(entries().length, "answer", "answers")}.`, ...door(code));
    if (code < 500 && !NOT_NOW.includes(code)) return settle(entry, response, page);
    if (code === 429 || code === 503) mark(entry.key, false);
    return later("Not saved yet.", Number(response.headers.get("Retry-After")));
  };
  /* An open tab sends its own entries, so that it gets the replies; what closed ones left goes first, or with `all`. */
  const due = all => entries().some(entry => all || mine.has(entry.key));
  const drain = async all => {
    while (due(all)) if (!await deliver(entries()[0])) return false;
    return true;
  };
  const flush = async all => {
    if (busy || !due(all)) return;
    busy = true;
    timer = clearTimeout(timer);
    let through = false;
    try {
      through = await (navigator.locks ? navigator.locks.request(place, () => drain(all)) : drain(all));
    } finally { busy = false; }
    if (through && due()) flush(); else if (!entries().length) saved();
  };
  const saved = () => {
    if (trouble) say("Everything is saved now.");
    trouble = "";
  };

  const api = {
    ask, door, entries, fieldsOf, parse, say, sentence,
    beside: [],                                     /* what stays behind every line until the next card goes */
    held: () => "",
    received: () => {},
    add(entry) {
      mine.add(entry.key);
      write([...entries(), entry]);
      if (timer) return kept(trouble);
      say("");
      flush();
    },
    /* Removes and returns an entry that was never on its way; undefined for any other. */
    takeBack(key) {
      const entry = entries().find(entry => entry.key === key && !entry.tried);
      if (!entry) return;
      drop(key);
      if (entries().length) { if (trouble) kept(trouble); } else { timer = clearTimeout(timer); say(trouble = ""); }
      return entry;
    },
  };

  addEventListener("DOMContentLoaded", () => {
    if (entries().length) trouble = "Not saved yet.";
    flush(true);
  });
  addEventListener("submit", event => {
    const unsent = event.target.matches("form[data-sign-out]") && entries().length;
    if (!unsent) return;
    if (confirm(`${plural(unsent, "answer is", "answers are")} not sent yet and would be lost. Sign out anyway?`)) write([]);
    else event.preventDefault();
  });
  addEventListener("online", () => flush(true));
  addEventListener("pageshow", event => event.persisted && flush(true));
  addEventListener("storage", event => event.key === place && !event.newValue && saved());
  return api;
})();
