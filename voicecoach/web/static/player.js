// What plays: one sound at a time, line after line, with the line in view.

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

export class Player {
  constructor(lines) {
    this.lines = lines.filter((line) => line.querySelector(".hear"));
    this.line = null;
    if (!this.lines.length) return;
    this.sound = new Audio();
    this.sound.preload = "auto";
    this.sound.addEventListener("ended", () => this.#after());
    this.sound.addEventListener("timeupdate", () => this.#moved());
    this.sound.addEventListener("error", () => this.#say("This sound cannot be played."));
    for (const kind of ["play", "pause"]) {
      this.sound.addEventListener(kind, () => this.#shown());
    }
    this.#build();
  }

  /** Play this line, or stop it where it plays. */
  toggle(line) {
    if (!this.lines.includes(line)) return;
    if (line === this.line) {
      if (this.sound.paused) this.sound.play();
      else this.sound.pause();
      return;
    }
    this.#play(line);
  }

  /** Be quiet, if anything plays. */
  stop() {
    this.sound?.pause();
  }

  #play(line) {
    this.line?.classList.remove("now");
    this.line = line;
    line.classList.add("now");
    line.scrollIntoView({ block: "nearest" });
    history.replaceState(null, "", `#turn-${line.dataset.turn}`);
    this.bar.hidden = false;
    const who = line.querySelector(".who");
    this.#say(`${who.querySelector("b").textContent}, ${who.querySelector(".at").textContent}`);
    this.sound.src = line.querySelector(".hear").href;
    this.sound.defaultPlaybackRate = this.sound.playbackRate = Number(this.speed.value);
    this.sound.play().catch(() => {}); // told by "error", or another line was chosen meanwhile
  }

  #step(by) {
    const next = this.lines[this.lines.indexOf(this.line) + by];
    if (next) this.#play(next);
    return Boolean(next);
  }

  #after() {
    if (!this.through.checked || !this.#step(1)) this.#shown();
  }

  #moved() {
    const { currentTime, duration } = this.sound;
    if (!Number.isFinite(duration) || this.place.matches(":active")) return;
    this.place.value = String(Math.round((1000 * currentTime) / duration));
    this.place.setAttribute("aria-valuetext", `${Math.round(currentTime)} of ${Math.round(duration)} seconds`);
  }

  #shown() {
    const plays = !this.sound.paused && !this.sound.ended;
    this.button.textContent = plays ? "Pause" : "Play";
  }

  #say(text) {
    this.what.textContent = text;
  }

  #build() {
    this.bar = element("section", { className: "player", hidden: true });
    this.bar.setAttribute("aria-label", "What plays");
    const inside = element("div");
    this.button = element("button", { type: "button", textContent: "Play" });
    this.button.addEventListener("click", () => this.toggle(this.line));
    const before = element("button", { type: "button", textContent: "Before" });
    before.addEventListener("click", () => this.#step(-1));
    const next = element("button", { type: "button", textContent: "Next" });
    next.addEventListener("click", () => this.#step(1));
    this.what = element("p", { className: "what" });
    this.place = element("input", { type: "range", min: 0, max: 1000, value: 0 });
    this.place.setAttribute("aria-label", "Place in this line");
    this.place.addEventListener("change", () => {
      if (Number.isFinite(this.sound.duration)) {
        this.sound.currentTime = (this.sound.duration * Number(this.place.value)) / 1000;
      }
    });
    this.speed = element("select");
    for (const speed of SPEEDS) {
      this.speed.append(new Option(`${speed}×`, String(speed), speed === 1, speed === 1));
    }
    this.speed.addEventListener("change", () => {
      this.sound.defaultPlaybackRate = this.sound.playbackRate = Number(this.speed.value);
    });
    this.through = element("input", { type: "checkbox", checked: true });
    inside.append(
      this.button, before, next, this.what, this.place,
      labelled("Speed", this.speed), labelled("Play on", this.through),
    );
    this.bar.append(inside);
    document.body.append(this.bar);
  }
}

function labelled(text, control) {
  const label = element("label");
  label.append(text, control);
  return label;
}

function element(name, values = {}) {
  return Object.assign(document.createElement(name), values);
}
