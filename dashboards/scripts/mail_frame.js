// A mail's HTML in a frame that runs no script and asks no network; its height is that of the mail.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
export function render({model, el}) {
  const frame = document.createElement("iframe")
  frame.setAttribute("sandbox", "allow-same-origin")
  frame.title = "The mail"
  const fit = () => {
    const page = frame.contentDocument
    if (page?.body) { frame.style.height = `${page.documentElement.scrollHeight}px` }
  }
  const show = () => {
    const head = `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta charset="utf-8">`
    frame.srcdoc = `<!DOCTYPE html>${head}<style>html{overflow:auto hidden}body{margin:0}</style>${model.html}`
  }
  frame.addEventListener("load", () => { fit(); setTimeout(fit, 150) })
  new ResizeObserver(fit).observe(el)
  model.on("html", show)
  show()
  el.append(frame)
}
