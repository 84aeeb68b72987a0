/* What a card has beside its grades: put away and back; note, report, passage; places that trade, ticks that weigh. */
(() => {
  const [stage, dialog, tools] = ["stage", "tool", "tools"].map(id => document.getElementById(id));
  if (!stage) return;
  const { ask, fieldsOf, loop, parse, received, say, sentence } = outbox;
  let opened = "";

  const card = () => stage.querySelector("article");

  /* The tools stand in the page's frame and follow the card in front. */
  const follow = () => {
    const ref = card()?.dataset.ref, field = tools.querySelector("[name=card]");
    tools.togglePopover(false);
    if (!ref) return;
    for (const link of tools.querySelectorAll("a")) link.pathname = link.pathname.replace(field.value, ref);
    field.value = ref;
  };
  new MutationObserver(follow).observe(stage, { childList: true });
  follow();

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
  const again = page => {
    opened = "";
    show(page);
  };
  const whenClosed = act => dialog.addEventListener("toggle", act, { once: true });
  const open = async (url, link) => {
    tools.togglePopover(false);
    if (opened === url) return dialog.togglePopover(true);
    const asked = card(), reply = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!reply) return say("Offline. This cannot be opened now.");
    if (!reply.ok) return location.assign(link.href);
    const { body } = parse(await reply.text());
    if (card() !== asked) return;
    if (dialog.contains(link)) whenClosed(again.bind(null, { childNodes: [...dialog.childNodes] }));
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
    const note = page.querySelector("[data-note]"), away = tools.querySelector(".away");
    if (note) asked?.querySelector("[data-note]")?.replaceWith(note);
    if (!fields.skip_today || card() !== asked) return say(sentence(page));
    if (!loop) return location.reload();
    goes("Reported. Buried until tomorrow.", { card: loop.front(), back: away.dataset.back, fields: fieldsOf(away) });
    say("");
    outbox.received({ fields }, response, page);
  };

  /* Two steps never hold one place: the one that had it takes the free one. */
  const trade = (places, chosen) => {
    const steps = [...places.querySelectorAll("select")], taken = steps.map(step => step.selectedIndex);
    const other = steps.find(step => step !== chosen && step.selectedIndex === chosen.selectedIndex);
    if (other) other.selectedIndex = taken.findIndex((_, place) => !taken.includes(place));
  };
  const weigh = rubric => {
    const share = rubric.querySelectorAll(":checked").length / rubric.querySelectorAll("input").length;
    const name = share === 1 ? "easy" : share >= .75 ? "good" : share >= .5 ? "hard" : "again";
    for (const { classList } of card().querySelectorAll(".grades button")) classList.toggle("suggested", classList.contains(name));
  };
  document.addEventListener("change", ({ target }) => {
    const places = target.closest("[data-places]"), rubric = target.closest("[data-rubric]");
    if (places) trade(places, target); else if (rubric) weigh(rubric);
  });

  document.addEventListener("click", event => {
    const link = event.target.closest("[data-passage], [data-tool], #tool [data-close]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("close" in link.dataset) dialog.togglePopover(false); else open(link.dataset.passage ?? link.href, link);
  });
  document.addEventListener("submit", event => {
    const form = event.target;
    const act = dialog.contains(form) ? form.matches(".keep") ? keepStudying : save : loop && form.matches(".away") && putAway;
    if (form.matches(".grade, #undo")) outbox.beside = [];
    if (!act) return;
    event.preventDefault();
    act(form, event.submitter);
  }, true);

  /* Why a card was set aside is said over the next one, not over words being typed. */
  outbox.received = (entry, response, page) => {
    const aside = page.getElementById("set-aside");
    received(entry, response, page);
    if (!aside) return;
    if (dialog.matches(":popover-open")) whenClosed(() => again(aside)); else again(aside);
  };
})();
