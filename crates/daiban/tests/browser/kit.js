// Finding things as a person does: by what they say, what they are for, where they lead. Evaluated in front of every question.
(() => {
  const tidy = (text) => text.replace(/\s+/g, " ").trim();
  const boxes = (e) => [...e.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
  const labels = (e) => [...(e.labels || [])];
  // A control may be drawn by its label alone.
  const drawn = (e) => [e, ...labels(e)].find((one) => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    return box.width > 4 && box.height > 4 && style.visibility !== "hidden" && style.opacity !== "0";
  });
  const folded = (e) => e.closest("summary") ? null : e.closest("details:not([open])");
  const seen = (e) => !e.disabled && (folded(e) || drawn(e));
  const name = (e) => tidy(e.getAttribute("aria-label") || labels(e).map((l) => l.textContent).join(" ") || (e.tagName === "SELECT" ? "" : e.textContent) || e.alt || e.value || "");
  const best = (list, words) => list.find((e) => name(e) === words) || list.find((e) => name(e).includes(words));
  const all = (css) => [...document.querySelectorAll(css)].filter(seen);
  const kit = {
    button: (words) => best(all("button, input[type=submit], input[type=image], summary, a.btn, a.back, [role=button]"), words),
    link: (href) => all("a[href]").find((e) => e.getAttribute("href") === href) || all("a[href]").find((e) => e.getAttribute("href").startsWith(href)),
    css: (css) => all(css)[0],
    field: (key) => {
      const fields = all("input:not([type=hidden]), select, textarea");
      // Wishes, settings and secrets have their names behind a word of their own.
      return fields.find((e) => e.name === key) || fields.find((e) => /^(w|set|sec|more)\./.test(e.name) && e.name.endsWith("." + key)) || best(fields, key);
    },
    // Where to press it; `fold` is what has to be opened before, `over` what lies on top.
    point: (e) => {
      if (!e) return null;
      const fold = folded(e);
      const at = fold ? fold.querySelector("summary") : drawn(e);
      at.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const box = boxes(at)[0] || at.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const hit = document.elementFromPoint(x, y);
      const mine = hit && (at.contains(hit) || hit.contains(at) && hit.closest("label, a, button, summary") === at || hit.closest("label")?.control === e);
      return { x, y, fold: Boolean(fold), over: mine ? "" : (hit ? hit.outerHTML.slice(0, 160) : "nothing is there") };
    },
    kind: (e) => e && (e.tagName === "SELECT" ? "select" : e.type || "text"),
    set: (e, value) => {
      e.value = value;
      e.dispatchEvent(new Event("input", { bubbles: true }));
      e.dispatchEvent(new Event("change", { bubbles: true }));
      return e.value;
    },
    text: (css) => tidy([...document.querySelectorAll(css)].map((e) => e.innerText).join(" ")),
    // Where a page leads to by looking alone.
    links: () => [...document.querySelectorAll("a[href^='/']:not([download])")].map((e) => e.getAttribute("href")),
    // The link with that beginning in the smallest part of the page where all these words are.
    linking: (href, ...words) => {
      const parts = [...document.querySelectorAll("main section, main li, main article")];
      const link = (e) => e.querySelector(`a[href^="${href}"]`);
      const about = parts.filter((e) => words.every((word) => e.textContent.includes(word)) && link(e));
      about.sort((one, other) => one.textContent.length - other.textContent.length);
      return about[0] && link(about[0]).getAttribute("href");
    },
    // Of an offer of many, the one that says so.
    option: (e, words) => [...e.options].find((o) => o.value === words || tidy(o.textContent).includes(words))?.value,
  };
  return kit;
})()
