(() => {
  const list = document.getElementById("content"), tools = document.querySelector(".page-tools");
  const [find] = tools.getElementsByTagName("input"), [order] = tools.getElementsByTagName("select");
  const [told] = tools.getElementsByTagName("output"), stores = [...list.getElementsByClassName("page-store")];
  const number = (store, key) => (store.dataset[key] === "" ? Infinity : Number(store.dataset[key]));
  const by = {
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
    worst: (a, b) => number(a, "level") - number(b, "level") || number(a, "progress") - number(b, "progress"),
    progress: (a, b) => (number(b, "progress") === Infinity ? -1 : number(a, "progress") === Infinity ? 1
      : number(b, "progress") - number(a, "progress")),
    day: (a, b) => b.dataset.day.localeCompare(a.dataset.day),
  };
  const show = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const store of stores) store.hidden = !words.every((word) => store.dataset.find.includes(word));
    const shown = stores.filter((store) => !store.hidden).length;
    told.textContent = words.length ? `${shown} / ${stores.length}` : "";
  };
  find.addEventListener("input", show);
  order.addEventListener("change", () => list.append(...[...stores].sort(by[order.value])));
  tools.hidden = false;
  show();
})();
