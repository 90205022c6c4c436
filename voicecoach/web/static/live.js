// Keeps the page for the room up to date, and makes its buttons and keys work without a new page.

const SILENT_MS = 25000; // the coach says every ten seconds that it is still there
const MOST = 300; // captions that stay

const stage = document.querySelector("#stage");
const log = document.querySelector("#log"); // the captions' window
const captions = document.querySelector("#captions");
const buttons = document.querySelector("#buttons");
const trouble = document.querySelector("#trouble");
const keys = document.querySelector("#keys");

let source = null;
let over = false;
let listening = true; // to single keys
let heardAt = Date.now();
let pressing = Promise.resolve();

// --------------------------------------------------------------------------- what comes

function replace(place, html) {
  if (place.dataset.shown === html) return;
  place.dataset.shown = html;
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  place.innerHTML = html; // written by the coach's own templates, which escape whatever was said
  if (focused !== null) {
    (place.querySelector(`[data-key="${focused}"]`) || place.querySelector("button"))?.focus();
  }
}

function caption(html) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const held = document.createElement("template");
  held.innerHTML = html;
  const said = held.content.firstElementChild;
  if (captions.querySelector(`[data-number="${said.dataset.number}"]`)) return;
  captions.append(said);
  while (captions.children.length > MOST) captions.firstElementChild.remove();
  if (atEnd) toEnd(); // whoever reads back is left alone
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
}

function connect() {
  source?.close();
  const last = captions.lastElementChild;
  source = new EventSource(`/events?after=${last ? last.dataset.number : 0}`);
  on("stage", (html) => {
    replace(stage, html);
    document.title = `${stage.querySelector(".floor").dataset.title} - voicecoach`;
  });
  on("buttons", (html) => replace(buttons, html));
  on("caption", caption);
  on("level", (level) => stage.style.setProperty("--level", level));
  on("alive", () => {});
  on("over", () => {
    over = true;
    source.close();
  });
  source.addEventListener("error", lost);
}

function on(kind, doing) {
  source.addEventListener(kind, (event) => {
    heardAt = Date.now();
    found();
    doing(event.data);
  });
}

function lost() {
  if (over) return;
  stage.style.setProperty("--level", 0);
  document.documentElement.classList.add("lost");
  say(
    source.readyState === EventSource.CLOSED
      ? "The coach is no longer there."
      : "The connection to the coach is lost, or it has ended. Trying again …",
  );
}

function found() {
  if (!document.documentElement.classList.contains("lost")) return;
  document.documentElement.classList.remove("lost");
  say("");
}

function say(text) {
  if (trouble.textContent === text) return;
  trouble.textContent = text;
  trouble.hidden = !text;
}

setInterval(() => {
  if (over || document.hidden || Date.now() - heardAt < SILENT_MS) return;
  heardAt = Date.now();
  lost();
  connect();
}, 5000);

// A page that nobody sees holds no connection: a browser has but six of them.
document.addEventListener("visibilitychange", () => {
  if (over) return;
  if (document.hidden) source.close();
  else {
    heardAt = Date.now();
    connect();
  }
});

// ----------------------------------------------------------------------- what is pressed

document.addEventListener("submit", (event) => {
  event.preventDefault();
  press(event.target);
});

function press(form) {
  const to = form.action; // one after the other: what was pressed first comes first
  pressing = pressing
    .then(() => fetch(to, { method: "POST", redirect: "manual", signal: AbortSignal.timeout(5000) }))
    .catch(lost);
}

document.addEventListener("keydown", (event) => {
  if (!listening || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest?.("input, textarea, select")) return;
  const button = buttons.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  press(button.form);
});

function listen(to) {
  listening = to;
  keys.textContent = to ? "Keys: on" : "Keys: off";
  document.documentElement.classList.toggle("quiet-keys", !to);
  sessionStorage.setItem("keys", to ? "on" : "off");
}

keys.addEventListener("click", () => listen(!listening));
document.querySelector(".keys").hidden = false;
listen(sessionStorage.getItem("keys") !== "off");
toEnd();
connect();
