// The reasons of a verdict show while the keyboard or the pointer is at its chip. Browsers
// that know interestfor do this by themselves; in others this does. A click opens them
// in any browser, and Escape closes them, since they are popovers.
export function define(): void {
  if ("interestForElement" in HTMLButtonElement.prototype) return;
  const popOf = (e: Event): [HTMLButtonElement, HTMLElement] | null => {
    const b = (e.target as Element | null)?.closest?.<HTMLButtonElement>("button.why");
    const pop = b && document.getElementById(b.getAttribute("popovertarget") ?? "");
    return b && pop ? [b, pop] : null;
  };
  let shown: HTMLElement | null = null; // by us: what a click opened is left alone
  let wait = 0;
  const show = (e: Event, after: number): void => {
    const at = popOf(e);
    if (!at) return;
    clearTimeout(wait);
    wait = window.setTimeout(() => {
      if (!at[0].isConnected || at[1].matches(":popover-open")) return;
      (at[1] as HTMLElement & { showPopover(o: object): void }).showPopover({ source: at[0] }); // placed at its chip
      shown = at[1];
    }, after);
  };
  const hide = (e: Event): void => {
    const at = popOf(e);
    if (!at) return;
    clearTimeout(wait);
    if (shown === at[1]) at[1].hidePopover();
    shown = null;
  };
  document.addEventListener("focusin", (e) => (e.target as Element).matches(":focus-visible") && show(e, 0));
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerover", (e) => e.pointerType === "mouse" && show(e, 300));
  document.addEventListener("pointerout", (e) => e.pointerType === "mouse" && hide(e));
  document.addEventListener("click", (e) => {
    clearTimeout(wait);
    if (popOf(e)) shown = null;
  });
}
