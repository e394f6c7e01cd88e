// A place to drop files on, or to choose them with a button: sent piece by piece, so that no limit of the connection counts.

const PIECE = 1 << 20; // bytes; JupyterLab's server takes messages of ten times that

function render({ model, el }) {
  const words = () => model.get("words");
  const zone = document.createElement("div");
  zone.className = "okr-drop";
  zone.setAttribute("role", "group");
  const input = document.createElement("input");
  input.type = "file";
  input.hidden = true;
  input.multiple = model.get("multiple");
  input.accept = model.get("accept");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "okr-button okr-grid-button";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  zone.append(input, button, told);
  el.append(zone);

  let waiting = null; // what to do once the kernel has taken a piece
  model.on("msg:custom", () => waiting?.());
  const taken = () => new Promise((resolve) => { waiting = resolve; });

  const send = async (file) => {
    let answer = taken();
    model.send({ kind: "begin", name: file.name, size: file.size });
    await answer;
    for (let at = 0; at < file.size; at += PIECE) {
      told.textContent = `${file.name} · ${Math.floor((100 * at) / file.size)}%`;
      const piece = await file.slice(at, at + PIECE).arrayBuffer();
      answer = taken();
      model.send({ kind: "piece" }, undefined, [new DataView(piece)]);
      await answer;
    }
    answer = taken();
    model.send({ kind: "end" });
    await answer;
    told.textContent = `${file.name} · 100%`;
  };

  const take = async (files) => {
    button.disabled = true;
    try {
      for (const file of files) await send(file);
    } finally {
      button.disabled = false;
      input.value = "";
    }
  };

  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => take([...input.files]));
  zone.addEventListener("dragover", (event) => { event.preventDefault(); event.stopPropagation(); zone.classList.add("okr-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("okr-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation(); // else JupyterLab takes the file
    zone.classList.remove("okr-over");
    take([...event.dataTransfer.files]);
  });
  const word = () => {
    button.textContent = words().button;
    zone.setAttribute("aria-label", words().drop);
    if (!told.textContent) told.textContent = words().drop;
  };
  model.on("change:words", word);
  word();
}

export default { render };
