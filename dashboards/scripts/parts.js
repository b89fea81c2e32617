// A row of HTML parts. Only those that changed are drawn again, and what was opened stays open.
// A mail's own HTML stands in a frame that runs no script and asks no network, as high as the mail.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

function show_mail(place) {
  const frame = document.createElement("iframe")
  frame.setAttribute("sandbox", "allow-same-origin")
  frame.title = "The mail"
  const fit = () => {
    const page = frame.contentDocument
    if (page?.body) { frame.style.height = `${page.documentElement.scrollHeight + 2}px` }
  }
  frame.addEventListener("load", () => { fit(); setTimeout(fit, 150) })
  new ResizeObserver(fit).observe(place)
  const head = `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta charset="utf-8">`
  const style = "<style>html{overflow:auto hidden;padding:10px 14px}body{margin:0}</style>"
  frame.srcdoc = `<!DOCTYPE html>${head}${style}${place.dataset.html}`
  place.replaceChildren(frame)
}

function opened(node) {
  return [...node.querySelectorAll("details")].map((details) => details.open)
}

export function render({model, el}) {
  let drawn = []
  const draw = () => {
    const parts = model.parts
    while (drawn.length > parts.length) { drawn.pop().node.remove() }
    parts.forEach((html, index) => {
      const known = drawn[index]
      if (known?.html === html) { return }
      const node = document.createElement("div")
      node.className = "part"
      node.innerHTML = html
      node.querySelectorAll(".mail[data-html]").forEach(show_mail)
      if (known) {
        const was = opened(known.node)
        node.querySelectorAll("details").forEach((details, place) => {
          details.open = details.open || was[place] === true
        })
        known.node.replaceWith(node)
      } else { el.append(node) }
      drawn[index] = {html, node}
    })
  }
  model.on("parts", draw)
  draw()
}
