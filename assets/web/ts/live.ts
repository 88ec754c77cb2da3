// <a-live> puts new mentions on top of a list as they come in. It starts by
// itself and can be paused; it rests while the page is not in view.

class Live extends HTMLElement {
  private feed: EventSource | null = null;
  private paused = false;
  private seen = 0;

  connectedCallback(): void {
    const button = this.querySelector<HTMLButtonElement>("button");
    const list = this.querySelector<HTMLElement>("[data-list]");
    if (!button || !list) return;
    this.querySelector<HTMLElement>(".live-controls")?.removeAttribute("hidden");
    button.addEventListener("click", () => {
      this.paused = !this.paused;
      button.textContent = (this.paused ? button.dataset["resume"] : button.dataset["pause"]) ?? "";
      this.sync(list);
    });
    document.addEventListener("visibilitychange", this.onVisible);
    this.sync(list);
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.onVisible);
    this.stop();
  }

  private onVisible = (): void => {
    const list = this.querySelector<HTMLElement>("[data-list]");
    if (list) this.sync(list);
  };

  private sync(list: HTMLElement): void {
    if (this.paused || document.hidden) this.stop();
    else if (!this.feed) this.start(list);
  }

  private start(list: HTMLElement): void {
    const max = Number(this.dataset["max"] ?? 8);
    this.feed = new EventSource(this.dataset["src"] ?? "/live");
    this.feed.addEventListener("open", () => this.dot(true));
    this.feed.addEventListener("error", () => this.dot(false));
    this.feed.addEventListener("counters", (e) => {
      const box = this.querySelector("[data-counters]");
      if (box) box.innerHTML = e.data as string; // the server's own markup, escaped there
    });
    this.feed.addEventListener("mentions", (e) => {
      // The server renders and escapes; parsing in a template runs no script.
      const t = document.createElement("template");
      t.innerHTML = e.data as string;
      const items = Array.from(t.content.children);
      items.forEach((el) => el.classList.add("fresh-in"));
      if (list.contains(document.activeElement)) return; // do not move what is being read
      list.prepend(...items);
      while (list.children.length > max) list.lastElementChild?.remove();
      this.seen += items.length;
      const count = this.querySelector("[data-count]");
      if (count) count.textContent = (this.dataset["counted"] ?? "").replace("{n}", String(this.seen));
    });
  }

  private stop(): void {
    this.feed?.close();
    this.feed = null;
    this.dot(false);
  }

  private dot(on: boolean): void {
    this.querySelector(".live-dot")?.classList.toggle("on", on);
  }
}

export function define(): void {
  customElements.define("a-live", Live);
}
