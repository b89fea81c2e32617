// Draws the picture, marks the selected step, and tells its details below. Text only ever enters
// as text; the picture itself is made by us, every word in it escaped.
function render({ model, el }) {
  const box = document.createElement("div");
  box.style.cssText = "overflow:auto;max-height:640px";
  const told = document.createElement("pre");
  told.style.cssText = "margin:6px 0;white-space:pre-wrap;color:var(--jp-content-font-color1,#222)";
  el.append(box, told);

  function draw() {
    box.innerHTML = model.get("svg");
    for (const step of box.querySelectorAll("[data-step]")) {
      step.style.cursor = "pointer";
      step.addEventListener("click", () => {
        const key = step.dataset.step;
        model.set("selected", model.get("selected") === key ? "" : key);
        model.save_changes();
      });
    }
    mark();
  }

  function mark() {
    const key = model.get("selected");
    for (const step of box.querySelectorAll("[data-step]")) {
      step.style.opacity = !key || step.dataset.step === key ? "1" : "0.45";
    }
    const found = model.get("details")[key];
    told.textContent = found
      ? [`${key}: ${found.stands}`, found.title, found.call, found.error].filter(Boolean).join("\n")
      : "Click a step.";
  }

  draw();
  model.on("change:svg", draw);
  model.on("change:selected", mark);
}

export default { render };
