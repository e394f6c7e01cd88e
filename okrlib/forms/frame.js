// What a form is to the page around it: a named region, in which keys belong to its inputs and not to the notebook.

function render({ model, el }) {
  el.hidden = true;
  const name = () => {
    const form = el.closest(".okr-form");
    if (!form) {
      setTimeout(name, 30); // the form is still being put together around us
      return;
    }
    form.dataset.lmSuppressShortcuts = "true"; // an arrow in a list is no move to the next cell
    form.setAttribute("role", "region");
    form.setAttribute("aria-label", model.get("title"));
  };
  model.on("change:title", name);
  name();
}

export default { render };
