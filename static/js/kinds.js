/* What two kinds of card add to the review: places that trade, and ticks that suggest a grade. */
(() => {
  /* Two steps never hold one place: the one that had it takes the free one. */
  const trade = (places, chosen) => {
    const steps = [...places.querySelectorAll("select")], taken = steps.map(step => step.selectedIndex);
    const other = steps.find(step => step !== chosen && step.selectedIndex === chosen.selectedIndex);
    if (other) other.selectedIndex = taken.findIndex((_, place) => !taken.includes(place));
  };
  const weigh = rubric => {
    const share = rubric.querySelectorAll(":checked").length / rubric.querySelectorAll("input").length;
    const name = share === 1 ? "easy" : share >= .75 ? "good" : share >= .5 ? "hard" : "again";
    for (const { classList } of rubric.closest("article").querySelectorAll(".grades button")) {
      classList.toggle("suggested", classList.contains(name));
    }
  };
  document.addEventListener("change", ({ target }) => {
    const places = target.closest("[data-places]"), rubric = target.closest("[data-rubric]");
    if (places) trade(places, target); else if (rubric) weigh(rubric);
  });
})();
