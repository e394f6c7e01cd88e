// What a form is to the page around it: a named region, in which keys belong to its inputs and not to the notebook.

const TRIES = 200;

function render({ model, el }) {
  el.hidden = true;
  let form = null;
  const kept = (event) => {
    const saves = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";
    if (!saves) event.stopPropagation(); // an arrow in a list is no move to the next cell
  };
  const name = () => {
    form?.setAttribute("role", "region");
    form?.setAttribute("aria-label", model.get("title"));
  };
  const find = (tries) => {
    form = el.closest(".okr-form");
    if (form) {
      form.addEventListener("keydown", kept);
      name();
    } else if (tries) setTimeout(() => find(tries - 1), 30); // the form is still being put together around us
  };
  model.on("change:title", name);
  find(TRIES);
  return () => form?.removeEventListener("keydown", kept);
}

export default { render };
