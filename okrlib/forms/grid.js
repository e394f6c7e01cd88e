// An editable table of real inputs: labelled for screen readers, walked by keyboard, filled by paste from a spreadsheet.

const WAIT = 150; // milliseconds a typist may pause within a word

function render({ model, el }) {
  let timer = null;
  let pending = null;
  const send = (content) => model.send(content);

  const flush = () => {
    clearTimeout(timer);
    if (pending) send(pending);
    pending = null;
  };
  const typed = (row, key, value, at_once) => {
    if (pending && (pending.row !== row || pending.key !== key)) flush();
    pending = { kind: "edit", row, key, value };
    clearTimeout(timer);
    if (at_once) flush();
    else timer = setTimeout(flush, WAIT);
  };

  const region = document.createElement("div");
  region.className = "okr-grid";
  region.tabIndex = 0;
  region.setAttribute("role", "region");
  const add = document.createElement("button");
  add.type = "button";
  add.className = "okr-button okr-grid-button";
  add.addEventListener("click", () => { flush(); send({ kind: "add" }); });
  el.append(region, add);

  const inputs = new Map(); // "row key" -> input

  const field = (row, column) => {
    const input = document.createElement(column.kind === "choice" ? "select" : "input");
    if (column.kind === "choice") fill(input, column.options);
    else input.type = column.kind === "day" ? "date" : "text";
    if (column.kind === "number") input.inputMode = "decimal";
    const direct = column.kind === "choice" || column.kind === "day";
    input.addEventListener(direct ? "change" : "input", () => typed(row.id, column.key, input.value, direct));
    input.addEventListener("change", flush);
    input.addEventListener("paste", (event) => pasted(event, row, column));
    input.addEventListener("keydown", (event) => walk(event, row, column));
    return input;
  };

  const fill = (select, options) => {
    select.replaceChildren(...options.map(([label, value]) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = label;
      return option;
    }));
  };

  const pasted = (event, row, column) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    flush();
    send({ kind: "paste", row: row.id, key: column.key, cells: text.split("\n").map((line) => line.split("\t")) });
  };

  const walk = (event, row, column) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const arrow = event.key !== "Enter";
    if (!step || event.isComposing || event.altKey || (arrow && column.kind !== "text" && column.kind !== "number")) return;
    event.stopPropagation();
    const ids = model.get("rows").map((one) => one.id);
    const next = inputs.get(`${ids[ids.indexOf(row.id) + step]} ${column.key}`);
    if (!next) return;
    event.preventDefault();
    flush();
    next.focus();
  };

  const line = (row) => {
    const tr = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = row.id;
    tr.append(head);
    for (const column of model.get("columns")) {
      const td = document.createElement("td");
      const input = field(row, column);
      const remark = document.createElement("p");
      remark.id = `${model.get("name")}-${row.id}-${column.key}`;
      remark.className = "okr-grid-remark";
      input.setAttribute("aria-label", `${column.label}, ${row.id}`);
      input.setAttribute("aria-describedby", remark.id);
      if (column.width) input.style.width = column.width;
      inputs.set(`${row.id} ${column.key}`, input);
      td.append(input, remark);
      tr.append(td);
    }
    const last = document.createElement("td");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "okr-button okr-grid-button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${model.get("words").remove} ${row.id}`);
    remove.addEventListener("click", () => { flush(); send({ kind: "remove", row: row.id }); });
    last.append(remove);
    tr.append(last);
    return tr;
  };

  const build = () => {
    inputs.clear();
    region.setAttribute("aria-label", model.get("words").table);
    add.textContent = model.get("words").add;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const label of ["", ...model.get("columns").map((column) => column.label), ""]) {
      const cell = document.createElement(label ? "th" : "td");
      if (label) cell.scope = "col";
      cell.textContent = label;
      head.append(cell);
    }
    const body = document.createElement("tbody");
    body.append(...model.get("rows").map(line));
    table.append(body);
    region.replaceChildren(table);
  };

  const show = () => {
    for (const row of model.get("rows")) {
      for (const column of model.get("columns")) {
        const input = inputs.get(`${row.id} ${column.key}`);
        const value = row.cells[column.key] ?? "";
        const busy = input === document.activeElement && (pending || input.value.trim() === value.trim());
        if (!busy && input.value !== value) input.value = value;
        const said = (row.remarks ?? {})[column.key] ?? "";
        input.setAttribute("aria-invalid", said ? "true" : "false");
        input.nextElementSibling.textContent = said;
      }
    }
  };

  const laid = () => JSON.stringify([model.get("columns"), model.get("rows").map((row) => row.id), model.get("words")]);
  let shape = null;
  const update = () => {
    if (shape !== laid()) {
      const [at] = [...inputs].find(([, input]) => input === document.activeElement) ?? [null];
      const before = new Set(shape ? JSON.parse(shape)[1] : []);
      const fresh = shape && model.get("rows").find((row) => !before.has(row.id));
      shape = laid();
      build();
      show();
      const first = fresh && inputs.get(`${fresh.id} ${model.get("columns")[0].key}`);
      (inputs.get(at) ?? first)?.focus();
    } else show();
  };
  for (const name of ["rows", "columns", "words"]) model.on(`change:${name}`, update);
  update();
}

export default { render };
