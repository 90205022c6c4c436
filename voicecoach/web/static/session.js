// The page of a session: hear a line, play on from it, go about by keys, change a line in place.
import { Player } from "./player.js";
import { openInPlace } from "./inplace.js";

const talk = document.querySelector(".talk");
const lines = [...talk.querySelectorAll(".line[data-turn]")];
const player = new Player(lines);

talk.querySelector(".keys").hidden = player.lines.length === 0;

talk.addEventListener("click", (event) => {
  const line = event.target.closest(".line[data-turn]");
  if (!line) return;
  const link = event.target.closest("a");
  if (link?.classList.contains("change")) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab, as with any link
    event.preventDefault();
    player.stop();
    openInPlace(link);
  } else if (link?.classList.contains("hear")) {
    event.preventDefault();
    player.toggle(line);
  } else if (event.target.closest(".said") && !String(getSelection())) {
    player.toggle(line);
  }
});

document.querySelector(".time").addEventListener("click", (event) => {
  const number = event.target.closest("[data-turn]")?.dataset.turn;
  const line = number && document.getElementById(`turn-${number}`);
  if (!line) return;
  show(line);
  (line.querySelector(".hear") ?? line.querySelector(".change")).focus({ preventScroll: true });
});

talk.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const line = event.target.closest(".line[data-turn]");
  if (!line) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = lines[lines.indexOf(line) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    show(next);
    (next.querySelector(".hear") ?? next.querySelector(".change")).focus({ preventScroll: true });
  } else if (event.key === " ") {
    event.preventDefault();
    player.toggle(player.line ?? line);
  }
});

// An explanation goes away with Esc, and comes back with the next mark.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.classList.add("quietly");
});
for (const kind of ["focusin", "mouseover"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.closest?.("mark")) document.body.classList.remove("quietly");
  });
}

function show(line) {
  line.scrollIntoView({ block: "nearest" });
}
