// The page behind a link, shown over this one; its forms are sent as they would be from there.

export async function openInPlace(link) {
  let answer;
  try {
    answer = await fetch(link.href);
  } catch {
    location.assign(link.href); // the browser says best what is wrong
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector(".change-line");
  if (!part) {
    location.assign(link.href);
    return;
  }
  const dialog = document.createElement("dialog");
  const title = part.querySelector("h1");
  title.id = "dialog-title";
  dialog.setAttribute("aria-labelledby", title.id);
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "close plain", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  dialog.append(close, document.adoptNode(part));
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
