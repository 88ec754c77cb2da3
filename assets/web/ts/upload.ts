// <a-upload> takes files by drag and drop and shows how far the upload is. The
// form works without it.

class Upload extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector<HTMLFormElement>("form");
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    const drop = this.querySelector<HTMLElement>(".drop");
    const bar = this.querySelector<HTMLProgressElement>("progress");
    const fault = this.querySelector<HTMLElement>("[data-fault]");
    if (!form || !input || !drop || !bar || !fault) return;
    drop.addEventListener("dragover", (e) => {
      e.preventDefault();
      drop.classList.add("over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (e) => {
      e.preventDefault();
      drop.classList.remove("over");
      if (e.dataTransfer?.files.length) input.files = e.dataTransfer.files;
    });
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const req = new XMLHttpRequest();
      req.open("POST", form.action);
      bar.hidden = false;
      fault.hidden = true;
      req.upload.addEventListener("progress", (p) => {
        if (p.lengthComputable) bar.value = p.loaded / p.total;
      });
      req.addEventListener("load", () => {
        const doc = new DOMParser().parseFromString(req.responseText, "text/html");
        const next = doc.querySelector("main");
        if (!next) return;
        document.title = doc.title;
        document.querySelector("main")?.replaceWith(document.adoptNode(next));
        document.querySelector<HTMLElement>("main h1")?.focus();
      });
      req.addEventListener("error", () => {
        bar.hidden = true;
        fault.hidden = false;
      });
      req.send(new FormData(form));
    });
  }
}

export function define(): void {
  customElements.define("a-upload", Upload);
}
