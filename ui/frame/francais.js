"use strict";
// French for the words that Streamlit's own front end writes: it has no setting for them.
// Only whole texts are replaced, never inside figures or tables of the dashboard.
(() => {
  const FRENCH = new Map(Object.entries({
    "Connection error": "La connexion au tableau de bord est interrompue",
    "Connecting": "Connexion…",
    "Connecting to Streamlit server": "Connexion au tableau de bord",
    "Unable to connect to Streamlit server": "Le tableau de bord ne répond pas",
    "Error": "Erreur",
    "Error:": "Erreur\u00a0: ",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "Le tableau de bord ne répond plus. Si vous l'avez arrêté, relancez-le :",
    "Page not found": "Page introuvable",
    "The page that you have requested does not seem to exist. Running the app's main page.":
      "Cette page n'existe pas ou n'est pas ouverte à votre rôle. Voici l'accueil.",
    "Skip to main content": "Aller au contenu",
    "Close": "Fermer",
    "Cancel": "Annuler",
    "Stop": "Arrêter",
    "Stopping...": "Arrêt…",
    "Running...": "Calcul en cours…",
    "Loading...": "Chargement…",
    "No results": "Aucun résultat",
    "No options to select": "Aucun choix possible",
    "No options to select.": "Aucun choix possible",
    "Press Enter to apply": "Entrée pour valider",
    "Choose an option": "Choisir",
    "Choose options": "Choisir",
    "Clear all": "Tout effacer",
    "Clear value": "Effacer",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Exit fullscreen": "Quitter le plein écran",
    "Expand sidebar": "Ouvrir le menu",
    "Collapse sidebar": "Fermer le menu",
    "Main menu": "Menu",
    "App pages": "Pages",
    "Copy to clipboard": "Copier",
    "Copied": "Copié",
    "Link to heading": "Lien vers ce titre",
    "Help": "Aide",
    "Search": "Rechercher",
    "Download as CSV": "Télécharger en CSV",
    "Upload": "Choisir un fichier",
    "file upload": "Choisir un fichier",
    "Drag and drop a file here": "Déposez un fichier ici",
    "Drag and drop files here": "Déposez des fichiers ici",
    "Only one file is allowed.": "Un seul fichier à la fois.",
    "Too many files": "Trop de fichiers",
    "Download failed": "Le téléchargement a échoué",
    "Network Error": "La connexion est interrompue",
    "Select all": "Tout choisir",
    "Select...": "Choisir",
    "Show password": "Afficher",
    "Hide password": "Cacher",
    "Toggle fullscreen": "Plein écran",
    "Open": "Ouvrir",
    "Add files": "Ajouter un fichier",
  }));
  const UNITS = { B: "octets", KB: "ko", MB: "Mo", GB: "Go" };
  const size = (number, unit) =>
    `${number.replace(/\.0$/, "").replace(".", ",")}\u00a0${UNITS[unit]}`;
  // Sentences with a size in them, of the box that files are dropped in.
  const FORMS = [
    [/^(\d+)(MB) per file/, (_, number, unit) => `${size(number, unit)} par fichier`],
    [/^([\d.]+)(B|KB|MB|GB)$/, (_, number, unit) => size(number, unit)],
    [
      /^File must be ([\d.]+)(KB|MB|GB) or smaller\.$/,
      (_, number, unit) =>
        `fichier trop lourd, ${size(number, unit)} au plus. Envoyez les seules zones du territoire.`,
    ],
    [/^.* files are not allowed\.$/, () => "Ce type de fichier n'est pas accepté."],
    [/^[a-z0-9_]+ icon$/, () => "pictogramme"],
    [/^Remove (.+)$/, (_, name) => `Retirer ${name}`],
    [
      /^(.+), ([\d.]+)(B|KB|MB|GB)$/,
      (_, name, number, unit) => `${name}, ${size(number, unit)}`,
    ],
  ];
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];
  const OURS = ".js-plotly-plot, table, style, script";

  const formed = (words) =>
    FORMS.reduce((said, [form, french]) => said.replace(form, french), words);
  const text = (node) => {
    const found = FRENCH.get(node.data.trim());
    if (found && !node.parentElement?.closest(OURS)) node.data = found;
    const said = formed(node.data);
    if (said !== node.data) node.data = said;
  };
  // On a phone the menu is a list whose items stand inside other elements: screen readers
  // announce it wrong.  Its links are enough.
  const LISTS = '[data-testid="stSidebarNavItems"], [data-testid="stSidebarNavItems"] li';

  const attributes = (element) => {
    if (element.matches(LISTS)) element.setAttribute("role", "none");
    for (const name of ATTRIBUTES) {
      const words = element.getAttribute(name);
      if (!words) continue;
      const found = FRENCH.get(words.trim()) ?? formed(words);
      if (found !== words) element.setAttribute(name, found);
    }
  };
  const walk = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return text(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(OURS)) return;
    attributes(root);
    const tree = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = tree.nextNode(); node; node = tree.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) text(node);
      else attributes(node);
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(walk);
      else if (change.type === "characterData") text(change.target);
      else attributes(change.target);
    }
  }).observe(document, {
    subtree: true, childList: true, characterData: true, attributeFilter: ATTRIBUTES,
  });
})();
