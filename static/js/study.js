/* The review loop without waiting: the next card lies in #ahead, outbox.js sends what was answered. */
(() => {
  const { fieldsOf } = outbox, byId = id => document.getElementById(id);
  const stage = byId("stage"), ahead = byId("ahead");
  const DOUBLE_TAP = 200, PATIENCE = 150, DAY = 86_400_000, FIRST_LINES = 96;
  const NAMES = { 1: "Again", 2: "Again", 3: "Hard", 4: "Good", 5: "Easy" }, COME_BACK = ["Again", "Hard"];
  let fresh = "", askedAt = 0, shownAt = Infinity, slow = 0, server;

  const now = () => performance.now();
  const card = () => stage?.querySelector("article");
  const cards = () => [stage, ahead].flatMap(part => [...part.querySelectorAll("article")]);
  const press = selector => stage?.querySelector(selector)?.click();
  const revived = html => outbox.parse(html).querySelector("article");
  const elapsed = () => Math.min(DAY, Math.round(now() - askedAt));
  const soon = act => { clearTimeout(slow); slow = setTimeout(act, PATIENCE); };

  /* Cards: one in front, the others behind it. */
  const settle = part => {
    clearTimeout(slow);
    stage.ariaBusy = null;
    stage.replaceChildren(part);
  };
  const show = article => {
    settle(article);
    scrollTo(0, 0);
    meet();
  };
  const meet = () => {
    fresh = card().outerHTML;
    askedAt = now();
    shownAt = "checked" in card().dataset ? askedAt : Infinity;
    card().querySelector(".check [name=response], summary, .suggested").focus({ preventScroll: true });
  };
  const advance = () => {
    if (ahead.firstElementChild) return show(ahead.firstElementChild);
    stage.replaceChildren();
    soon(() => {
      stage.ariaBusy = "true";
      stage.textContent = "The next card comes when this is saved.";
    });
  };
  const keep = article => {
    if (cards().some(held => held.dataset.ref === article.dataset.ref)) return;
    if (card()) ahead.append(article); else show(article);
  };
  const putBack = article => {
    cards().filter(held => held.dataset.ref === article.dataset.ref).forEach(held => held.remove());
    if (card()) ahead.prepend(revived(fresh));
    show(article);
  };
  const revealed = () => {
    const answer = card().querySelector(".answer"), dock = card().querySelector(".grades");
    shownAt = now();
    answer.focus({ preventScroll: true });
    const below = answer.getBoundingClientRect().top + FIRST_LINES - dock.getBoundingClientRect().top;
    if (below > 0) scrollBy(0, below);
  };

  /* Counters and undo: what the server said last, with the unsent entries on top. */
  const bar = () => byId("counters").querySelector("progress");
  const label = () => byId("counters").querySelector(".label span");
  const heard = () => {
    const key = byId("undo").elements.undoes.value;
    server = { answered: bar().value, total: bar().max, reach: key ? [{ key, name: label().textContent }] : [] };
  };
  const view = () => {
    let { answered, total, reach } = server, pending = false;
    for (const { key, fields, adds } of outbox.entries()) {
      if (adds) { total += adds; continue; }
      const undone = reach.find(answer => answer.key === fields.undoes);
      const step = fields.grade ? 1 : -1, name = NAMES[fields.grade] ?? undone?.name;
      answered += step;
      if (COME_BACK.includes(name)) total += step;
      pending ||= step < 0;
      reach = step > 0 ? [...reach, { key, name }] : reach.filter(answer => answer !== undone);
    }
    return { answered, total, pending, newest: reach.at(-1) };
  };
  const paint = () => {
    const { answered, total, newest } = view(), [number, of] = byId("position").childNodes;
    Object.assign(bar(), { max: total || 1, value: answered });
    number.data = `${Math.min(answered + 1, total)} `;
    of.textContent = `of ${total}`;
    byId("counters").querySelector(".undo").inert = !newest;
    label().textContent = newest?.name;
  };

  /* What the learner does. */
  const grade = (form, button) => {
    if (now() - shownAt < DOUBLE_TAP) return;
    const fields = { ...fieldsOf(form, button), answered_at: new Date().toISOString() }, entry = { url: form.action, key: fields.key, fields, card: fresh };
    advance();
    outbox.add(entry);
    paint();
  };
  const undo = form => {
    const { pending, newest } = view(), taken = newest && outbox.takeBack(newest.key);
    if (taken) putBack(revived(taken.card));
    else if (newest && !pending) outbox.add({ url: form.action, key: `undo ${newest.key}`, fields: { ...fieldsOf(form), undoes: newest.key } });
    paint();
  };
  const check = async (form, button) => {
    if (button.ariaBusy) return;
    const article = card(), words = button.firstChild.data;
    form.elements.milliseconds.value = elapsed();
    button.ariaBusy = "true";
    soon(() => { button.firstChild.data = "Checking… "; });
    const reply = await outbox.ask(form.action, fieldsOf(form, button)).catch(() => null);
    clearTimeout(slow);
    if (card() !== article) return;
    button.ariaBusy = null;
    button.firstChild.data = words;
    const door = outbox.door(reply?.response.status);
    if (!reply) outbox.say("Offline. This card cannot be checked now; your pick is kept.");
    else if (door) outbox.say(" to check this card. Your pick is kept.", ...door);
    else if (!reply.response.ok) outbox.say(outbox.sentence(reply.page) ?? "This card could not be checked. Your pick is kept; try again.");
    else {
      article.replaceWith(reply.page.querySelector("article"));
      outbox.say("");
      revealed();
    }
  };

  /* What the server says. */
  const dry = () => !card() && !stage.querySelector(".rest") && !outbox.entries().length;
  const leave = url => location.replace(url ?? stage.dataset.url);
  outbox.held = sent => {
    const unsent = outbox.entries().filter(entry => entry.key !== sent.key && entry.fields.card);
    return [...new Set([...cards().map(held => held.dataset.ref), ...unsent.map(entry => entry.fields.card)])].join(" ");
  };
  outbox.received = (entry, response, page) => {
    const parts = page.querySelectorAll("[hx-swap-oob]:not(#notice)");
    for (const part of parts) {
      const old = byId(part.id), focused = old.contains(document.activeElement);
      old.replaceWith(part);
      if (focused) part.querySelector("button")?.focus();
    }
    if (parts.length) heard();
    const article = page.querySelector("article"), rest = page.querySelector(".rest");
    if (article && entry.fields.undoes && response.ok) putBack(article); else if (article) keep(article);
    paint();
    if (rest && dry()) settle(rest);                     /* what was said is read before the page goes */
    if (dry()) leave(response.headers.get("HX-Redirect"));
  };

  outbox.loop = { advance, paint, front: () => fresh, putBack: html => putBack(revived(html)) };

  /* A page loaded or restored may hold cards that are answered and not yet sent. */
  const open = () => {
    const unsent = new Set(outbox.entries().map(entry => entry.fields.card)), front = card();
    cards().filter(held => unsent.has(held.dataset.ref)).forEach(held => held.remove());
    paint();
    if (!card() && (front || ahead.firstElementChild)) advance();
  };

  const WITHIN = ":is(.undo:not([inert]), #stage :is([open], [data-checked]) *, .tools:not([inert]) + .menu *)";
  const controlOf = key => document.querySelector(`${WITHIN}[aria-keyshortcuts~="${CSS.escape(key === "u" ? "z" : key)}" i]`);
  document.addEventListener("keydown", event => {
    const { key, target } = event, answer = card()?.matches("[data-checked], :has([open])");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector(key === "Escape" ? ":popover-open" : "dialog:popover-open")) return;
    if (key === "Escape") return document.querySelector("[data-leave]").click();
    if (target.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])")) return;
    if (key === " " || key === "Enter") {
      if (target.closest("a, button, summary, [type=radio]:not(:checked)")) return;
      if (target.type === "checkbox" && (key === " " || target.form)) return;
      event.preventDefault();
      if (event.repeat) return;
      if (!stage) document.querySelector("[data-enter]")?.click();
      else press(answer ? ".suggested" : "summary, .checks button, .rest a");
    } else if (document.documentElement.dataset.keys !== "off" && !event.repeat) {
      const control = controlOf(key.toLowerCase());
      if (control) event.preventDefault();                /* or it is typed into the next card's field */
      control?.click();
    }
  });

  const start = () => {
    document.addEventListener("toggle", ({ target }) => {
      if (!target.matches("details.reveal") || !target.open) return;
      target.querySelector("[name=milliseconds]").value = elapsed();
      revealed();
    }, true);
    document.addEventListener("click", event => {         /* a second press must not close the answer */
      if (event.target.closest("[open] > summary")) event.preventDefault();
    });
    document.addEventListener("submit", event => {
      const form = event.target;
      const act = form.matches(".grade") ? grade : form.matches(".check") ? check : form.id === "undo" && undo;
      if (!act) return;
      event.preventDefault();
      act(form, event.submitter);
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden && shownAt === Infinity) askedAt = now(); });
    addEventListener("storage", () => { paint(); if (dry()) leave(); });
    addEventListener("pageshow", event => { if (event.persisted) { open(); if (dry()) leave(); } });
    heard();
    open();
    if (card()) meet();
  };
  if (stage) start();
  document.documentElement.dataset.layer = "buffer";    /* fallback.js may rest */
})();
