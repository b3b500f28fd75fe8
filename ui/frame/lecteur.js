"use strict";
// What a reader does with a figure: ask what a word means, copy a sentence, a table, a link.
(() => {
  const TERMS = window.__ctg_terms || {};

  // The meaning of a word, under the pointer, the finger or the keyboard
  let bubble = null;
  const hide = () => {
    document.querySelectorAll(".ctg-term[aria-describedby]").forEach((one) => {
      one.removeAttribute("aria-describedby");
    });
    bubble?.remove();
    bubble = null;
  };
  const show = (term) => {
    const text = TERMS[term.dataset.term];
    if (!text || term.getAttribute("aria-describedby")) return;
    hide();
    bubble = document.createElement("div");
    bubble.className = "ctg-bubble";
    bubble.id = "ctg-bubble";
    bubble.setAttribute("role", "tooltip");
    const head = document.createElement("strong");
    head.textContent = term.dataset.term;
    bubble.append(head, document.createElement("br"), text);
    document.body.append(bubble);
    const at = term.getBoundingClientRect();
    const size = bubble.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left), window.innerWidth - size.width - 8);
    const below = at.bottom + 6 + size.height < window.innerHeight;
    bubble.style.left = `${left}px`;
    bubble.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6)}px`;
    term.setAttribute("aria-describedby", bubble.id);
  };
  const termOf = (event) => event.target.closest?.(".ctg-term");
  for (const kind of ["mouseover", "focusin", "click"]) {
    document.addEventListener(kind, (event) => {
      const term = termOf(event);
      if (term) show(term);
      else if (kind !== "focusin") hide();
    });
  }
  document.addEventListener("focusout", (event) => { if (termOf(event)) hide(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (event.key === "Enter" && termOf(event)) show(termOf(event));
  });
  document.addEventListener("scroll", hide, { capture: true, passive: true });

  // A table for a spreadsheet: no thin space inside numbers, and for a letter: as it is shown
  const THIN = /(\d)[\u00a0\u202f](?=\d{3})/g;
  const words = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
  const rowsOf = (table) => [...table.rows].map((row) => [...row.cells]);
  const plain = (table) => rowsOf(table)
    .map((cells) => cells.map((one) => words(one).replace(THIN, "$1")).join("\t"))
    .join("\n");
  const safe = (text) => text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
  const rich = (table) => `<table border="1" cellspacing="0" cellpadding="4">${rowsOf(table)
    .map((cells) => `<tr>${cells.map((one) => {
      const tag = one.tagName.toLowerCase();
      const side = one.classList.contains("n") ? ' align="right"' : "";
      return `<${tag}${side}>${safe(words(one))}</${tag}>`;
    }).join("")}</tr>`).join("")}</table>`;

  const tableOf = (button) => {
    const table = button.closest(".ctg-quotable")?.querySelector("table");
    if (!table) return null;
    const title = table.caption ? words(table.caption) : "";
    const source = button.dataset.text;
    return {
      text: `${title}\n${plain(table)}\n${source}`,
      html: `<p>${safe(title)}</p>${rich(table)}<p>${safe(source)}</p>`,
    };
  };
  const linkOf = (button) => {
    const link = new URL(location.href);
    for (const name of ["territoire", "edition"]) {
      if (button.dataset[name]) link.searchParams.set(name, button.dataset[name]);
    }
    return { text: link.href };
  };
  const GIVES = { table: tableOf, link: linkOf, text: (button) => ({ text: button.dataset.text }) };

  // The clipboard is closed to a page that is not served over HTTPS: the old way then
  const byHand = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const write = async ({ text, html }) => {
    if (!navigator.clipboard) return byHand(text);
    try {
      if (html && window.ClipboardItem) {
        const part = (type, content) => new Blob([content], { type });
        await navigator.clipboard.write([new ClipboardItem({
          "text/plain": part("text/plain", text), "text/html": part("text/html", html),
        })]);
      } else await navigator.clipboard.writeText(text);
      return true;
    } catch { return byHand(text); }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.(".ctg-copy");
    const given = button && GIVES[button.dataset.copy]?.(button);
    if (!given) return;
    const label = button.dataset.label || button.textContent;
    button.dataset.label = label;
    button.textContent = (await write(given)) ? "Copié" : "Copie refusée par le navigateur";
    setTimeout(() => { button.textContent = label; }, 2000);
  });
})();
