/* The tools of a card: put away and back at once; note, report and passage in a dialog. */
(() => {
  const stage = document.getElementById("stage"), dialog = document.getElementById("tool");
  if (!stage) return;
  const { ask, fieldsOf, loop, parse, received, say, sentence } = outbox;
  let opened = "";

  const card = () => stage.querySelector("article");
  const entry = (url, fields, adds) => ({ url, fields, adds, key: `${Math.random()}` });
  const send = entry => {
    outbox.add(entry);
    loop.paint();
  };

  /* The line that says it carries the way back until the next card goes. */
  const goes = (said, gone) => {
    const button = Object.assign(document.createElement("button"), { className: "btn small", textContent: "Take back" });
    button.onclick = () => {
      outbox.beside = [];
      loop.putBack(gone.card);
      if (outbox.takeBack(gone.key)) loop.paint(); else send(entry(gone.back, gone.fields, 1));
      if (button.isConnected) say("");
    };
    outbox.beside = [` ${said} `, button];
    loop.advance();
  };
  const putAway = (form, button) => {
    const gone = entry(button.getAttribute("formaction") ?? form.action, fieldsOf(form), -1);
    Object.assign(gone, { card: loop.front(), back: form.dataset.back });
    goes(button.dataset.said, gone);
    send(gone);
  };
  const keepStudying = form => {
    dialog.togglePopover(false);
    send(entry(form.action, fieldsOf(form), 1));
  };

  /* What was typed stays in the dialog until it is saved. */
  const show = (page, kind = "") => {
    dialog.className = kind;
    dialog.replaceChildren(...page.childNodes);
    dialog.togglePopover(true);
    dialog.querySelector("[autofocus]")?.focus();
  };
  const open = async (url, link) => {
    link.closest(".menu")?.hidePopover();
    if (opened === url) return setTimeout(() => dialog.togglePopover(true));  /* the key must not land in it */
    const asked = card(), reply = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!reply) return say("Offline. This cannot be opened now.");
    if (!reply.ok) return location.assign(link.href);
    const { body } = parse(await reply.text());
    if (card() !== asked) return;
    show(body, link.dataset.passage && "beside");
    opened = url;
  };
  const save = async (form, button) => {
    if (button.ariaBusy) return;
    const asked = card(), fields = { ...fieldsOf(form), held: outbox.held({}) };
    button.ariaBusy = "true";
    const { response, page } = await ask(form.action, fields).catch(() => ({}));
    button.ariaBusy = null;
    if (page?.querySelector("form textarea")) return show(page.body);
    if (!response?.ok) {
      const why = !response ? "Offline." : response.status === 401 ? "Sign in elsewhere first." : "Not saved.";
      form.querySelector("[data-said]").textContent = `${why} Your words are still here; try again.`;
      return;
    }
    opened = "";
    dialog.togglePopover(false);
    const note = page.querySelector("[data-note]"), tools = card()?.querySelector(".away");
    if (note) asked?.querySelector("[data-note]")?.replaceWith(note);
    if (!fields.skip_today || card() !== asked) return say(sentence(page));
    if (!loop) return location.reload();
    goes("Reported. Buried until tomorrow.", { card: loop.front(), back: tools.dataset.back, fields: fieldsOf(tools) });
    say("");
    outbox.received({ fields }, response, page);
  };

  document.addEventListener("click", event => {
    const link = event.target.closest("[data-passage], [data-tool], #tool [data-close]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("close" in link.dataset) dialog.togglePopover(false); else open(link.dataset.passage ?? link.href, link);
  });
  document.addEventListener("submit", event => {
    const form = event.target;
    const act = dialog.contains(form) ? form.matches(".keep") ? keepStudying : save : loop && form.matches(".away") && putAway;
    if (form.matches(".grade, .undo")) outbox.beside = [];
    if (!act) return;
    event.preventDefault();
    act(form, event.submitter);
  }, true);

  /* Why a card was set aside is said over the next one, not over words being typed. */
  outbox.received = (entry, response, page) => {
    const aside = page.getElementById("set-aside");
    received(entry, response, page);
    if (!aside) return;
    const tell = () => { opened = ""; show(aside); };
    if (dialog.matches(":popover-open")) dialog.addEventListener("toggle", tell, { once: true }); else tell();
  };
})();
